// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// One axis: what values it spans, where its ticks are and what they say.
struct Axis: Sendable {
    /// A labelled place.
    struct Tick: Sendable, Equatable {
        var value: Double
        var label: String
    }

    /// The least value shown.
    var lower: Double
    /// The greatest value shown; more than `lower`.
    var upper: Double
    var ticks: [Tick]
    /// What the axis is of.
    var title: String
    /// Whether small values are at the top (or right): for ranks, where 1 is best.
    var isInverted: Bool

    init(lower: Double, upper: Double, ticks: [Tick], title: String, isInverted: Bool = false) {
        self.lower = lower
        self.upper = upper > lower ? upper : lower + 1
        self.ticks = ticks
        self.title = title
        self.isInverted = isInverted
    }

    /// An axis around values, with round steps; values that are not finite are left out of account.
    init(
        around values: [Double],
        title: String,
        includesZero: Bool = false,
        steps: Int = 5,
        label: (Double) -> String
    ) {
        let finite = values.filter(\.isFinite) + (includesZero ? [0] : [])
        let low = finite.min() ?? 0
        let high = finite.max() ?? 1
        let margin = high > low ? 0 : max(high.magnitude * 0.05, 0.5)
        let ticks = Self.niceValues(from: low - margin, to: high + margin, steps: steps)
        self.init(
            lower: ticks.first ?? low,
            upper: ticks.last ?? high,
            ticks: ticks.map { Tick(value: $0, label: label($0)) },
            title: title
        )
    }

    /// An axis of places in a search result: 1 on top, the worst place at the bottom.
    init(ofRanks values: [Double], title: String, startsAtFirst: Bool = true, label: (Double) -> String) {
        let finite = values.filter(\.isFinite)
        let worst = max(finite.max() ?? 10, 5)
        let best = startsAtFirst ? 1 : max(1, finite.min() ?? 1)
        var places = Self.niceValues(from: best <= 1 ? 0 : best, to: max(worst, best + 2), steps: 5)
        places = places.map { max($0, 1) }
        self.init(
            lower: places.first ?? 1,
            upper: places.last ?? worst,
            ticks: places.map { Tick(value: $0, label: label($0)) },
            title: title,
            isInverted: true
        )
    }

    /// Round values at a step of 1, 2 or 5 times a power of ten that cover a range.
    static func niceValues(from low: Double, to high: Double, steps: Int) -> [Double] {
        guard low.isFinite, high.isFinite, high > low else { return [low, low + 1] }
        let rough = (high - low) / Double(max(1, steps))
        let power = pow(10, log10(rough).rounded(.down))
        guard power > 0, power.isFinite else { return [low, high] }
        let step = ([1, 2, 5].first { $0 * power >= rough * 0.999 } ?? 10) * power
        let first = (low / step + 1e-9).rounded(.down)
        let last = (high / step - 1e-9).rounded(.up)
        guard (last - first).magnitude < 100 else { return [low, high] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// The share of the way from the axis's start (left, or bottom) to its end at which a value lies.
    func position(_ value: Double) -> Double {
        let share = (value - lower) / (upper - lower)
        return isInverted ? 1 - share : share
    }

    /// An axis of time with ticks at whole hours or days of the report's time zone.
    init(from start: Timestamp, to end: Timestamp, wording: Wording) {
        let hour: Int64 = 3_600_000
        let steps = [1, 2, 3, 6, 12, 24, 48, 72, 120, 168, 240, 336, 720, 2_160, 8_760].map { $0 * hour }
        let length = max((end - start).milliseconds, 60_000)
        let step = steps.first { length / $0 <= 9 } ?? max(hour, length / 8)
        let offset = Int64(wording.timeZone.secondsFromGMT(for: start.date)) * 1_000
        var ticks: [Tick] = []
        var local = ((start.milliseconds + offset + step - 1) / step) * step
        while local - offset <= start.milliseconds + length, ticks.count < 20 {
            let time = Timestamp(milliseconds: local - offset)
            let label = step < 24 * hour ? wording.hourOnAxis(time) : wording.dayOnAxis(time)
            ticks.append(Tick(value: Double(time.milliseconds), label: label))
            local += step
        }
        self.init(
            lower: Double(start.milliseconds),
            upper: Double(start.milliseconds + length),
            ticks: ticks,
            title: wording(.axisTime)
        )
    }
}
