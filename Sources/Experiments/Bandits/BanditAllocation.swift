// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation
package import Statistics

/// Which share of what can be served in parallel each arm gets next, and when to stop.
///
/// Thompson sampling gives each arm the share of the probability that it is the best (Thompson, Biometrika 25, 1933);
/// top-two Thompson sampling gives the leader only `leaderShare` of the times and else the best of a draw in which
/// another wins, which finds the best with fewer served (Russo, Operations Research 68, 2020). A part of what is served
/// is split evenly among all arms whatever they did: from that part alone `readOut` estimates without the bias that
/// arises because unlucky arms are dropped. A value: state is stored as it is, and the same seed gives the same shares.
package struct BanditAllocation: Hashable, Codable, Sendable {
    /// How shares follow from what is believed.
    package enum Rule: String, Codable, Sendable, CaseIterable {
        case thompson
        case topTwo = "top_two"
    }

    /// How a bandit is run.
    package struct Settings: Hashable, Codable, Sendable {
        /// How shares follow from beliefs.
        package var rule: Rule
        /// How values are distributed.
        package var response: BanditResponse
        /// The least share of each arm in a batch; at most 1 over the number of arms.
        package var leastShare: Double
        /// How often top-two sampling gives the leader of a draw, between 0 and 1.
        package var leaderShare: Double
        /// The probability of being the best at which the bandit stops.
        package var certainty: Double
        /// How many each arm must have been served before the bandit stops.
        package var leastCount: Int
        /// The joint draws that shares rest on, at least 100.
        package var draws: Int
        /// Whether more is better.
        package var direction: Direction

        /// Creates settings; the defaults are top-two sampling of rates, 5 % for each arm, and a stop at 95 %.
        package init(
            rule: Rule = .topTwo,
            response: BanditResponse = .rate,
            leastShare: Double = 0.05,
            leaderShare: Double = 0.5,
            certainty: Double = 0.95,
            leastCount: Int = 100,
            draws: Int = 4_000,
            direction: Direction = .higher
        ) {
            self.rule = rule
            self.response = response
            self.leastShare = leastShare
            self.leaderShare = leaderShare
            self.certainty = certainty
            self.leastCount = leastCount
            self.draws = draws
            self.direction = direction
        }
    }

    /// How the bandit is run.
    package let settings: Settings
    /// What each arm was seen to do, in all that was served.
    package private(set) var arms: [BanditArm]
    /// What each arm was seen to do in the part that was split evenly.
    package private(set) var evenly: [BanditArm]
    /// How many batches were told.
    package private(set) var batches = 0
    private let seed: UInt64

    /// Starts without any knowledge.
    ///
    /// Throws for fewer than two arms, a name given twice, or a setting out of range.
    package init(arms names: [String], settings: Settings = Settings(), seed: UInt64) throws {
        guard names.count >= 2 else {
            throw ExperimentError.invalidRequest(field: "the number of arms", value: names.count, least: 2)
        }
        guard Set(names).count == names.count else {
            throw ExperimentError.invalidRequest(
                field: "the number of different arm names",
                value: Set(names).count,
                least: names.count
            )
        }
        try Self.validate(settings, arms: names.count)
        self.settings = settings
        self.seed = seed
        arms = names.map { BanditArm(name: $0) }
        evenly = arms
    }

    private static func validate(_ settings: Settings, arms: Int) throws {
        func check(_ field: String, _ value: Double, _ isRight: Bool, _ remedy: String) throws {
            guard isRight else { throw ExperimentError.invalidNumber(field: field, value: value, remedy: remedy) }
        }
        let least = settings.leastShare
        try check("leastShare", least, least >= 0 && least * Double(arms) <= 1, "give 0 to 1/\(arms)")
        let leader = settings.leaderShare
        try check("leaderShare", leader, leader > 0 && leader < 1, "give a share between 0 and 1")
        let certainty = settings.certainty
        try check("certainty", certainty, certainty > 0.5 && certainty < 1, "give more than 0.5 and less than 1")
        guard settings.draws >= 100 else {
            throw ExperimentError.invalidRequest(field: "draws", value: settings.draws, least: 100)
        }
        guard settings.leastCount >= 1 else {
            throw ExperimentError.invalidRequest(field: "leastCount", value: settings.leastCount, least: 1)
        }
    }

    /// Takes in what a batch was seen to do, an arm's statistics per arm in the order of `arms`.
    ///
    /// `evenly` is the part of the batch that was split evenly, counted in `all` too; its shares must not depend on what
    /// was seen. Throws for another number of arms, or statistics that no values can have.
    package mutating func tell(all: [BanditArm], evenly even: [BanditArm]) throws {
        guard all.count == arms.count, even.count == arms.count else {
            throw ExperimentError.invalidRequest(
                field: "the number of arms told",
                value: min(all.count, even.count),
                least: arms.count
            )
        }
        for (arm, part) in zip(all, even) {
            try validate(arm)
            try validate(part)
            guard part.count <= arm.count else {
                throw ExperimentError.invalidNumber(
                    field: "the evenly split count of '\(arm.name)'",
                    value: part.count,
                    remedy: "give at most all that was served, \(arm.count)"
                )
            }
        }
        for index in arms.indices {
            arms[index].merge(all[index])
            evenly[index].merge(even[index])
        }
        batches += 1
    }

    private func validate(_ arm: BanditArm) throws {
        let numbers = [arm.count, arm.sum, arm.sumOfSquares]
        let isRight =
            numbers.allSatisfy(\.isFinite) && arm.count >= 0 && arm.sumOfSquares >= 0
            && (settings.response == .mean || arm.sum >= 0 && arm.sum <= arm.count)
        guard isRight else {
            throw ExperimentError.invalidNumber(
                field: "the sum of '\(arm.name)'",
                value: arm.sum,
                remedy: settings.response == .rate
                    ? "give 0 to the count of those served, \(arm.count)" : "give finite sums of values"
            )
        }
    }

    /// The probability that each arm is the best, by joint draws; of equals in a draw the first wins.
    package func probabilitiesBest() -> [Double] {
        frequencies().best
    }

    /// The share of the next batch that each arm gets; they sum to 1 and none is below the least share.
    ///
    /// An arm about which nothing can be said yet (nothing served, or a single number) makes all shares even.
    package func shares() -> [Double] {
        let count = Double(arms.count)
        guard isInformed else { return arms.map { _ in 1 / count } }
        let drawn = settings.rule == .thompson ? frequencies().best : frequencies().topTwo
        let free = max(0, 1 - settings.leastShare * count)
        return drawn.map { settings.leastShare + free * $0 }
    }

    /// How many of `total` each arm gets, by largest remainders.
    package func counts(of total: Int) -> [Int] {
        let exact = shares().map { $0 * Double(max(0, total)) }
        var counts = exact.map { Int($0) }
        let order = exact.indices.sorted { left, right in
            let remainders = (exact[left] - Double(counts[left]), exact[right] - Double(counts[right]))
            return remainders.0 != remainders.1 ? remainders.0 > remainders.1 : left < right
        }
        for index in order.prefix(max(0, total - counts.reduce(0, +))) { counts[index] += 1 }
        return counts
    }

    /// Whether the bandit should stop, and why.
    package func verdict() -> BanditVerdict {
        let chances = probabilitiesBest()
        let leader = chances.indices.max { (chances[$0], $1) < (chances[$1], $0) } ?? 0
        let fewest = arms.map(\.count).min() ?? 0
        let isSure = chances[leader] >= settings.certainty
        let isServed = fewest >= Double(settings.leastCount)
        let percent = (chances[leader] * 1_000).rounded() / 10
        let name = arms[leader].name
        let reason: String
        if isSure && isServed {
            reason = "'\(name)' is the best with a probability of \(percent) %: no more need be served."
        } else if isSure {
            reason =
                "'\(name)' leads with \(percent) %, but an arm was served only \(Int(min(fewest, 1e15))) of "
                + "\(settings.leastCount) times."
        } else {
            reason = "'\(name)' leads with \(percent) %, less than the \(settings.certainty * 100) % that are wanted."
        }
        return BanditVerdict(
            leader: leader,
            probability: chances[leader],
            isDecided: isSure && isServed,
            reason: reason
        )
    }

    /// Each arm's mean with its interval from the evenly split part alone, which no earlier result could bend.
    ///
    /// Wilson's interval for rates, Student's t for means; nil for an arm that has too little for one.
    package func readOut(confidence: Double = 0.95) -> [Interval?] {
        evenly.map { arm in
            switch settings.response {
            case .rate: Self.wilson(arm, confidence)
            case .mean: Self.student(arm, confidence)
            }
        }
    }
}

