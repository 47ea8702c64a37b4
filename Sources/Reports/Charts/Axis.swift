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
        let isUsable = upper > lower && lower.isDrawable && upper.isDrawable
        self.lower = isUsable || lower.isDrawable ? lower : 0
        self.upper = isUsable ? upper : self.lower + max(1, self.lower.magnitude * 0.1)
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
        let finite = values.filter(\.isDrawable) + (includesZero ? [0] : [])
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

    /// An axis around values whose labels have the decimals that its steps need; shares are labelled in percent.
    init(
        spanning values: [Double],
        title: String,
        wording: Wording,
        includesZero: Bool = false,
        steps: Int = 5,
        isShare: Bool = false
    ) {
        self.init(around: values, title: title, includesZero: includesZero, steps: steps) { _ in "" }
        let scale: Double = isShare ? 100 : 1
        let step = ticks.count > 1 ? (ticks[1].value - ticks[0].value) * scale : 1
        let decimals = max(0, Int((-log10(max(step, 1e-12)) - 1e-9).rounded(.up)))
        let greatest = max(lower.magnitude, upper.magnitude) * scale
        for index in ticks.indices {
            let value = ticks[index].value * scale
            let isPlain = greatest < 1e6 && decimals <= 5
            let text = isPlain ? wording.fixed(value, decimals) : wording.short(value)
            ticks[index].label = isShare ? text + " %" : text
        }
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
        guard low.isDrawable, high.isDrawable, high > low else { return [low, low + 1] }
        let rough = (high - low) / Double(max(1, steps))
        let power = pow(10, log10(rough).rounded(.down))
        guard power > 0, power.isFinite else { return [low, high] }
        let step = ([1, 2, 5].first { $0 * power >= rough * 0.999 } ?? 10) * power
        let first = (low / step + 1e-9).rounded(.down)
        let last = (high / step - 1e-9).rounded(.up)
        guard (last - first).magnitude < 100, last > first else { return [low, high] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// A value moved to the nearest that the axis shows.
    func clamped(_ value: Double) -> Double { min(max(value, lower), upper) }

    /// The share of the way from the axis's start (left, or bottom) to its end at which a value lies.
    func position(_ value: Double) -> Double {
        let share = (value - lower) / (upper - lower)
        return isInverted ? 1 - share : share
    }

    /// An axis of time with ticks at whole minutes, hours or days of the report's time zone.
    init(from start: Timestamp, to end: Timestamp, wording: Wording) {
        let hour: Int64 = 3_600_000
        let minutes: [Int64] = [1, 2, 5, 10, 15, 30].map { $0 * 60_000 }
        let hours: [Int64] = [1, 2, 3, 6, 12, 24, 48, 72, 120, 168, 240, 336, 720, 2_160, 8_760].map { $0 * hour }
        let steps = minutes + hours
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

extension Double {
    /// Whether a picture can place the value: finite, and not so great that differences overflow.
    var isDrawable: Bool { isFinite && magnitude < 1e100 }
}
