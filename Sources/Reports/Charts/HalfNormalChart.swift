// SPDX-License-Identifier: Apache-2.0

import Statistics

/// The sizes of effects against the half-normal quantiles of their ranks: noise lies on a line through the origin.
///
/// Source: C. Daniel, Technometrics 1 (1959); the limits are Lenth's, Technometrics 31 (1989).
struct HalfNormalChart: Sendable {
    /// One effect.
    struct Effect: Sendable {
        var name: String
        var effect: Double
        /// What is shown when the point is pointed at.
        var label: String
        /// Where the result holds the effect.
        var figure: Figure?
    }

    var title: String
    var description: String
    var effects: [Effect]
    /// The standard error of an effect of noise, which gives the line; nil without one.
    var standardError: Double?
    /// In ascending order.
    var limits: [ParetoChart.Limit]
    var axisTitle: String
    var quantileTitle: String

    /// The half-normal quantile of the i-th smallest of so many sizes, i from 0.
    static func quantile(_ index: Int, of count: Int) -> Double {
        StandardNormal.quantile(0.5 + 0.5 * (Double(index) + 0.5) / Double(max(1, count))) ?? 0
    }

    /// The picture.
    func svg(_ wording: Wording) -> String {
        let sorted = effects.filter { $0.effect.isDrawable }.enumerated()
            .sorted { ($0.element.effect.magnitude, $0.offset) < ($1.element.effect.magnitude, $1.offset) }
            .map(\.element)
        let usable = limits.filter { $0.value.isDrawable && $0.value >= 0 }
        let sizes = sorted.map(\.effect.magnitude)
        let quantiles = sizes.indices.map { Self.quantile($0, of: sizes.count) }
        let x = Axis(
            spanning: sizes + usable.map(\.value),
            title: axisTitle,
            wording: wording,
            includesZero: true,
            steps: 6
        )
        let y = Axis(spanning: quantiles, title: quantileTitle, wording: wording, includesZero: true, steps: 4)
        let top = 26 + Double(usable.count) * 15
        let frame = ChartFrame(left: 58, top: top, width: 744, height: 240, x: x, y: y)
        var svg = SVG(width: 820, height: top + 284, title: title, description: description)
        svg.label(y.title, 8, 15, .muted)
        frame.drawAxes(in: &svg)
        if let error = standardError, error.isDrawable, error > 0 { drawLine(error, frame, &svg) }
        for (index, limit) in usable.enumerated() {
            let at = frame.across(limit.value)
            let label = 30 + Double(index) * 15
            svg.line(at, label + 2, at, frame.bottom, .limit)
            let isLeft = at + 8 + SVG.width(of: limit.name) > 816
            svg.label(limit.name, at + (isLeft ? -6 : 6), label, .targetText, anchor: isLeft ? .end : .start)
        }
        draw(sorted, quantiles, usable.first?.value, frame, &svg)
        return svg.text
    }

    /// The line of noise, as far as the frame goes.
    private func drawLine(_ error: Double, _ frame: ChartFrame, _ svg: inout SVG) {
        let end = min(frame.x.upper / error, frame.y.upper)
        let there = frame.place(ChartPoint(x: end * error, y: end))
        let origin = frame.place(ChartPoint(x: 0, y: 0))
        svg.line(origin.x, origin.y, there.x, there.y, .second)
    }

    /// The points; those beyond the first limit are named where there is room, and without a limit the three greatest.
    private func draw(
        _ sorted: [Effect],
        _ quantiles: [Double],
        _ limit: Double?,
        _ frame: ChartFrame,
        _ svg: inout SVG
    ) {
        var lowest = Double.infinity
        for index in sorted.indices.reversed() {
            let effect = sorted[index]
            let place = frame.place(ChartPoint(x: effect.effect.magnitude, y: quantiles[index]))
            let isNamed = limit.map { effect.effect.magnitude > $0 } ?? (index >= sorted.count - 3)
            svg.group(tooltip: "\(effect.name): \(effect.label)", figure: effect.figure) { svg in
                svg.mark(effect.effect < 0 ? .diamond : .circle, place.x, place.y, 4, isNamed ? .firstFill : .hollow)
            }
            guard isNamed else { continue }
            // A name goes to the left of its point where the right has no room, and never over the name before it.
            let name = SVG.cut(effect.name, to: 200)
            let isLeft = place.x + 10 + SVG.width(of: name) > frame.right
            let y = lowest.isFinite && place.y - lowest < 12 ? lowest + 12 : place.y
            // Where points crowd, a name too far from its point would be taken for another's; pointing at it tells its name.
            guard y - place.y <= 12, y <= frame.bottom else { continue }
            lowest = y
            svg.label(
                name,
                place.x + (isLeft ? -9 : 9),
                y + 3.8,
                .strong,
                anchor: isLeft ? .end : .start,
                tooltip: effect.name
            )
        }
    }
}
