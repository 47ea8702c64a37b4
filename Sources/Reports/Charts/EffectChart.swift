// SPDX-License-Identifier: Apache-2.0

/// Effects with their intervals, one a line: a dot where the estimate is, a line over the interval.
///
/// A forest plot: where a line crosses the reference, chance alone may explain the effect.
struct EffectChart: Sendable {
    /// One effect.
    struct Row: Sendable {
        var name: String
        var estimate: Double
        /// The ends of the interval; nil where the data give none.
        var interval: (lower: Double, upper: Double)?
        /// What is written at the right.
        var label: String
        /// Whether the effect stands out; the label says so too.
        var isStrong: Bool
        /// Where the result holds the estimate.
        var figure: Figure?
    }

    var title: String
    var description: String
    var rows: [Row]
    var axisTitle: String
    /// The value of no effect.
    var reference: Double = 0
    var isShare = false

    /// The picture.
    func svg(_ wording: Wording) -> String {
        let shown = rows.filter { $0.estimate.isDrawable }
        let names = min(230, max(60, shown.map { SVG.width(of: $0.name) }.max() ?? 60)) + 14
        let labels = min(200, max(40, shown.map { SVG.width(of: $0.label) }.max() ?? 40)) + 16
        let values = shown.flatMap { [$0.estimate] + Self.ends($0) } + [reference]
        let x = Axis(spanning: values, title: axisTitle, wording: wording, isShare: isShare)
        let height = max(1, Double(shown.count)) * 26
        let none = Axis(lower: 0, upper: 1, ticks: [], title: "")
        let frame = ChartFrame(left: names, top: 10, width: 820 - names - labels, height: height, x: x, y: none)
        var svg = SVG(width: 820, height: height + 54, title: title, description: description)
        for tick in x.ticks {
            let at = frame.across(tick.value)
            svg.line(at, frame.top, at, frame.bottom, .grid)
        }
        let zero = frame.across(x.clamped(reference))
        svg.line(zero, frame.top - 4, zero, frame.bottom, .zero)
        frame.drawAxes(in: &svg)
        for (index, row) in shown.enumerated() { draw(row, at: frame.top + Double(index) * 26 + 13, frame, &svg) }
        return svg.text
    }

    private static func ends(_ row: Row) -> [Double] {
        guard let interval = row.interval, interval.lower.isDrawable, interval.upper.isDrawable else { return [] }
        return [interval.lower, interval.upper]
    }

    private func draw(_ row: Row, at y: Double, _ frame: ChartFrame, _ svg: inout SVG) {
        let name = SVG.cut(row.name, to: frame.left - 14)
        svg.label(name, frame.left - 8, y + 4, row.isStrong ? .strong : .text, anchor: .end, tooltip: row.name)
        let x = frame.across(row.estimate)
        let ends = Self.ends(row).map(frame.across)
        svg.group(tooltip: "\(row.name): \(row.label)", figure: row.figure) { svg in
            if ends.count == 2 {
                svg.line(ends[0], y, ends[1], y, row.isStrong ? .firstStroke : .error)
                for end in ends { svg.line(end, y - 4, end, y + 4, .error) }
            }
            svg.mark(.circle, x, y, 4.2, row.isStrong ? .firstFill : .hollow)
            let label = SVG.cut(row.label, to: 204)
            svg.label(label, frame.right + 12, y + 4, row.isStrong ? .strong : .muted)
        }
    }
}
