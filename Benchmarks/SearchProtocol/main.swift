// SPDX-License-Identifier: Apache-2.0
// `SearchProtocol problems.json STRATEGY PROBLEM BUDGET SEEDS [BATCH]`: runs a strategy on a problem by the protocol of
// the benchmark's problem file, and prints one line of JSON per seed and one with the medians.
//
// `SearchProtocol problems.json STRATEGY PROBLEM BUDGET --coverage CAMPAIGNS [FIRST_SEED]`: prints every 10 campaigns how
// many of the 95 % intervals of the recommended combination held its true value so far, and how much it was overstated.

import Domain
import Experiments
import Foundation

let arguments = CommandLine.arguments
let isCoverage = arguments.count >= 7 && arguments[5] == "--coverage"
guard arguments.count >= 6, let budget = Int(arguments[4]), let seeds = Int(arguments[isCoverage ? 6 : 5]) else {
    FileHandle.standardError.write(
        Data(
            """
            usage: SearchProtocol problems.json STRATEGY PROBLEM|all BUDGET SEEDS [BATCH]
                   SearchProtocol problems.json STRATEGY PROBLEM|all BUDGET --coverage CAMPAIGNS [FIRST_SEED]

            """.utf8
        )
    )
    exit(2)
}
let batch = arguments.count > 6 && !isCoverage ? Int(arguments[6]) ?? 18 : 18
let file = try JSONDecoder().decode(ProblemFile.self, from: Data(contentsOf: URL(fileURLWithPath: arguments[1])))
for problem in file.problems where arguments[3] == "all" || problem.name == arguments[3] {
    if isCoverage {
        let first = arguments.count > 7 ? Int(arguments[7]) ?? 1 : 1
        var looks: [[ProtocolRun.Look]] = []
        for campaign in 0..<max(1, seeds) {
            let run = try ProtocolRun(
                problem,
                strategy: arguments[2],
                budget: budget,
                batch: batch,
                seed: first + campaign
            )
            looks.append(run.looks)
            if looks.count % 10 == 0 || looks.count == seeds {
                print(try encoded(Coverage(looks, problem: problem, strategy: arguments[2])))
                fflush(nil)
            }
        }
        continue
    }
    var runs: [ProtocolRun] = []
    for seed in 1...max(1, seeds) {
        let run = try ProtocolRun(problem, strategy: arguments[2], budget: budget, batch: batch, seed: seed)
        runs.append(run)
        print(try run.json())
    }
    print(try ProtocolSummary(runs).json())
}
