// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Statistics

extension AnalyzeCommand {
    /// The options as what they mean; throws `ValidationError` with the option's name for what they do not allow.
    func request() throws -> AnalysisRequest {
        let responses = Self.names(response)
        guard !responses.isEmpty else {
            throw ValidationError("--response: got '\(response)'; give the name of a column")
        }
        if let twice = responses.first(where: { name in responses.count { $0 == name } > 1 }) {
            throw ValidationError("--response: '\(twice)' is named twice; name every column once")
        }
        try validateCombinations(responses)
        var request = AnalysisRequest(path: file, responses: responses)
        request.factors = factors.map(Self.names)
        request.blocks = block.map(Self.names) ?? []
        request.numbers = numeric.map(Self.names) ?? []
        request.model = model
        request.trials = trials
        request.order = order
        request.analysis.family = family
        request.analysis.type = type
        request.analysis.confidence = confidence
        request.analysis.comparesPairs = tukey
        request.analysis.runStatistic = signalToNoise?.statistic ?? (repeats ? .mean : nil)
        request.analysis.pooling = try pooling()
        request.analysis.referenceLevels = try reference.map { try Self.combination($0, "--reference") } ?? [:]
        request.analysis.present = try present.map { try Self.combination($0, "--present") } ?? [:]
        request.analysis.dispersion = dispersion ?? .automatic
        request.analysis.predictions = try predict.map { try Self.combination($0, "--predict") }
        request.analysis.goals = try goals(responses)
        request.analysis.desirabilities = try desirability.map { try Self.desirability($0, responses) }
        return request
    }

    private func validateCombinations(_ responses: [String]) throws {
        if signalToNoise != nil, repeats {
            throw ValidationError("--snr and --repeats: give one; --snr analyses the mean of the repeats as well")
        }
        if family != .normal {
            for (name, isGiven) in [
                ("--snr", signalToNoise != nil), ("--repeats", repeats), ("--pool", pool != nil), ("--tukey", tukey),
                ("--desirability", !desirability.isEmpty), ("--reference", reference != nil),
                ("--order", order != nil),
            ] where isGiven {
                throw ValidationError("\(name): not with --family \(family.rawValue); leave it out")
            }
        } else if dispersion != nil {
            throw ValidationError("--dispersion: only with --family binomial or poisson; leave it out")
        } else if trials != nil {
            throw ValidationError("--trials: give --family binomial (successes) or poisson (counts) with it")
        }
        if let model, let sign = AnalysisRequest.tilde(model) {
            let left = model[..<sign].split { $0 == "+" || $0 == "," }
                .map { $0.trimmingCharacters(in: .whitespaces.union(CharacterSet(charactersIn: "`"))) }
            if let other = left.first(where: { !$0.isEmpty && !responses.contains($0) }) {
                throw ValidationError(
                    "--model: got '\(other)' left of ~, and --response \(response); leave the left side out, or name "
                        + "the same column"
                )
            }
        }
        if signalToNoise != nil || repeats, !desirability.isEmpty {
            throw ValidationError("--desirability: not with --snr or --repeats; leave one out")
        }
    }

