// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation
import Statistics
import Testing

@testable import dure

@Suite struct DesignCommandTests {
    /// Runs the command and returns its exit code; 0 when it ends well.
    private static func code(_ options: [String]) -> Int32 {
        do {
            try DesignCommand.parse(options).run()
            return 0
        } catch {
            return DesignCommand.exitCode(for: error).rawValue
        }
    }

    private static func text(_ options: [String]) throws -> String {
        let request = try DesignCommand.parse(options).request()
        return DesignText(try PlannedDesign.make(request), request, output: "runs.csv").text(goalFile: nil)
    }

    private static func factors(_ names: String, _ levels: String) -> [String] {
        names.flatMap { ["--factor", "\($0)=\(levels)"] }
    }

    @Test func `wrong requests end with the documented exit codes`() throws {
        let folder = try TemporaryFolder()
        let two = Self.factors("AB", "1,2")
        let wrong: [(Int32, [String])] = [
            (64, []), (64, ["--factor", "A"]), (64, ["--factor", "A=1"]), (64, ["--factor", "A=1,1"] + two),
            (64, two + ["--factor", "A=3,4"]), (64, two + ["--budget", "0"]), (64, two + ["--budget", "2"]),
            (64, two + ["--effect", "1", "--noise", "0"]), (64, two + ["--effect", "1e300", "--noise", "1e-300"]),
            (64, two + ["--effect", "1e-300", "--noise", "1e300"]), (64, two + ["--power", "1"]),
            (64, two + ["--level", "0"]),
            (64, two + ["--interaction", "A"]), (64, two + ["--interaction", "A:Z"]),
            (64, two + ["--forbid", "A=9"]), (64, two + ["--forbid", "A=1", "--forbid", "A=2"]),
            (64, two + ["--blocks", "0"]), (64, Self.factors("AB", "x,y") + ["--centre-points", "2"]),
            (64, two + ["--kind", "wonderful"]),
            (64, ["--numeric", "bid=9..1"]), (64, ["--numeric", "bid=1..nan"]), (64, ["--numeric", "bid=1..1e400"]),
            (66, ["--goal", folder.url.path + "/none.yaml"]),
            (65, ["--goal", try folder.file("bad.yaml", "version: 9")]),
            (66, two + ["--augment", folder.url.path + "/none.csv"]),
            (65, two + ["--augment", try folder.file("bad.csv", "A,C\n1,1\n")]),
            (73, two + ["--output", folder.url.path + "/none/runs.csv"]),
        ]
        for (code, options) in wrong {
            #expect(Self.code(options) == code, "\(options)")
        }
        let path = folder.url.path + "/runs.csv"
        #expect(Self.code(two + ["--output", path]) == 0)
        #expect(Self.code(two + ["--output", path]) == 73)
        #expect(Self.code(two + ["--output", path, "--force"]) == 0)
    }

