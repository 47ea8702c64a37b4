// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// A market made up from one seed, in which every unit of a goal competes for a keyword.
///
/// It is a rank source and a lever. Calls move it on to the time that they name; they come in the order of time, and a call that
/// names an earlier time sees the present state. A market that is made again from the same goal, settings, seed and start, and to
/// which the same combinations are applied at the same times, is in the same state: observing changes nothing.
/// `docs/simulated-market.md` describes the model.
package final class SimulatedMarket: RankSource, Lever, Sendable {
    /// The goal whose factors and units the market has.
    package let goal: Goal
    let setting: MarketSetting
    let noise: Double
    private let unitIndices: [String: Int]
    private let state: Locked<MarketState>
    let truth: Locked<MarketTruth?>

    /// Creates the market of a goal, with the control applied to every unit and at rest.
    ///
    /// `settings` are used as they are, whatever `goal.simulation` says. Costs a walk through up to 200,000 combinations.
    package init(goal: Goal, settings: SimulationSettings, seed: UInt64, start: Timestamp) {
        self.goal = goal
        noise = max(0, settings.noise)
        let speed = Int64(max(1, settings.speed ?? 1))
        let counted = (goal.trial.window - goal.trial.washOut).inHours * Double(speed)
        setting = MarketSetting(
            model: MarketModel(goal: goal, settings: settings, seed: seed),
            noise: noise / Self.meanOfNoise(hours: counted > 0 ? counted : 5),
            shockAt: settings.shockAt.map { start + $0 * speed },
            start: start,
            speed: speed,
            timeZone: TimeZone(identifier: goal.timeZone) ?? .gmt,
            seed: seed
        )
        unitIndices = Dictionary(zip(goal.units, goal.units.indices)) { first, _ in first }
        state = Locked(MarketState(setting: setting, control: goal.control))
        truth = Locked(nil)
    }

    package func name(observer: String, of goal: Goal) -> String {
        "simulated:\(observer)"
    }

    /// Observes the present places, each observer with small differences of its own; nil beyond the goal's depth.
    package func observe(
        units: [String],
        of goal: Goal,
        observer: String,
        at now: Timestamp
    ) async throws -> [RankObservation] {
        let indices = try units.map { try index(of: $0) }
        let ranks = state.withLock { state in
            state.advance(to: setting.marketTime(at: now), setting: setting)
            return indices.map { state.units[$0].rank }
        }
        let seed = SplitMix64.seed(setting.seed, "observer", observer)
        return zip(units, zip(indices, ranks)).map { unit, place in
            let seen = seenRank(place.1, unit: place.0, observerSeed: seed, at: now)
            return RankObservation(unit: unit, rank: seen > Double(goal.objective.depth) ? nil : seen)
        }
    }

    /// Applies a combination; the market follows within an hour.
    ///
    /// Again is the same as once, but for the noise of a metric that is measured over no time: every application draws that anew.
    /// Throws `Failure` for a unit or a level that the market does not have.
    package func apply(_ combination: Combination, to unit: String, of goal: Goal, at now: Timestamp) async throws {
        let index = try index(of: unit)
        let own = try translated(combination, of: goal)
        let offer = setting.model.offer(own.levels)
        state.withLock { state in
            state.advance(to: setting.marketTime(at: now), setting: setting)
            state.units[index].apply(own, offer: offer)
        }
    }

    /// Reports what happened on a unit in the half hours that ended after `start` and not after `end`.
    ///
    /// Keys: `impressions`, `clicks`, `click_through_rate`, `orders`, `conversion_rate`, `revenue`, `margin` (a share of the price
    /// paid), `ad_spend`; the objective's metric when it is not a rank; and every metric that a guardrail names. Where no half
    /// hour ended, counts are those expected of the window.
    package func metrics(
        of unit: String,
        of goal: Goal,
        from start: Timestamp,
        to end: Timestamp
    ) async throws -> [String: Double] {
        let index = try index(of: unit)
        let (start, end) = (setting.marketTime(at: start), setting.marketTime(at: end))
        let (window, market) = state.withLock { state in
            state.advance(to: end, setting: setting)
            return (state.units[index].window(from: start, to: end, setting: setting), state.units[index])
        }
        var metrics = window
        complete(&metrics, for: goal)
        if !goal.objective.isRank {
            let noise = metricNoise(unit: index, applications: market.applications, from: start, to: end)
            let strength = market.presentOffer.strength + setting.model.unitBases[index] + noise
            metrics[goal.objective.metric] = metricValue(ofStrength: strength, objective: goal.objective)
        }
        return metrics
    }

    /// The combination that is applied to each unit, in the order of the goal's units.
    package var applied: [Combination] {
        state.withLock { $0.units.map(\.combination) }
    }

    /// The state at an instant, for tests of equality.
    func snapshot(at time: Timestamp) -> MarketState {
        state.withLock { state in
            state.advance(to: setting.marketTime(at: time), setting: setting)
            return state
        }
    }
}

