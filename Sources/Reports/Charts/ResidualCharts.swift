// SPDX-License-Identifier: Apache-2.0

import Statistics

/// What a model leaves over, seen three ways: against the fitted values, against normal quantiles, and in time.
///
/// Each picture stands alone. Nothing is thinned silently: `shownCount` says how many points a picture has.
struct ResidualCharts: Sendable {
    /// The words of one picture.
    struct Words: Sendable {
        var title: String
        var description: String
        var axis: String
    }

    /// The fitted value of each row.
    var fitted: [Double]
    /// Observed less fitted, one for each row.
    var residuals: [Double]
    /// The place of each row in time, from 1; nil when the order is not known.
    var order: [Int]?
    var residualTitle: String
    /// The greatest number of points of a picture.
    static let limit = 1_500
    private static let width = 400.0

    /// Residuals against fitted values: a funnel means that the scatter depends on the size, a bow that a curve is missing.
    func againstFitted(_ words: Words, _ wording: Wording) -> String {
        let points = zip(fitted, residuals).map { ChartPoint(x: $0, y: $1) }
        return cloud(points, words, wording, isJoined: false)
    }

    /// Residuals in the order of time: a slope or waves mean a drift.
    func inOrder(_ words: Words, _ wording: Wording) -> String? {
        guard let order, order.count == residuals.count else { return nil }
        let points = zip(order, residuals).map { ChartPoint(x: Double($0), y: $1) }.sorted { $0.x < $1.x }
        return cloud(points, words, wording, isJoined: true)
    }

    /// Residuals against the normal quantiles of their ranks (Blom 1958), with the line that normal ones follow.
    func againstNormal(_ words: Words, _ wording: Wording) -> String {
        let sorted = residuals.filter(\.isDrawable).sorted()
        let quantiles = sorted.indices.map { Self.blom($0, of: sorted.count) }
        let points = zip(quantiles, sorted).map { ChartPoint(x: $0, y: $1) }
        var svg = SVG(width: Self.width, height: 250, title: words.title, description: words.description)
        let frame = frame(points, words, wording)
        frame.drawAxes(in: &svg)
        svg.label(residualTitle, 4, 13, .muted)
        if let line = Self.line(sorted) {
            let ends = [frame.x.lower, frame.x.upper].map { at in
                frame.place(ChartPoint(x: at, y: frame.y.clamped(line.middle + line.slope * at)))
            }
            // The line is drawn where it is inside the frame.
            let inside = [frame.y.lower, frame.y.upper].map { line.slope > 0 ? ($0 - line.middle) / line.slope : 0 }
            let from = frame.place(ChartPoint(x: max(frame.x.lower, inside[0]), y: frame.y.lower)).x
            let to = frame.place(ChartPoint(x: min(frame.x.upper, inside[1]), y: frame.y.upper)).x
            svg.line(max(ends[0].x, from), ends[0].y, min(ends[1].x, to), ends[1].y, .second)
        }
        for point in Self.thinned(points) { dot(point, frame, wording, &svg) }
        return svg.text
    }

    /// How many points each picture has.
    var shownCount: Int { Self.thinned(residuals.filter(\.isDrawable)).count }

    /// The normal quantile of the i-th smallest of so many values, i from 0: Φ⁻¹((i + 1 − 3/8) / (n + 1/4)).
    static func blom(_ index: Int, of count: Int) -> Double {
        StandardNormal.quantile((Double(index) + 0.625) / (Double(count) + 0.25)) ?? 0
    }

    /// The line through the quartiles, as R's `qqline` draws it; nil where they are equal.
    private static func line(_ sorted: [Double]) -> (middle: Double, slope: Double)? {
        guard sorted.count > 2, let quartile = StandardNormal.quantile(0.75) else { return nil }
        func quantile(_ share: Double) -> Double {
            let at = share * Double(sorted.count - 1)
            let low = min(max(0, Int(at)), sorted.count - 1)
            let high = min(low + 1, sorted.count - 1)
            return sorted[low] + (at - Double(low)) * (sorted[high] - sorted[low])
        }
        let (low, high) = (quantile(0.25), quantile(0.75))
        let slope = (high - low) / (2 * quartile)
        return slope > 0 && slope.isDrawable ? ((low + high) / 2, slope) : nil
    }

    /// Every so-maniest element, the first and the last among them.
    private static func thinned<Element>(_ elements: [Element]) -> [Element] {
        guard elements.count > limit else { return elements }
        return (0..<limit).map { elements[$0 * (elements.count - 1) / (limit - 1)] }
    }

    private func cloud(_ all: [ChartPoint], _ words: Words, _ wording: Wording, isJoined: Bool) -> String {
        let points = all.filter(\.isFinite)
        var svg = SVG(width: Self.width, height: 250, title: words.title, description: words.description)
        let frame = frame(points, words, wording)
        frame.drawAxes(in: &svg)
        svg.label(residualTitle, 4, 13, .muted)
        let zero = frame.down(0)
        svg.line(frame.left, zero, frame.right, zero, .zero)
        let shown = Self.thinned(points)
        if isJoined, shown.count > 1, shown.count <= 200 { svg.polyline(shown.map(frame.place), .markRule) }
        for point in shown { dot(point, frame, wording, &svg) }
        return svg.text
    }

    private func frame(_ points: [ChartPoint], _ words: Words, _ wording: Wording) -> ChartFrame {
        let x = Axis(spanning: points.map(\.x), title: words.axis, wording: wording, steps: 4)
        let y = Axis(spanning: points.map(\.y), title: residualTitle, wording: wording, includesZero: true)
        let left = max(40, (y.ticks.map { SVG.width(of: $0.label) }.max() ?? 30) + 12)
        return ChartFrame(left: left, top: 24, width: Self.width - left - 12, height: 184, x: x, y: y)
    }

    private func dot(_ point: ChartPoint, _ frame: ChartFrame, _ wording: Wording, _ svg: inout SVG) {
        let place = frame.place(point)
        svg.group(tooltip: "\(wording.short(point.x)), \(wording.short(point.y))") { svg in
            svg.circle(place.x, place.y, residuals.count > 300 ? 1.8 : 2.8, .faint)
        }
    }
}
