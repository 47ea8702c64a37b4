// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Yams

/// How one trial is run: kind, times and programs.
extension GoalReader {
    private static let keys = [
        "kind", "window", "wash_out", "every", "apply", "measure", "attempts", "cost", "timeout", "directory",
        "environment",
    ]
    /// Variables that every program gets besides one per factor.
    private static let reserved = ["DURE_UNIT", "DURE_TRIAL"]

    /// What all programs of a trial have in common unless they say otherwise.
    private struct Surroundings {
        var directory: String
        var timeout: TimeSpan
        var environment: [String: String]
    }

    mutating func trial(
        _ root: Fields,
        marketplace: Marketplace,
        isRank: Bool,
        factors: [Factor]
    ) -> TrialTemplate? {
        guard let entry = root["trial"] else {
            if marketplace == .simulated {
                return TrialTemplate(kind: .simulated, window: .hours(6), washOut: .hours(1))
            }
            demand("trial", in: root, "give {kind: command, measure: …} or {kind: simulated}")
            return nil
        }
        guard let fields = fields(entry, known: Self.keys), let kind = kind(fields, marketplace) else {
            return nil
        }
        let isSimulated = kind == .simulated
        let surroundings = surroundings(fields)
        // Where the marketplace tells ranks, a program that applies is enough.
        let isObserved = marketplace == .naver && isRank && root["guardrails"] == nil && root["objectives"] == nil
        if kind == .command, fields["measure"] == nil {
            if !isObserved {
                demand("measure", in: fields, "give the command that measures, such as ./measure.sh")
            } else if fields["apply"] == nil {
                demand("apply", in: fields, "give the command that applies a combination, such as ./apply.sh")
            } else if fields["window"] == nil {
                demand(
                    "window",
                    in: fields,
                    "give how long a combination stays applied while its rank is looked at, such as 6h"
                )
            }
        }
        for key in ["apply", "measure", "timeout", "directory", "environment"] where isSimulated {
            if let wrong = fields[key] {
                report(
                    line: wrong.line,
                    wrong.path,
                    value: Self.raw(wrong.node),
                    "a simulated trial runs no program",
                    "leave \(key) out, or give kind: command"
                )
            }
        }
        if kind == .command {
            checkVariables(factors, root)
            refuseOwnSurroundings(fields)
        }
        let window = span(fields["window"], above: isSimulated) ?? (isSimulated ? .hours(6) : .zero)
        let washOut = span(fields["wash_out"]) ?? (isSimulated && fields["window"] == nil ? .hours(1) : .zero)
        let every = span(fields["every"], above: true)
        if let wrong = fields["wash_out"], washOut >= window, washOut != .zero {
            refuse(wrong, "give less than the window of \(window)")
        } else if let every, let wrong = fields["every"], window > .zero, every > window - washOut {
            refuse(wrong, "give the counted part of the window, \(window - washOut), or less")
        }
        return TrialTemplate(
            kind: kind,
            window: window,
            washOut: washOut,
            every: every ?? Self.defaultEvery(window - washOut),
            apply: isSimulated ? nil : fields["apply"].flatMap { command($0, surroundings) },
            measure: isSimulated ? nil : fields["measure"].flatMap { command($0, surroundings) },
            attempts: integer(fields["attempts"], in: 1...100) ?? 3,
            cost: money(fields["cost"])
        )
    }

    /// Half an hour, or the whole counted part of a shorter window.
    private static func defaultEvery(_ counted: TimeSpan) -> TimeSpan {
        counted > .zero ? min(.minutes(30), counted) : .minutes(30)
    }

    private mutating func kind(_ fields: Fields, _ marketplace: Marketplace) -> TrialTemplate.Kind? {
        if let entry = fields["kind"] {
            return choice(entry)
        }
        if fields["measure"] != nil || (marketplace == .naver && fields["apply"] != nil) {
            return .command
        }
        if marketplace == .simulated {
            return .simulated
        }
        demand("kind", in: fields, "give command or simulated")
        return nil
    }

    private mutating func surroundings(_ fields: Fields) -> Surroundings {
        Surroundings(
            directory: folder(fields["directory"]) ?? directory,
            timeout: span(fields["timeout"], above: true) ?? .minutes(1),
            environment: fields["environment"].map { environment($0) } ?? [:]
        )
    }

    /// Refuses plain-letter factor names that would share one environment variable.
    private mutating func checkVariables(_ factors: [Factor], _ root: Fields) {
        var owners: [String: String] = [:]
        for factor in factors where factor.name.allSatisfy(\.isASCII) {
            let variable = TrialVariable.name(of: factor.name)
            let other = Self.reserved.contains(variable) ? "Dure itself" : owners[variable].map { "'\($0)'" }
            if let other, let entry = root["factors"] {
                report(
                    line: entry.line,
                    entry.path,
                    value: factor.name,
                    "'\(Self.shortened(factor.name))' and \(other) share the environment variable \(variable)",
                    "rename the factor"
                )
            }
            owners[variable] = factor.name
        }
    }

