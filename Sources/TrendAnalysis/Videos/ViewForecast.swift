// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
import Statistics

/// How fast a video is watched, and how many views it will have.
///
/// The velocity is the mean over the stretches between sights, each hour weighted by e^(−hours ago / 6), without the
/// stretches in which the count sprang. A video slows down as it ages: at age `a`, in `h` hours it gains
/// `v·aᵇ·((a + h)^(1−b) − a^(1−b)) / (1 − b)` views, with b = 1.6.
package struct ViewForecast: Hashable, Codable, Sendable {
    private static let memory = 6.0
    private static let ageing = 1.6
    /// A count below this share of an earlier one is expected to come back.
    private static let fallen = 1 / 1.2

    /// Hours from publication to the newest sight.
    package let age: Double
    package let views: Int
    /// Views an hour; 0 where `hasVelocity` is false.
    package let velocity: Double
    /// Whether its counts tell a velocity: one count alone does where it is known when the video came out.
    package let hasVelocity: Bool
    /// The velocity by that of the day before; nil where the sights do not tell.
    package let acceleration: Double?
    /// Views to come in 24 hours.
    package let dailyGrowth: Double
    /// What an earlier sight had more than the newest: counts that were corrected downwards mostly return.
    package let missing: Int
    /// Whether the count sprang between two of the last sights.
    package let hasStep: Bool
    /// How many sights there are.
    package let sights: Int

    /// Reads the velocity and looks 24 hours ahead.
    package init(_ history: ViewHistory) {
        let last = history.last
        let age = max(0.5, history.age)
        self.age = history.age
        views = last.views
        sights = history.sights.count
        hasStep = history.stretches.contains { $0.isStep && $0.end > $0.start }
        missing = Double(last.views) < Self.fallen * Double(history.highest) ? history.highest - last.views : 0
        let now = last.at.hours
        let measured = Self.velocity(history.stretches, at: now, memory: Self.memory)
        // With one sight alone: the mean over its life, less the older it is.
        let mean = history.hasFormerLife ? Double(last.views) / age * min(1, (12 / age).squareRoot()) : nil
        let velocity = measured ?? mean ?? 0
        hasVelocity = measured != nil || mean != nil
        self.velocity = velocity
        dailyGrowth = velocity * Self.reach(age, hours: 24)
        let before = history.stretches.filter { now - $0.to >= 18 && now - $0.from <= 56 }
        let former = Self.velocity(before, at: now - 24, memory: .infinity)
        acceleration = measured.flatMap { measured in
            former.flatMap { $0 > 0 ? measured / $0 : nil }
        }
    }

    /// How many views it will have after a span of time.
    package func views(after span: TimeSpan) -> Double {
        Double(views) + velocity * Self.reach(max(0.5, age), hours: max(0, span.inHours))
    }

    /// The growth by which videos are ranked: with the views that are expected to return.
    package var expectedGrowth: Double { dailyGrowth + Double(missing) }

    private static func velocity(_ stretches: [ViewHistory.Stretch], at now: Double, memory: Double) -> Double? {
        var sum = 0.0
        var weights = 0.0
        for stretch in stretches where !stretch.isStep {
            let weight =
                memory.isFinite
                ? memory * (exp((stretch.to - now) / memory) - exp((stretch.from - now) / memory)) : stretch.hours
            sum += stretch.rate * weight
            weights += weight
        }
        return weights > 0 ? sum / weights : nil
    }

    /// How many hours at the present velocity the hours to come are worth.
    private static func reach(_ age: Double, hours: Double) -> Double {
        let exponent = 1 - ageing
        return age / exponent * (pow(1 + hours / age, exponent) - 1)
    }
}