/// Whether a bandit should stop.
package struct BanditVerdict: Hashable, Codable, Sendable {
    /// The index of the arm that is most probably the best.
    package var leader: Int
    /// The probability that it is.
    package var probability: Double
    /// Whether that is enough to stop.
    package var isDecided: Bool
    /// A whole sentence.
    package var reason: String
}

extension BanditArm {
    /// Adds another's statistics; the name stays.
    mutating func merge(_ other: BanditArm) {
        count += other.count
        sum += other.sum
        sumOfSquares += other.sumOfSquares
    }

    /// The variance of the values with n − 1; nil for fewer than two.
    var sampleVariance: Double? {
        guard count >= 2 else { return nil }
        return max(0, sumOfSquares - sum * sum / count) / (count - 1)
    }
}

extension BanditAllocation {
    /// Whether every arm's posterior is proper.
    private var isInformed: Bool {
        switch settings.response {
        case .rate: true
        case .mean: arms.allSatisfy { $0.count >= 3 }
        }
    }

    /// How often each arm is best, and is given by top-two sampling, in joint draws that the seed and the batch decide.
    private func frequencies() -> (best: [Double], topTwo: [Double]) {
        let even = arms.map { _ in 1 / Double(arms.count) }
        guard isInformed else { return (even, even) }
        var generator = SplitMix64(seed: SplitMix64.seed(seed, "bandit", String(batches)))
        var wins = [Double](repeating: 0, count: arms.count)
        // A draw won by `leader` says who is second there; the second of a fresh draw that another wins is distributed
        // as the winners of all draws without the leader.
        for _ in 0..<settings.draws {
            let values = arms.map { draw($0, using: &generator) }
            let best = values.indices.max { (values[$0], $1) < (values[$1], $0) } ?? 0
            wins[best] += 1 / Double(settings.draws)
        }
        var given = wins.map { settings.leaderShare * $0 }
        for leader in wins.indices where wins[leader] > 0 {
            let others = 1 - wins[leader]
            for other in wins.indices where other != leader {
                let challenge = others > 1e-12 ? wins[other] / others : 1 / Double(arms.count - 1)
                given[other] += (1 - settings.leaderShare) * wins[leader] * challenge
            }
        }
        return (wins, given)
    }

