// SPDX-License-Identifier: Apache-2.0
import Dispatch
package import Domain
import Foundation
package import Statistics

/// The chance that a campaign as planned finds an effect of the size that matters, before money is spent.
///
/// Campaigns are simulated with the goal's own search strategy: one level of one factor, drawn anew each time, is better than the
/// control by the effect, all others are no better, and every trial has the given noise. Found means what a seller means: the
/// campaign chose a combination with that level, and the confirmation run confirmed it at 5 %.
package struct RehearsalPower: Sendable {
    /// What is simulated.
    package struct Request: Sendable {
        package var goal: Goal
        /// The trials of the search, controls included.
        package var searchTrials: Int
        /// The trials that fit into one generation, controls included.
        package var generationTrials: Int
        /// The smallest difference that matters, in units of the metric, above 0.
        package var effect: Double
        /// The standard deviation of one trial, blocks and units taken out, above 0.
        package var noise: Double
        /// The wanted chance.
        package var power = 0.8
        /// How many campaigns are simulated; nil for as many as tell whether the chance is as wanted, up to a bound.
        package var simulations: Int?

        /// Makes a request.
        package init(goal: Goal, searchTrials: Int, generationTrials: Int, effect: Double, noise: Double) {
            self.goal = goal
            self.searchTrials = searchTrials
            self.generationTrials = generationTrials
            self.effect = effect
            self.noise = noise
        }

        /// Throws for a number outside its range.
        func validate() throws(ExperimentError) {
            guard effect > 0, effect.isFinite else {
                throw .invalidNumber(
                    field: "effect",
                    value: effect,
                    remedy: "give the smallest difference that matters, above 0"
                )
            }
            guard noise > 0, noise.isFinite else {
                throw .invalidNumber(
                    field: "noise",
                    value: noise,
                    remedy: "give the standard deviation of one trial, above 0"
                )
            }
            guard power > 0.05, power < 1 else {
                throw .invalidNumber(
                    field: "power",
                    value: power,
                    remedy: "give a chance between 0.05 and 1, such as 0.8"
                )
            }
            guard (simulations ?? 1) >= 1, (simulations ?? 1) <= Self.simulationLimit else {
                throw .invalidNumber(
                    field: "simulations",
                    value: Double(simulations ?? 0),
                    remedy: "give 1 to \(Self.simulationLimit)"
                )
            }
            guard searchTrials >= 2, generationTrials >= 2 else {
                throw .invalidRequest(field: "searchTrials", value: min(searchTrials, generationTrials), least: 2)
            }
        }

        /// The most campaigns that are simulated.
        package static let simulationLimit = 10_000
    }

    /// The answer.
    package struct Answer: Codable, Sendable, Equatable {
        package var effect: Double
        package var noise: Double
        /// The trials that one campaign has, finalists and confirmation included.
        package var trials: Int
        package var simulations: Int
        /// The chance to find the effect, with the interval of the simulation.
        package var chance: Interval
        /// The chance that a combination that is no better is confirmed.
        package var wrong: Interval
        package var wantedPower: Double
        /// The cheapest design that reaches the wanted chance for every factor; nil when none of at most 10,000 runs does.
        package var cheapest: Design?

        /// A design with its power.
        package struct Design: Codable, Sendable, Equatable {
            package var name: String
            package var runs: Int
            package var replicates: Int
            /// Its trials in all.
            package var trials: Int
            package var power: Double
        }
    }

    private let request: Request
    private let closing: (finalists: Int, replicates: Int, confirmation: Int)

    private init(_ request: Request) {
        self.request = request
        let ending = request.goal.ending
        let confirmation = ending.confirmationReplicates
        closing = (ending.finalists, confirmation == 0 ? 0 : max(confirmation / 2, 2), confirmation)
    }

    /// Simulates; throws for numbers outside their range and what a strategy throws.
    package static func estimate(_ request: Request) throws -> Answer {
        try request.validate()
        let power = RehearsalPower(request)
        let perCampaign =
            request.searchTrials + power.closing.finalists * power.closing.replicates
            + 2 * power.closing.confirmation
        let most = request.simulations ?? min(max(Self.trialsInAll / perCampaign, Self.fewest), Self.most)
        var outcomes: [Outcome] = []
        while outcomes.count < most {
            let next = outcomes.count..<min(outcomes.count + Self.batch, most)
            outcomes += try power.campaigns(next)
            if request.simulations == nil, try power.isDecided(outcomes) { break }
        }
        let simulations = outcomes.count
        let found = outcomes.count { $0 == .found }
        let wrong = outcomes.count { $0 == .wrong }
        let cheapest = try CheapestDesign.find(
            levelCounts: request.goal.factors.map(\.levels.count),
            noise: request.noise,
            effect: request.effect,
            power: request.power
        )
        return Answer(
            effect: request.effect,
            noise: request.noise,
            trials: perCampaign,
            simulations: simulations,
            chance: try BinomialCount(trials: simulations, successes: found).wilsonInterval(),
            wrong: try BinomialCount(trials: simulations, successes: wrong).wilsonInterval(),
            wantedPower: request.power,
            cheapest: cheapest.map {
                .init(name: $0.name, runs: $0.runs, replicates: $0.replicates, trials: $0.total, power: $0.power)
            }
        )
    }

    /// How many trials are simulated in all where the number of campaigns is not given: bounds the time, not by a clock, so that
    /// the same goal always gets the same answer.
    private static let trialsInAll = 60_000
    private static let fewest = 50
    private static let most = 400
    /// How many campaigns are simulated between two looks at whether they are enough.
    private static let batch = 8

    /// Whether the chance is known to be above or below the wanted one.
    private func isDecided(_ outcomes: [Outcome]) throws -> Bool {
        let found = outcomes.count { $0 == .found }
        let chance = try BinomialCount(trials: outcomes.count, successes: found).wilsonInterval()
        return chance.lower > request.power || chance.upper < request.power
    }

    /// Simulates campaigns by their numbers, on all processors: each has a generator of its own, so that their order does not matter.
    private func campaigns(_ numbers: Range<Int>) throws -> [Outcome] {
        let results = Locked([Result<Outcome, any Error>?](repeating: nil, count: numbers.count))
        DispatchQueue.concurrentPerform(iterations: numbers.count) { place in
            let number = numbers.lowerBound + place
            let result = Result {
                var generator = SplitMix64(
                    seed: SplitMix64.seed(request.goal.seed, "rehearsal power", String(number))
                )
                return try campaign(using: &generator)
            }
            results.withLock { $0[place] = result }
        }
        return try results.withLock { $0 }.compactMap { try $0?.get() }
    }

    private enum Outcome: Sendable {
        case found
        case wrong
        case nothing
    }

    /// One campaign from the first generation to the confirmation.
    private func campaign(using generator: inout SplitMix64) throws -> Outcome {
        let goal = request.goal
        let movable = goal.factors.indices.filter { goal.factors[$0].levels.count > 1 }
        guard let factor = movable.randomElement(using: &generator) else { return .nothing }
        let others = goal.factors[factor].levels.indices.filter { $0 != goal.factors[factor].control }
        guard let level = others.randomElement(using: &generator) else { return .nothing }
        let winner = try search(factor: factor, level: level, using: &generator)
        guard let winner, winner != goal.control else { return .nothing }
        let isTrue = winner.levels[factor] == level
        guard closing.confirmation >= 2 else { return isTrue ? .found : .wrong }
        let gain = isTrue ? request.effect : 0
        return isConfirmed(gain: gain, using: &generator) ? (isTrue ? .found : .wrong) : .nothing
    }

    private func search(factor: Int, level: Int, using generator: inout SplitMix64) throws -> Combination? {
        let goal = request.goal
        var strategy = try Strategies.make(for: goal)
        // A scale of about 0 to 1, as scores have.
        let scale = 10 * (request.noise + request.effect)
        func outcomes(_ combinations: [Combination], block: Int) -> [TrialOutcome] {
            combinations.map { combination in
                let gain = combination.levels[factor] == level ? request.effect : 0
                let value = gain + request.noise * StandardNormal.sample(using: &generator)
                return TrialOutcome(
                    combination: combination,
                    block: block,
                    unit: 0,
                    response: 0.5 + value / scale,
                    succeeded: true,
                    guardrailsHeld: true
                )
            }
        }
        var left = request.searchTrials
        var number = 1
        while left >= 2 {
            let trials = min(left, request.generationTrials)
            let controls = max(1, trials / blockSize * goal.effort.controlsPerBlock)
            let members = max(trials - controls, 1)
            let most = max(min(goal.effort.generationSize, members), 1)
            let replicates = max(min(goal.effort.replicates, (members + most - 1) / most), 1)
            let ask = AskRequest(
                generation: number,
                size: max(min(goal.effort.generationSize, members / replicates), 1),
                replicates: replicates,
                phase: number == 1 ? .explore : .optimise,
                trialsLeft: left
            )
            let proposal = try strategy.ask(ask, using: &generator)
            guard !proposal.members.isEmpty else { break }
            var combinations = [Combination](repeating: goal.control, count: controls)
            for member in proposal.members {
                combinations += [Combination](repeating: member.combination, count: max(member.replicates, 1))
            }
            strategy.tell(outcomes(Array(combinations.prefix(trials)), block: 0))
            left -= max(min(combinations.count, trials), 1)
            number += 1
            if number > Self.generationLimit { break }
        }
        if closing.replicates > 0 {
            let finalists = Recommendation.finalists(
                try strategy.estimates(),
                count: closing.finalists,
                control: goal.control
            )
            let again = finalists.flatMap { [Combination](repeating: $0, count: closing.replicates) }
            strategy.tell(outcomes(again, block: 0))
        }
        return Recommendation.choose(try strategy.estimates(), control: goal.control, minimumTrials: 2)?.combination
    }

    private static let generationLimit = 200

    private var blockSize: Int {
        max(request.goal.units.count > 1 ? request.goal.units.count : request.goal.effort.blockSize, 2)
    }

    /// Whether fresh trials of winner and control confirm a gain: the 95 % interval lies on the better side.
    private func isConfirmed(gain: Double, using generator: inout SplitMix64) -> Bool {
        let n = closing.confirmation
        var moments: [(mean: Double, squares: Double)] = []
        for shift in [gain, 0] {
            var mean = 0.0
            var squares = 0.0
            for index in 1...n {
                let value = shift + request.noise * StandardNormal.sample(using: &generator)
                let distance = value - mean
                mean += distance / Double(index)
                squares += distance * (value - mean)
            }
            moments.append((mean, squares))
        }
        let freedom = Double(2 * n - 2)
        let variance = (moments[0].squares + moments[1].squares) / freedom
        let error = (variance * 2 / Double(n)).squareRoot()
        let t = StudentT(degreesOfFreedom: freedom)?.quantile(0.975) ?? 1.96
        return moments[0].mean - moments[1].mean > t * error
    }
}
