// SPDX-License-Identifier: Apache-2.0
// `SearchProtocol problems.json STRATEGY PROBLEM BUDGET SEEDS [BATCH]`: runs a strategy on a problem by the protocol of
// the benchmark's problem file, and prints one line of JSON per seed and one with the medians.

import Domain
import Experiments
import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 6, let budget = Int(arguments[4]), let seeds = Int(arguments[5]) else {
    FileHandle.standardError.write(
        Data("usage: SearchProtocol problems.json STRATEGY PROBLEM|all BUDGET SEEDS [BATCH]\n".utf8)
    )
    exit(2)
}
let batch = arguments.count > 6 ? Int(arguments[6]) ?? 18 : 18
let file = try JSONDecoder().decode(ProblemFile.self, from: Data(contentsOf: URL(fileURLWithPath: arguments[1])))
for problem in file.problems where arguments[3] == "all" || problem.name == arguments[3] {
    var runs: [ProtocolRun] = []
    for seed in 1...max(1, seeds) {
        let run = try ProtocolRun(problem, strategy: arguments[2], budget: budget, batch: batch, seed: seed)
        runs.append(run)
        print(try run.json())
    }
    print(try ProtocolSummary(runs).json())
}
