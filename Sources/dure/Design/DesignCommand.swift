// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation

/// `dure design`: recommends which runs to make, says what they can tell, and writes them to a file.
struct DesignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "design",
        abstract: "Recommend the runs of an experiment.",
        discussion: """
            Takes the cheapest design that reaches the wanted power within the budget, says why, what it can and cannot \
            tell apart, and how likely it finds an effect of the size that matters. docs/designs.md explains the families.

              dure design --factor "price=9900,10900,11900" --factor "title=a,b" --effect 500 --noise 400 -o runs.csv
              dure design --numeric "bid=100..900" --numeric "hour=0..23:1" --kind lhs --budget 30
              dure design --goal goal.yaml --interaction price:coupon --budget 60

            Exit codes: 0 done, 64 wrong options, 65 a file is wrong, 66 there is no such file, 73 a file cannot be made.
            """
    )

    @Option(help: "A factor and its levels: \"price=9900,10900,11900\". Repeat for more.")
    var factor: [String] = []

    @Option(help: "A numeric factor and its range, with a step or without: \"bid=100..900\", \"bid=100..900:50\".")
    var numeric: [String] = []

    @Option(help: "A noise factor and its levels: every run is made at each setting of an outer array of them.")
    var outer: [String] = []

    @Option(help: "Take the factors of a goal file.", completion: .file(extensions: ["yaml", "yml"]))
    var goal: String?

    @Option(help: "The most runs, replicates and centre points included.")
    var budget: Int?

    @Option(help: "The smallest difference between two levels that matters, in the metric's unit.")
    var effect: Double?

    @Option(help: "The standard deviation of the metric when one combination is run again.")
    var noise: Double?

    @Option(help: "The wanted chance to find an effect of that size.")
    var power = 0.8

    @Option(help: "The level of the tests: the chance of a false alarm.")
    var level = 0.05

    @Option(help: "An interaction that must be estimated: price:coupon. Repeat for more.")
    var interaction: [String] = []

    @Option(help: "Levels that must not occur together: \"price=9900,coupon=10%\". Repeat for more.")
    var forbid: [String] = []

    @Option(help: "Lay the runs in so many blocks, such as days.")
    var blocks = 1

    @Option(name: .customLong("centre-points"), help: "Add so many runs in the middle of all numeric factors.")
    var centrePoints = 0

    @Option(help: "Make every run so many times; without it, as often as the power needs.")
    var replicates: Int?

    @Option(help: "Where random choices start: the same seed gives the same runs in the same order.")
    var seed: UInt64?

    @Option(help: "The family: \(DesignKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind: DesignKind = .auto

    @Option(help: "Add runs to those of a CSV file with a column per factor.", completion: .file(extensions: ["csv"]))
    var augment: String?

    @Option(name: [.short, .long], help: "Write the runs to this CSV file.", completion: .file(extensions: ["csv"]))
    var output: String?

    @Option(
        name: .customLong("goal-file"),
        help: "Write a goal file that runs these factors as a campaign.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var goalFile: String?

    @Flag(help: "Replace existing files.")
    var force = false

    @Flag(help: "Print the result as one JSON object; its keys are documented in docs/designs.md.")
    var json = false

    func run() throws {
        let request = try request()
        let design: PlannedDesign
        do throws(DesignError) {
            design = try PlannedDesign.make(request)
        } catch {
            throw ExitCode.usage.saying("--\(error)")
        }
        let text = DesignText(design, request, output: output)
        // Both texts are made before either is written, so that a refusal leaves no file behind.
        let goalText = try goalFile.map { _ in try DesignGoalFile(design, request).text() }
        for path in [output, goalFile].compactMap(\.self) {
            try refuseExisting(path)
        }
        if let output {
            try write(text.csv, to: output)
        }
        if let goalFile, let goalText {
            try write(goalText, to: goalFile)
        }
        let answer = json ? try CanonicalJSON.text(DesignAnswer(design, request)) : text.text(goalFile: goalFile)
        try FileHandle.standardOutput.write(contentsOf: Data((answer + "\n").utf8))
    }

    /// The request that the options make.
    func request() throws -> DesignRequest {
        do {
            var factors: [DesignFactor] = []
            var startingSeed: UInt64 = 1
            if let goal {
                let file = try GoalFile.load(goal).goal
                factors += file.factors.map { DesignFactor(name: $0.name, values: .levels($0.levels)) }
                startingSeed = file.seed
            }
            let arguments = DesignArguments()
            factors += try factor.map { try arguments.factor($0, option: "factor") }
            factors += try numeric.map(arguments.range)
            var request = DesignRequest(factors: factors)
            request.kind = kind
            request.budget = budget
            request.effect = effect
            request.noise = noise
            request.power = power
            request.level = level
            request.blocks = blocks
            request.centrePoints = centrePoints
            request.replicates = replicates
            request.seed = seed ?? startingSeed
            request.outer = try outer.map { try arguments.factor($0, option: "outer") }
            request.interactions = try interaction.map { try arguments.pair($0, of: factors) }
            request.forbidden = try forbid.map { try arguments.combination($0, of: factors) }
            if let augment {
                request.existing = try ExistingRuns.read(augment, factors: factors)
            }
            return request
        } catch let error as DesignError {
            throw ExitCode.usage.saying("--\(error)")
        } catch let error as GoalFileErrors {
            throw (error.cause == .unreadable ? ExitCode.noInput : .dataError).saying(error.description)
        } catch let error as CSVError {
            throw (error.isUnreadable ? ExitCode.noInput : .dataError).saying("\(augment ?? ""): \(error)")
        }
    }

    private func refuseExisting(_ path: String) throws {
        guard !force, FileManager.default.fileExists(atPath: path) else { return }
        throw ExitCode.cannotCreate.saying("\(path): already exists; give another path, or --force to replace it")
    }

    private func write(_ text: String, to path: String) throws {
        let location = URL(filePath: path).absoluteURL.standardizedFileURL
        do {
            try Data(text.utf8).write(to: location, options: force ? [.atomic] : [.withoutOverwriting])
        } catch {
            let reason = error.localizedDescription
            throw ExitCode.cannotCreate.saying(
                "\(path): cannot be written (\(reason)); give a path in a folder you own"
            )
        }
    }
}

extension DesignKind: ExpressibleByArgument {}
