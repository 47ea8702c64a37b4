// SPDX-License-Identifier: Apache-2.0
// `RankProtocol FOLDER`: runs the tests T6 (forecasts), T7 (observers) and T8 (changes) on a folder of rank data and prints
// each figure beside its target, its floor in brackets, and "no change" or the median.
//
// `RankProtocol --panel FILE hot100|bb200|appstore|netflix FROM EVERY`, `--checkers FILE`, `--changes FILE`, `--speed`: one test; `--made COUNT [--seed FIRST] [KIND…]`: forecasts of
// panels that are made up; `--tail`: how often quiet
// made-up series reach a score.

import Foundation

let arguments = CommandLine.arguments
do {
    switch arguments.dropFirst().first {
    case "--panel" where arguments.count >= 6:
        guard let kind = NamedPanel.Kind(rawValue: arguments[3]), let every = Int(arguments[5]), every > 0 else {
            throw ProtocolError("give a kind, hot100, bb200, appstore or netflix, and a number of steps")
        }
        let panel = try NamedPanel(URL(filePath: arguments[2]), kind: kind)
        try ForecastTest.run(panel, from: arguments[4], every: every)
    case "--checkers" where arguments.count >= 3:
        for file in arguments.dropFirst(2) { try ObserverTest.run(URL(filePath: file)) }
    case "--changes" where arguments.count >= 3:
        for file in arguments.dropFirst(2) { try ChangeTest.run(URL(filePath: file)) }
    case "--made" where arguments.count >= 3:
        guard let count = Int(arguments[2]), count > 0 else { throw ProtocolError("give a number of panels") }
        let seed = arguments.firstIndex(of: "--seed").flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : "" }
        guard let first = seed.map({ UInt64($0) }) ?? 1 else { throw ProtocolError("--seed: give a whole number") }
        let kinds = arguments.dropFirst(3).compactMap { MadePanels.Kind(rawValue: $0) }
        for kind in kinds.isEmpty ? MadePanels.Kind.allCases : kinds {
            try ForecastTest.made(kind, count: count, first: first)
        }
    case "--tail":
        ChangeTest.tail()
    case "--speed":
        try ForecastTest.speed()
    case .some(let folder) where !folder.hasPrefix("--"):
        let files = try FileManager.default.contentsOfDirectory(
            at: URL(filePath: folder),
            includingPropertiesForKeys: nil
        )
        for file in files.sorted(by: { $0.lastPathComponent < $1.lastPathComponent }) {
            let name = file.lastPathComponent
            if name.hasPrefix("checkers") {
                try ObserverTest.run(file)
            } else if name.hasPrefix("changepoints") {
                try ChangeTest.run(file)
            } else if name.hasPrefix("hot100"), !name.contains("checkerB") {
                try ForecastTest.run(NamedPanel(file, kind: .hot100), from: "2018-01-01", every: 4)
            } else if name.hasPrefix("appstore") {
                try ForecastTest.run(NamedPanel(file, kind: .appstore), from: "2026-02-22", every: 1)
            }
        }
        try ForecastTest.speed()
    default:
        throw ProtocolError(
            "usage: RankProtocol FOLDER | --panel FILE KIND FROM EVERY | --checkers FILE… | --changes FILE… | --made COUNT [--seed FIRST] [young|weekly|short]… | --speed | --tail"
        )
    }
} catch {
    FileHandle.standardError.write(Data("RankProtocol: \(error)\n".utf8))
    exit(2)
}
