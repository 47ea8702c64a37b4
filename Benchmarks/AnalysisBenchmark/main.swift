// SPDX-License-Identifier: Apache-2.0
// `AnalysisBenchmark [l18] [million] [nist CSV]`: times analyses of variance in this process, or prints the F ratios of
// NIST's sets, as lines `key value` that scripts/bench reads.

import Foundation

func report(_ key: String, _ value: some CustomStringConvertible) {
    FileHandle.standardOutput.write(Data("\(key) \(value)\n".utf8))
}

var arguments = CommandLine.arguments.dropFirst()
while let subject = arguments.popFirst() {
    switch subject {
    case "l18":
        try measureL18()
    case "million":
        try measureMillion()
    case "nist":
        guard let path = arguments.popFirst() else {
            FileHandle.standardError.write(Data("AnalysisBenchmark: nist needs the path of a CSV file\n".utf8))
            exit(2)
        }
        try reportNIST(path: path)
    default:
        FileHandle.standardError.write(Data("usage: AnalysisBenchmark [l18] [million] [nist CSV]\n".utf8))
        exit(2)
    }
}
