// SPDX-License-Identifier: Apache-2.0
// Without arguments: breeds 10,000 individuals of 20 genes with 5 levels each, fitness the genes' sum, and prints
// individuals per second as JSON: what bench_deap.py times of DEAP, with the same shares.
// `search problems.json P1 500 20 18`: runs the genetic strategies on a problem (budget, seeds, generation size) and
// prints when each first was, and from when on it stayed, within 5 % of the optimum.

import Experiments
import Foundation

/// The sum of the levels.
struct LevelSum: GeneticFitness {
    func fitness(of genes: Span<UInt8>) -> Double {
        var sum = 0
        for index in genes.indices { sum += Int(genes[index]) }
        return Double(sum)
    }
}

func run(threads: Int, generations: Int) async throws -> (perSecond: Double, best: Double, digest: UInt64) {
    var engine = try GeneticEngine(
        levelCounts: [Int](repeating: 5, count: 20),
        settings: GeneticSettings(population: 10_000),
        fitness: LevelSum(),
        seed: 1
    )
    let clock = ContinuousClock()
    let start = clock.now
    if threads == 1 {
        try engine.evolve(generations: generations)
    } else {
        try await engine.evolve(generations: generations, threads: threads)
    }
    let elapsed = start.duration(to: clock.now).components
    let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in engine.population.genes { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return (Double(10_000 * generations) / seconds, engine.best?.fitness ?? 0, digest)
}

func measureEngine() async throws {
    var lines: [String] = []
    var digests: Set<UInt64> = []
    for threads in [1, 2] {
        var speeds: [Double] = []
        var best = 0.0
        for _ in 0..<5 {
            let outcome = try await run(threads: threads, generations: 50)
            speeds.append(outcome.perSecond)
            best = outcome.best
            digests.insert(outcome.digest)
        }
        speeds.sort()
        lines.append(
            "{\"threads\": \(threads), \"best_individuals_per_second\": \(speeds[4].rounded()), "
                + "\"median_individuals_per_second\": \(speeds[2].rounded()), \"best_fitness\": \(best)}"
        )
    }
    let report = """
        {"benchmark": "genetic", "population": 10000, "genes": 20, "levels": 5, "generations": 50,
         "same_bits": \(digests.count == 1), "runs": [\(lines.joined(separator: ", "))]}

        """
    FileHandle.standardOutput.write(Data(report.utf8))
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "search", arguments.count == 6, let budget = Int(arguments[3]), let seeds = UInt64(arguments[4]),
    let size = Int(arguments[5])
{
    let data = try Data(contentsOf: URL(filePath: arguments[1]))
    let file = try JSONDecoder().decode(ProblemFile.self, from: data)
    for problem in file.problems where problem.name == arguments[2] {
        try SearchBenchmark(problem: problem, budget: budget, size: size).run(seeds: seeds)
    }
} else {
    try await measureEngine()
}
