// SPDX-License-Identifier: Apache-2.0

/// Lines and dots over an axis, with a band, a target, shaded stages and numbered marks.
struct LineChart: Sendable {
    /// One line or cloud of dots.
    struct Series: Sendable {
        enum Style: Sendable {
            case line
            case second
            case dashed
            case dots
            case squares
        }

        var name: String?
        var style: Style
        var points: [ChartPoint]
    }

    /// Where a value may lie at one place of the x axis.
    struct Range: Sendable {
        var x: Double
        var lower: Double
        var upper: Double
    }

    /// A shaded part of the x axis with a name.
    struct Stage: Sendable {
        var from: Double
        var to: Double
        var name: String
    }

    /// A numbered place of the x axis.
    struct Mark: Sendable {
        var x: Double
        var number: Int
        var isAlert: Bool
    }

    /// A value to reach, from one place of the x axis to another; nil for the axis's ends.
    struct Target: Sendable {
        var value: Double
        var name: String
        var from: Double?
        var to: Double?
    }

    var title: String
    var description: String
    var x: Axis
    var y: Axis
    var series: [Series]
    var band: [Range] = []
    var targets: [Target] = []
    var stages: [Stage] = []
    var marks: [Mark] = []
    /// What is shown when a point of the first line is pointed at; nil for nothing.
    var hover: (@Sendable (ChartPoint) -> String)?
    var height: Double = 260

    /// The picture.
    func svg() -> String {
        let rows = markRows()
        let rowCount = (rows.max() ?? -1) + 1
        let stageHeight: Double = stages.isEmpty ? 0 : 18
        let nameHeight: Double = 20
        let top = 6 + nameHeight + stageHeight + Double(rowCount) * 19
        let frame = ChartFrame(left: 58, top: top, width: 744, height: height, x: x, y: y)
        var svg = SVG(width: 820, height: top + height + 40, title: title, description: description)
        svg.label(y.title, 8, 15, .muted)
        drawNames(&svg, frame)
        drawStages(&svg, frame, labelsAt: 6 + nameHeight + Double(rowCount) * 19 + 11)
        frame.drawAxes(in: &svg)
        drawBand(&svg, frame)
        drawTargets(&svg, frame)
        for one in series { draw(one, &svg, frame) }
        // Over the lines, so that they can be read where one passes.
        drawTargetNames(&svg, frame)
        drawHover(&svg, frame)
        drawMarks(&svg, frame, rows, from: 6 + nameHeight)
        return svg.text
    }

    /// The most points that tell their value: more could not be pointed at.
    private static let hoverLimit = 120

    /// Bands over the whole height, one around each point of the first line, that tell its value.
    private func drawHover(_ svg: inout SVG, _ frame: ChartFrame) {
        guard let hover, let line = series.first(where: { $0.style == .line }) else { return }
        let finite = line.points.filter(\.isFinite)
        let step = max(1, (finite.count + Self.hoverLimit - 1) / Self.hoverLimit)
        let points = stride(from: 0, to: finite.count, by: step).map { finite[$0] }
        let places = points.map { frame.across($0.x) }
        for (index, point) in points.enumerated() {
            let left = index == 0 ? frame.left : (places[index - 1] + places[index]) / 2
            let right = index == points.count - 1 ? frame.right : (places[index] + places[index + 1]) / 2
            svg.group(tooltip: hover(point)) { $0.rectangle(left, frame.top, right - left, frame.height, .hover) }
        }
    }

    /// The names of the series at the top right, each with a sample of how it is drawn.
    private func drawNames(_ svg: inout SVG, _ frame: ChartFrame) {
        var right = frame.right
        for one in series.reversed() {
            guard let name = one.name else { continue }
            svg.label(name, right, 15, .text, anchor: .end)
            right -= SVG.width(of: name) + 6
            sample(one.style, &svg, right - 22, 11)
            right -= 40
        }
    }

    private func sample(_ style: Series.Style, _ svg: inout SVG, _ x: Double, _ y: Double) {
        switch style {
        case .line: svg.line(x, y, x + 20, y, .line)
        case .second: svg.line(x, y, x + 20, y, .second)
        case .dashed: svg.line(x, y, x + 20, y, .dashed)
        case .dots: svg.circle(x + 14, y, 2.6, .faint)
        case .squares: svg.rectangle(x + 11, y - 3, 6, 6, .hollow)
        }
    }

