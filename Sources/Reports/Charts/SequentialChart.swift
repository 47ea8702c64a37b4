// SPDX-License-Identifier: Apache-2.0

/// A confidence sequence of a difference over time: as long as the band holds the reference, nothing is decided.
struct ConfidenceSequenceChart: Sendable {
    /// The estimate and its interval at one time.
    struct Point: Sendable {
        var x: Double
        var estimate: Double
        var lower: Double
        var upper: Double
        /// What is shown when the point is pointed at.
        var label: String
        /// Where the result holds the estimate.
        var figure: Figure?
    }

    var title: String
    var description: String
    var points: [Point]
    var xTitle: String
    var yTitle: String
    /// The value of no difference.
    var reference: Double = 0
    var isShare = false

    /// The points that can be drawn, in order.
    var drawn: [Point] {
        points.filter { [$0.x, $0.estimate, $0.lower, $0.upper].allSatisfy(\.isDrawable) }.sorted { $0.x < $1.x }
    }

    /// The picture.
    func svg(_ wording: Wording) -> String {
        let shown = drawn
        let x = Axis(spanning: shown.map(\.x), title: xTitle, wording: wording, steps: 7)
        let values = shown.flatMap { [$0.estimate, $0.lower, $0.upper] } + [reference]
        let y = Axis(spanning: values, title: yTitle, wording: wording, isShare: isShare)
        let frame = ChartFrame(left: 70, top: 26, width: 732, height: 230, x: x, y: y)
        var svg = SVG(width: 820, height: 296, title: title, description: description)
        svg.label(y.title, 8, 15, .muted)
        frame.drawAxes(in: &svg)
        let zero = frame.down(y.clamped(reference))
        svg.line(frame.left, zero, frame.right, zero, .zero)
        if shown.count > 1 {
            let there = shown.map { frame.place(ChartPoint(x: $0.x, y: $0.upper)) }
            let back = shown.reversed().map { frame.place(ChartPoint(x: $0.x, y: $0.lower)) }
            svg.polygon(there + back, .band)
            svg.polyline(shown.map { frame.place(ChartPoint(x: $0.x, y: $0.estimate)) }, .line)
        }
        for (index, point) in shown.enumerated() where shown.count <= 60 || index == shown.count - 1 {
            let place = frame.place(ChartPoint(x: point.x, y: point.estimate))
            svg.group(tooltip: point.label, figure: point.figure) { svg in
                if shown.count == 1 || index == shown.count - 1 {
                    svg.line(place.x, frame.down(point.lower), place.x, frame.down(point.upper), .error)
                }
                svg.circle(place.x, place.y, 3, .fill)
            }
        }
        return svg.text
    }
}

/// A planned series of looks: the statistic at each look made against the boundaries of all that were planned.
struct BoundaryChart: Sendable {
    /// One look.
    struct Look: Sendable {
        /// The share of the planned information, or the number of the look.
        var x: Double
        /// The standardised statistic; nil for a look that was not made.
        var statistic: Double?
        /// A statistic at or beyond ± this ends the test; nil where there is none.
        var boundary: Double?
        /// Beyond this, on the side that is no improvement, one may give up; nil where one cannot.
        var futility: Double?
        /// What is shown when the look is pointed at.
        var label: String
        /// Where the result holds the statistic.
        var figure: Figure?
    }

    var title: String
    var description: String
    var looks: [Look]
    var xTitle: String
    var yTitle: String
    var boundaryName: String
    var statisticName: String

    /// The picture.
    func svg(_ wording: Wording) -> String {
        let shown = looks.filter { $0.x.isDrawable }.sorted { $0.x < $1.x }
        let boundaries = shown.compactMap { look -> ChartPoint? in
            guard let value = look.boundary, value.isDrawable else { return nil }
            return ChartPoint(x: look.x, y: value.magnitude)
        }
        let made = shown.filter { $0.statistic?.isDrawable ?? false }
        // The first boundaries may lie very far out; beyond the axis they are left out, and the description has them.
        let greatest = made.compactMap(\.statistic).map(\.magnitude).max() ?? 0
        let reach = max(greatest * 1.15, min(boundaries.map(\.y).max() ?? 3, 6), 3)
        let x = Axis(spanning: shown.map(\.x), title: xTitle, wording: wording, includesZero: true, steps: 7)
        let y = Axis(spanning: [-reach, reach], title: yTitle, wording: wording, steps: 6)
        let frame = ChartFrame(left: 58, top: 26, width: 744, height: 230, x: x, y: y)
        var svg = SVG(width: 820, height: 296, title: title, description: description)
        svg.label(y.title, 8, 15, .muted)
        drawNames(&svg, frame)
        frame.drawAxes(in: &svg)
        svg.line(frame.left, frame.down(0), frame.right, frame.down(0), .zero)
        for sign in [1.0, -1] {
            let inside = boundaries.filter { $0.y <= y.upper }.map { ChartPoint(x: $0.x, y: $0.y * sign) }
            if inside.count > 1 { svg.polyline(inside.map(frame.place), .target) }
            for point in inside.map(frame.place) { svg.circle(point.x, point.y, 2.4, .alert) }
        }
        let giveUp = shown.compactMap { look -> ChartPoint? in
            guard let value = look.futility, value.isDrawable, value.magnitude <= y.upper else { return nil }
            return ChartPoint(x: look.x, y: value)
        }
        if giveUp.count > 1 { svg.polyline(giveUp.map(frame.place), .second) }
        for point in giveUp.map(frame.place) { svg.circle(point.x, point.y, 2.4, .hollow) }
        let line = made.compactMap { look in look.statistic.map { ChartPoint(x: look.x, y: $0) } }
        if line.count > 1 { svg.polyline(line.map(frame.place), .line) }
        for (look, point) in zip(made, line.map(frame.place)) {
            svg.group(tooltip: look.label, figure: look.figure) { $0.circle(point.x, point.y, 4, .fill) }
        }
        return svg.text
    }

    private func drawNames(_ svg: inout SVG, _ frame: ChartFrame) {
        svg.label(boundaryName, frame.right, 15, .text, anchor: .end)
        let middle = frame.right - SVG.width(of: boundaryName) - 30
        svg.line(middle, 11, middle + 22, 11, .target)
        svg.label(statisticName, middle - 16, 15, .text, anchor: .end)
        let left = middle - 16 - SVG.width(of: statisticName) - 30
        svg.line(left, 11, left + 22, 11, .line)
        svg.circle(left + 11, 11, 3, .fill)
    }
}