    @Test func `a design that is filled in is analysed by the command that it names`() throws {
        let requests: [[String]] = [
            Self.factors("ABC", "low,high") + ["--blocks", "2", "--replicates", "2"],
            Self.factors("ABCD", "a,b,c") + ["--interaction", "A:B"],
            Self.factors("AB", "1,2") + Self.factors("CD", "1,2,3") + ["--forbid", "A=1,C=1"],
            ["--numeric", "bid=100..900:50", "--numeric", "hour=0..23:1", "--kind", "lhs", "--budget", "25"],
            Self.factors("AB", "x,y") + ["--outer", "N=1,2", "--outer", "M=1,2"],
            ["--factor", "title 1=short,long", "--factor", "price=9900,10900", "--interaction", "title 1:price"],
        ]
        for options in requests {
            let folder = try TemporaryFolder()
            let path = folder.url.path + "/runs.csv"
            #expect(Self.code(options + ["--output", path]) == 0)
            let request = try DesignCommand.parse(options).request()
            let design = try PlannedDesign.make(request)
            var reader = try CSVReader(path: path)
            var lines = [reader.headers.map { "\"\($0)\"" }.joined(separator: ",")]
            while try reader.next() {
                let cells = try reader.headers.indices.dropLast().map { try reader.text($0) }
                let value = 20 + Double((lines.count * 37) % 11) / 3 + (cells.last == "high" ? 5 : 0)
                lines.append((cells + ["\(value)"]).map { "\"\($0)\"" }.joined(separator: ","))
            }
            #expect(lines.count == design.points.count + 1)
            let filled = try folder.file("filled.csv", lines.joined(separator: "\n"))
            let text = DesignText(design, request, output: filled).text(goalFile: nil)
            let command = try #require(text.split(separator: "\n").first { $0.hasPrefix("  dure analyze ") })
            let report = try AnalyzeCommand.parse(Self.words(command)).request().report()
            #expect(report.rows == design.points.count)
            let named = Set(report.columns.map(\.column))
            let inner = design.factors.prefix(design.factors.count - design.outerCount).map(\.name)
            #expect(named.isSuperset(of: inner), "\(command)")
            for pair in request.interactions {
                let names = Set(pair.map { design.factors[$0].name })
                #expect(
                    report.responses[0].anova?.rows.contains {
                        Set($0.term.split(separator: ":").map(String.init)) == names
                    }
                        == true
                )
            }
        }
    }

    /// The words of a command after its name and subcommand, as a shell takes them apart.
    private static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        for character in line + " " {
            if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else if quote == nil, character == " " {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        return Array(words.dropFirst(2))
    }

    @Test func `a goal file that is written is one that campaigns accept`() throws {
        for options in [
            Self.factors("ABC", "1,2"), Self.factors("AB", "x: y,\"z\",#1") + ["--replicates", "3"],
            ["--factor", "가격=9900,10900", "--factor", "on=true,false", "--numeric", "bid=0.5..1.5:0.25"],
            Self.factors("ABCDEFG", "1,2") + ["--budget", "16", "--blocks", "2"],
        ] {
            let folder = try TemporaryFolder()
            let path = folder.url.path + "/goal.yaml"
            #expect(Self.code(options + ["--goal-file", path]) == 0)
            let goal = try GoalFile.load(path).goal
            let design = try PlannedDesign.make(try DesignCommand.parse(options).request())
            #expect(goal.factors.map(\.name) == design.factors.map(\.name))
            for (factor, planned) in zip(goal.factors, design.factors) {
                #expect(factor.levels.count == planned.levelCount)
            }
            // A goal's factors make the same design again.
            #expect(Self.code(["--goal", path]) == 0)
        }
        let folder = try TemporaryFolder()
        let path = folder.url.path + "/goal.yaml"
        #expect(Self.code(Self.factors("AB", "1,2") + ["--outer", "N=1,2", "--goal-file", path]) == 64)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `what is said of a design is not more than is true`() throws {
        let split = try Self.text(Self.factors("ABC", "1,2") + ["--blocks", "2", "--replicates", "1"])
        #expect(!split.contains("every interaction is clear of all others"))
        #expect(split.contains("Blocks are confounded with A × B × C"))
        // Two interactions of three factors are given up, and the one of two that they make: no split does better.
        let four = try Self.text(Self.factors("ABCD", "1,2") + ["--kind", "full", "--blocks", "4"])
        let line = try #require(four.split(separator: "\n").first { $0.hasPrefix("Blocks are confounded with") })
        let words = line.dropFirst("Blocks are confounded with ".count).split(separator: ", ").prefix(3)
        #expect(words.map { $0.split(separator: "×").count }.sorted() == [2, 3, 3], "\(line)")
        // In a fraction an interaction of two factors is named when blocks are confounded with it.
        let part = try Self.text(
            Self.factors("ABCDEF", "1,2") + ["--kind", "fractional", "--budget", "16", "--blocks", "4"]
        )
        #expect(part.contains("Blocks are confounded with"))
        let mixed = try Self.text(Self.factors("ABCDEFG", "1,2") + ["--budget", "16", "--interaction", "A:B"])
        #expect(mixed.contains("A × B = "))
        #expect(mixed.contains("may still be mixed with interactions that were not asked for"))
        let dummy = try Self.text(
            Self.factors("AB", "1,2") + Self.factors("CD", "1,2,3") + Self.factors("E", "1,2,3,4") + ["--budget", "16"]
        )
        if dummy.contains("dummy levels") {
            #expect(!dummy.contains("with the levels as they are"))
        }
        let array = try Self.text(
            Self.factors("AB", "1,2,3") + ["--kind", "taguchi", "--effect", "1", "--noise", "1", "--budget", "200"]
        )
        #expect(!array.contains("(18 combinations"))
    }

    @Test func `a budget that is refused names one that is enough`() throws {
        for names in ["ABCD", "ABCDEF"] {
            let options = Self.factors(names, "1,2")
            #expect(Self.code(options + ["--budget", "3"]) == 64)
            #expect(Self.code(options + ["--budget", "\(names.count + 1)"]) == 0)
        }
    }
}