    private func drawStages(_ svg: inout SVG, _ frame: ChartFrame, labelsAt y: Double) {
        for (index, stage) in stages.enumerated() {
            let from = max(frame.across(stage.from), frame.left)
            let to = min(frame.across(stage.to), frame.right)
            guard to > from else { continue }
            if index.isMultiple(of: 2) { svg.rectangle(from, frame.top, to - from, frame.height, .stage) }
            svg.line(from, y - 11, from, frame.top, .axis)
            let name = SVG.cut(stage.name, to: to - from - 8, size: 10.5)
            if name.count > 1 { svg.label(name, from + 4, y, .muted, size: 10.5, tooltip: stage.name) }
        }
    }

    private func drawBand(_ svg: inout SVG, _ frame: ChartFrame) {
        let finite = band.filter { $0.x.isDrawable && $0.lower.isDrawable && $0.upper.isDrawable }
        if let only = finite.first, finite.count == 1 {
            svg.line(frame.across(only.x), frame.down(only.lower), frame.across(only.x), frame.down(only.upper), .error)
        }
        guard finite.count > 1 else { return }
        let there = finite.map { frame.place(ChartPoint(x: $0.x, y: $0.upper)) }
        let back = finite.reversed().map { frame.place(ChartPoint(x: $0.x, y: $0.lower)) }
        svg.polygon(there + back, .band)
    }

    private func drawTargets(_ svg: inout SVG, _ frame: ChartFrame) {
        var before: Double?
        for target in targets where target.value.isDrawable {
            let at = frame.down(y.clamped(target.value))
            let from = frame.across(x.clamped(target.from ?? x.lower))
            let to = frame.across(x.clamped(target.to ?? x.upper))
            guard to > from else { continue }
            svg.line(from, at, to, at, .target)
            if let before, target.from != nil { svg.line(from, before, from, at, .target) }
            before = at
        }
    }

    private func drawTargetNames(_ svg: inout SVG, _ frame: ChartFrame) {
        for target in targets where target.value.isDrawable {
            let at = frame.down(y.clamped(target.value))
            let from = frame.across(x.clamped(target.from ?? x.lower))
            guard frame.across(x.clamped(target.to ?? x.upper)) > from else { continue }
            // A name starts where its line does; where it would run out of the picture it ends there, clear of the line that leads up to it.
            let isLeft = from + 6 + SVG.width(of: target.name) > frame.right
            svg.label(target.name, isLeft ? from - 6 : from + 6, at - 5, .targetText, anchor: isLeft ? .end : .start)
        }
    }

    private func draw(_ one: Series, _ svg: inout SVG, _ frame: ChartFrame) {
        let places = one.points.filter(\.isFinite).map(frame.place)
        switch one.style {
        case .dots:
            for place in places { svg.circle(place.x, place.y, 2.6, .faint) }
        case .squares:
            for place in places { svg.rectangle(place.x - 3, place.y - 3, 6, 6, .hollow) }
        case .line, .second, .dashed:
            let ink: Ink = one.style == .line ? .line : one.style == .second ? .second : .dashed
            if places.count > 1 { svg.polyline(places, ink) }
            guard places.count <= 24 else { return }
            for place in places { svg.circle(place.x, place.y, 3, one.style == .second ? .hollow : .fill) }
        }
    }

    /// For each mark the row above the plot that keeps it clear of its neighbours.
    private func markRows() -> [Int] {
        let frame = ChartFrame(left: 58, top: 0, width: 744, height: height, x: x, y: y)
        var ends: [Double] = []
        return marks.map { mark in
            let at = frame.across(mark.x)
            let row = ends.firstIndex { at - $0 >= 19 } ?? (ends.count < 4 ? ends.count : 3)
            if row < ends.count { ends[row] = at } else { ends.append(at) }
            return row
        }
    }

    private func drawMarks(_ svg: inout SVG, _ frame: ChartFrame, _ rows: [Int], from top: Double) {
        for (mark, row) in zip(marks, rows) {
            let at = frame.across(mark.x)
            let y = top + Double(row) * 19 + 9
            svg.line(at, y + 8, at, frame.bottom, .markRule)
            if mark.isAlert {
                svg.rectangle(at - 8, y - 8, 16, 16, .alert)
            } else {
                svg.circle(at, y, 8.5, .decision)
            }
            svg.label(String(mark.number), at, y + 3.6, .onAccent, anchor: .middle, size: 10)
        }
    }
}