    /// One draw of an arm's mean from what is believed, negated when less is better.
    private func draw(_ arm: BanditArm, using generator: inout SplitMix64) -> Double {
        let value: Double
        switch settings.response {
        case .rate:
            let success = Self.gamma(arm.sum + 0.5, using: &generator)
            let failure = Self.gamma(arm.count - arm.sum + 0.5, using: &generator)
            value = success / (success + failure)
        case .mean:
            let degrees = arm.count - 1
            let chiSquare = 2 * Self.gamma(degrees / 2, using: &generator)
            let normal = StandardNormal.sample(using: &generator)
            let scale = ((arm.sampleVariance ?? 0) / max(arm.count, 1)).squareRoot()
            value = (arm.mean ?? 0) + scale * normal / (chiSquare / max(degrees, 1)).squareRoot()
        }
        return settings.direction == .higher ? value : -value
    }

    /// A draw from the gamma distribution of scale 1 (Marsaglia and Tsang, ACM Transactions 26, 2000).
    private static func gamma(_ shape: Double, using generator: inout SplitMix64) -> Double {
        guard shape >= 1 else {
            let uniform = 1 - Double.random(in: 0..<1, using: &generator)
            return max(1e-300, gamma(shape + 1, using: &generator) * pow(uniform, 1 / max(shape, 1e-3)))
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let normal = StandardNormal.sample(using: &generator)
            let root = 1 + c * normal
            guard root > 0 else { continue }
            let cube = root * root * root
            let uniform = 1 - Double.random(in: 0..<1, using: &generator)
            if log(uniform) < 0.5 * normal * normal + d - d * cube + d * log(cube) {
                return d * cube
            }
        }
    }

    /// The score interval of a rate (Wilson, Journal of the American Statistical Association 22, 1927).
    private static func wilson(_ arm: BanditArm, _ confidence: Double) -> Interval? {
        guard arm.count > 0, let rate = arm.mean, let z = StandardNormal.quantile(0.5 + confidence / 2) else {
            return nil
        }
        let n = arm.count
        let centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
        return Interval(
            estimate: rate,
            lower: max(0, centre - half),
            upper: min(1, centre + half),
            confidence: confidence
        )
    }

    private static func student(_ arm: BanditArm, _ confidence: Double) -> Interval? {
        guard let mean = arm.mean, let variance = arm.sampleVariance,
            let quantile = StudentT(degreesOfFreedom: arm.count - 1)?.quantile(0.5 + confidence / 2)
        else { return nil }
        let half = quantile * (variance / arm.count).squareRoot()
        return Interval(estimate: mean, lower: mean - half, upper: mean + half, confidence: confidence)
    }
}