extension SimulatedMarket {
    private func index(of unit: String) throws -> Int {
        guard let index = unitIndices[unit] else {
            throw Failure(.notFound, "The simulated market has no unit '\(unit)'.")
        }
        return index
    }

    /// A combination of another goal, such as the next campaign's, as level indices of this market's factors.
    private func translated(_ combination: Combination, of other: Goal) throws -> Combination {
        guard combination.levels.count == other.factors.count,
            zip(combination.levels, other.factors).allSatisfy({ $1.levels.indices.contains($0) })
        else {
            throw Failure(.invalid, "Combination \(combination) does not fit the goal's factors.")
        }
        guard
            other.factors.map(\.levels) != goal.factors.map(\.levels)
                || other.factors.map(\.name) != goal.factors.map(\.name)
        else { return combination }
        let levels = try goal.factors.map { factor in
            guard let place = other.factors.firstIndex(where: { $0.name == factor.name }) else { return factor.control }
            let value = other.factors[place].levels[combination.levels[place]]
            guard let level = factor.levels.firstIndex(of: value) else {
                throw Failure(.invalid, "The simulated market has no level '\(value)' of factor '\(factor.name)'.")
            }
            return level
        }
        return Combination(levels)
    }

    /// A place as an observer sees it: a lasting personal difference, and a new one every time.
    private func seenRank(_ rank: Int, unit: Int, observerSeed: UInt64, at now: Timestamp) -> Double {
        let place = Double(rank)
        let spread = min(3, 0.6 + 0.015 * place)
        let lasting = SplitMix64.roughNormal(from: SplitMix64.bits(observerSeed, UInt64(unit), 0))
        let passing = SplitMix64.roughNormal(
            from: SplitMix64.bits(observerSeed, UInt64(unit), 1, UInt64(bitPattern: now.milliseconds))
        )
        let seen = (place + spread * (0.4 * lasting + 0.9 * passing)).rounded()
        return min(setting.model.field.count + 1, max(1, seen))
    }

    /// The noise of a metric that is not a rank, in standard deviations of the combinations.
    private func metricNoise(unit: Int, applications: Int, from start: Timestamp, to end: Timestamp) -> Double {
        let isInstant = start == end
        let seed = SplitMix64.bits(setting.seed, UInt64(unit), isInstant ? UInt64(applications) : 0, 2)
        let first = UInt64(bitPattern: start.milliseconds)
        let second = UInt64(bitPattern: end.milliseconds)
        return noise * SplitMix64.roughNormal(from: SplitMix64.bits(seed, first, second))
    }

    /// The standard deviation of a mean over a window of noise whose memory fades exponentially, against that at an instant.
    private static func meanOfNoise(hours: Double) -> Double {
        let memory = MarketParameters.noiseHours
        let variance = 2 * memory / (hours * hours) * (hours - memory * (1 - exp(-hours / memory)))
        return min(1, max(0.05, variance.squareRoot()))
    }
}
