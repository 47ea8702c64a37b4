// SPDX-License-Identifier: Apache-2.0

/// Effects by size, the greatest first, against the limits that chance alone would seldom pass.
struct ParetoChart: Sendable {
    /// One effect.
    struct Bar: Sendable {
        var name: String
        /// The effect with its sign, or a test statistic; its size is drawn.
        var effect: Double
        /// What is written after the bar.
        var label: String
        /// Where the result holds the effect.
        var figure: Figure?
    }

    /// A size of effect with its name, such as the margin of error.
    struct Limit: Sendable {
        var value: Double
        var name: String
    }

    var title: String
    var description: String
    var bars: [Bar]
    /// In ascending order; an effect beyond the first stands out, one beyond the last is drawn in full colour.
    var limits: [Limit]
    var axisTitle: String

    /// The bars in the order in which they are drawn.
    var ordered: [Bar] {
        bars.filter { $0.effect.isDrawable }.enumerated()
            .sorted { ($1.element.effect.magnitude, $0.offset) < ($0.element.effect.magnitude, $1.offset) }
            .map(\.element)
    }

    /// The picture.
    func svg(_ wording: Wording) -> String {
        let shown = ordered
        let usable = limits.filter { $0.value.isDrawable && $0.value >= 0 }
        let names = min(220, max(60, shown.map { SVG.width(of: $0.name) }.max() ?? 60)) + 14
        let labels = min(150, shown.map { SVG.width(of: $0.label) }.max() ?? 40) + 14
        let sizes = shown.map(\.effect.magnitude) + usable.map(\.value)
        let x = Axis(spanning: sizes, title: axisTitle, wording: wording, includesZero: true)
        let top = 8 + Double(usable.count) * 15
        let height = max(1, Double(shown.count)) * 23
        let none = Axis(lower: 0, upper: 1, ticks: [], title: "")
        let frame = ChartFrame(left: names, top: top, width: 820 - names - labels, height: height, x: x, y: none)
        var svg = SVG(width: 820, height: top + height + 44, title: title, description: description)
        for tick in x.ticks.dropFirst() {
            let at = frame.across(tick.value)
            svg.line(at, frame.top, at, frame.bottom, .grid)
        }
        frame.drawAxes(in: &svg)
        for (index, bar) in shown.enumerated() { draw(bar, at: frame.top + Double(index) * 23, usable, frame, &svg) }
        for (index, limit) in usable.enumerated() {
            let at = frame.across(limit.value)
            let y = 12 + Double(index) * 15
            svg.line(at, y + 2, at, frame.bottom, .limit)
            let isLeft = at + 8 + SVG.width(of: limit.name) > 816
            svg.label(limit.name, at + (isLeft ? -6 : 6), y, .targetText, anchor: isLeft ? .end : .start)
        }
        return svg.text
    }

    private func draw(_ bar: Bar, at y: Double, _ limits: [Limit], _ frame: ChartFrame, _ svg: inout SVG) {
        let size = bar.effect.magnitude
        let isBeyondFirst = limits.first.map { size > $0.value } ?? false
        let isBeyondLast = limits.last.map { size > $0.value } ?? false
        let name = SVG.cut(bar.name, to: frame.left - 14)
        let ink: Ink = isBeyondFirst ? .strong : .text
        svg.label(name, frame.left - 8, y + 15, ink, anchor: .end, tooltip: bar.name)
        let end = frame.across(size)
        svg.group(tooltip: "\(bar.name): \(bar.label)", figure: bar.figure) { svg in
            svg.rectangle(frame.left, y + 4, max(0.5, end - frame.left), 15, isBeyondLast ? .fill : .faint)
            svg.label(bar.label, end + 7, y + 15, isBeyondFirst ? .strong : .muted)
        }
    }
}