    // MARK: Programs

    /// A command from text for the shell, a list of arguments, or a map with `run` and what is its own.
    private mutating func command(_ entry: Entry, _ surroundings: Surroundings) -> Command? {
        if let registered { return command(entry, among: registered) }
        guard case .mapping = entry.node else {
            return arguments(entry).map { command($0, surroundings) }
        }
        guard let fields = fields(entry, known: ["run", "timeout", "directory", "environment"]) else {
            return nil
        }
        var own = surroundings
        own.directory = folder(fields["directory"]) ?? own.directory
        own.timeout = span(fields["timeout"], above: true) ?? own.timeout
        if let entry = fields["environment"] {
            own.environment.merge(environment(entry)) { _, new in new }
        }
        guard let run = fields["run"] else {
            demand("run", in: fields, "give the command, such as ./measure.sh")
            return nil
        }
        return arguments(run).map { command($0, own) }
    }

    /// The registered command that a goal from outside names; what it runs, where and for how long is not for that goal to say.
    private mutating func command(_ entry: Entry, among registered: [String: Command]) -> Command? {
        let names = registered.keys.sorted().joined(separator: ", ")
        let known =
            names.isEmpty ? "none is registered: 'dure commands add' does that on the machine" : "there is \(names)"
        guard case .mapping = entry.node else {
            report(
                line: entry.line,
                entry.path,
                value: Self.raw(entry.node),
                "a goal from outside brings no programs of its own",
                "give {registered: NAME}; \(known)"
            )
            return nil
        }
        guard let fields = fields(entry, known: ["registered"]) else { return nil }
        guard let name = fields["registered"] else {
            demand("registered", in: fields, "give the name of a registered command; \(known)")
            return nil
        }
        guard let text = text(name, "give the name of a registered command") else { return nil }
        guard let command = registered[text] else {
            refuse(name, "give the name of a registered command; \(known)")
            return nil
        }
        return command
    }

    private mutating func refuseOwnSurroundings(_ fields: Fields) {
        guard registered != nil else { return }
        for key in ["timeout", "directory", "environment"] {
            guard let wrong = fields[key] else { continue }
            report(
                line: wrong.line,
                wrong.path,
                value: Self.raw(wrong.node),
                "a registered command has its own",
                "leave \(key) out"
            )
        }
    }

    private func command(_ arguments: [String], _ surroundings: Surroundings) -> Command {
        Command(
            arguments: arguments,
            directory: surroundings.directory,
            timeout: surroundings.timeout,
            environment: surroundings.environment
        )
    }

    private mutating func arguments(_ entry: Entry) -> [String]? {
        let remedy = "give a command such as ./measure.sh, or a list of arguments"
        guard case .sequence(let sequence) = entry.node else {
            return text(entry, remedy).map { ["/bin/sh", "-c", $0] }
        }
        guard !sequence.isEmpty else {
            refuse(entry, remedy)
            return nil
        }
        let found = (items(entry, remedy) ?? []).enumerated().compactMap { index, item -> String? in
            guard let argument = item.node.scalar?.string, index > 0 || !argument.isEmpty,
                !argument.unicodeScalars.contains("\0")
            else {
                refuse(item, index == 0 ? "give the program's name" : "give each argument as text")
                return nil
            }
            return argument
        }
        return found.count == sequence.count ? found : nil
    }

    /// A folder, made absolute from the goal file's own.
    private mutating func folder(_ entry: Entry?) -> String? {
        text(entry, "give a folder").map { path in
            URL(
                filePath: path,
                directoryHint: .isDirectory,
                relativeTo: URL(filePath: directory, directoryHint: .isDirectory)
            )
            .standardizedFileURL.path
        }
    }

    private mutating func environment(_ entry: Entry) -> [String: String] {
        var found: [String: String] = [:]
        let members = openMap(entry)?.members ?? [:]
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            guard !name.isEmpty, !name.contains("="), let value = member.node.scalar?.string else {
                refuse(member, "give 'NAME: value' with text as value")
                continue
            }
            found[name] = value
        }
        return found
    }
}

/// The environment variable through which a program learns a factor's level.
package enum TrialVariable {
    /// `DURE_` and the factor's name in capitals, every other character than an ASCII letter or digit as `_`.
    package static func name(of factor: String) -> String {
        "DURE_" + String(factor.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }
}