    /// The names in a list with commas.
    static func names(_ list: String) -> [String] {
        list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func pooling() throws -> LinearModelAnalysis.Pooling {
        guard let pool = pool?.trimmingCharacters(in: .whitespaces) else {
            return .none
        }
        if pool == "half" {
            return .smallestUntil(residualShare: 0.5)
        }
        if pool.hasSuffix("%"), let percent = Double(pool.dropLast()) {
            guard percent > 0, percent < 100 else {
                throw ValidationError("--pool: got '\(pool)'; give a share between 0% and 100%, such as 5%")
            }
            return .contributionBelow(share: percent / 100)
        }
        if let degrees = Int(pool) {
            guard degrees > 0 else {
                throw ValidationError("--pool: got '\(pool)'; give 1 or more degrees of freedom, or names of terms")
            }
            return .smallest(untilResidualDegreesOfFreedom: degrees)
        }
        return .terms(Self.names(pool))
    }

    /// Pairs such as `A=1,B=2`; a level may hold `=`.
    static func combination(_ text: String, _ option: String) throws -> [String: String] {
        var levels: [String: String] = [:]
        for part in names(text) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else {
                throw ValidationError("\(option): got '\(part)'; give pairs such as A=1,B=2")
            }
            let name = pair[0].trimmingCharacters(in: .whitespaces)
            guard !name.isEmpty, levels[name] == nil else {
                throw ValidationError("\(option): got '\(part)'; name every column once")
            }
            levels[name] = pair[1].trimmingCharacters(in: .whitespaces)
        }
        guard !levels.isEmpty else {
            throw ValidationError("\(option): got '\(text)'; give pairs such as A=1,B=2")
        }
        return levels
    }

    private func goals(_ responses: [String]) throws -> [String: BestCombination.Direction] {
        guard let goal else {
            return [:]
        }
        let given = try Self.names(goal).map { try Self.direction($0) }
        if signalToNoise != nil || repeats {
            guard given.count == 1 else {
                throw ValidationError("--goal: got \(given.count); give one, for the mean of the repeats")
            }
            return ["mean": given[0]]
        }
        guard given.count == 1 || given.count == responses.count else {
            throw ValidationError(
                "--goal: got \(given.count) for \(responses.count) responses; give one for all or one each"
            )
        }
        var goals: [String: BestCombination.Direction] = [:]
        for (index, response) in responses.enumerated() {
            goals[response] = given.count == 1 ? given[0] : given[index]
        }
        return goals
    }

    static func direction(_ text: String) throws -> BestCombination.Direction {
        switch text {
        case "higher", "larger":
            return .higher
        case "lower", "smaller":
            return .lower
        default:
            guard text.hasPrefix("nominal:"), let target = Double(text.dropFirst("nominal:".count)), target.isFinite
            else {
                throw ValidationError("--goal: got '\(text)'; give higher, lower or nominal:<target>")
            }
            return .nominal(target: target)
        }
    }

    /// Such as `yield:larger:60:90:weight=2`; a response's name may hold colons.
    static func desirability(_ text: String, _ responses: [String]) throws -> Desirability {
        let form = "give such as yield:larger:60:90, cost:smaller:10:20 or size:target:9:10:11"
        guard let response = responses.filter({ text.hasPrefix($0 + ":") }).max(by: { $0.count < $1.count }) else {
            throw ValidationError("--desirability: got '\(text)'; begin with one of --response, and \(form)")
        }
        let parts = text.dropFirst(response.count + 1).split(separator: ":", omittingEmptySubsequences: false)
        guard let goal = parts.first.flatMap({ Desirability.Goal(rawValue: String($0)) }) else {
            throw ValidationError("--desirability: got '\(text)'; \(form)")
        }
        var bounds: [Double] = []
        var options = ["weight": 1.0, "importance": 1.0]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2, options[String(pair[0])] != nil, let value = Double(pair[1]) {
                options[String(pair[0])] = value
            } else if let value = Double(part) {
                bounds.append(value)
            } else {
                throw ValidationError("--desirability: got '\(part)' in '\(text)'; \(form)")
            }
        }
        guard bounds.count == (goal == .target ? 3 : 2) else {
            throw ValidationError("--desirability: got \(bounds.count) bounds in '\(text)'; \(form)")
        }
        do {
            return try Desirability(
                response: response,
                goal: goal,
                low: bounds[0],
                high: bounds[bounds.count - 1],
                target: goal == .target ? bounds[1] : nil,
                weight: options["weight"] ?? 1,
                importance: options["importance"] ?? 1
            )
        } catch {
            throw ValidationError("--desirability: \(error)")
        }
    }
}
