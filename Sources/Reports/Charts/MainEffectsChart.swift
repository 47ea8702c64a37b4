// SPDX-License-Identifier: Apache-2.0

/// The expected response at each level of each factor: small panels side by side with one y axis.
struct MainEffectsChart: Sendable {
    /// One level.
    struct Level: Sendable {
        var name: String
        var mean: Double
        /// The ends of the mean's interval; nil where the data give none.
        var interval: (lower: Double, upper: Double)?
        var isPresent: Bool
        var isRecommended: Bool
        /// Where the result holds the mean.
        var figure: Figure?
        /// What is shown when the level is pointed at; its name when empty.
        var label: String = ""

        /// The ends of the interval when they can be drawn.
        var ends: [Double] {
            guard let interval, interval.lower.isDrawable, interval.upper.isDrawable else { return [] }
            return [interval.lower, interval.upper]
        }
    }

    /// One factor.
    struct Panel: Sendable {
        var factor: String
        var levels: [Level]
    }

    var title: String
    var description: String
    var y: Axis
    var panels: [Panel]

    private static let left = 58.0
    private static let room = 748.0
    private static let plot = 150.0
    private static let row = 250.0

    /// The picture; more than eight factors go on in further rows.
    func svg() -> String {
        let perRow = max(1, min(8, panels.count))
        let rows = max(1, (panels.count + perRow - 1) / perRow)
        var svg = SVG(width: 820, height: Double(rows) * Self.row + 20, title: title, description: description)
        svg.label(y.title, 8, 13, .muted)
        for row in 0..<rows {
            let members = Array(panels.dropFirst(row * perRow).prefix(perRow))
            drawRow(members, perRow, top: Double(row) * Self.row + 42, &svg)
        }
        return svg.text
    }

    private func drawRow(_ members: [Panel], _ perRow: Int, top: Double, _ svg: inout SVG) {
        let pitch = Self.room / Double(perRow)
        for (index, panel) in members.enumerated() {
            let axis = Axis(lower: -0.5, upper: Double(max(1, panel.levels.count)) - 0.5, ticks: [], title: "")
            let frame = ChartFrame(
                left: Self.left + Double(index) * pitch,
                top: top,
                width: pitch - 10,
                height: Self.plot,
                x: axis,
                y: y
            )
            drawGrid(frame, labels: index == 0, &svg)
            draw(panel, frame, &svg)
        }
    }

    private func drawGrid(_ frame: ChartFrame, labels: Bool, _ svg: inout SVG) {
        for tick in y.ticks {
            let at = frame.down(tick.value)
            svg.line(frame.left, at, frame.right, at, .grid)
            if labels { svg.label(tick.label, frame.left - 7, at + 3.8, .muted, anchor: .end) }
        }
        svg.line(frame.left, frame.bottom, frame.right, frame.bottom, .axis)
    }

    private func draw(_ panel: Panel, _ frame: ChartFrame, _ svg: inout SVG) {
        let middle = frame.left + frame.width / 2
        let name = SVG.cut(panel.factor, to: frame.width - 2, size: 11.5)
        svg.label(name, middle, frame.top - 10, .strong, anchor: .middle, size: 11.5, tooltip: panel.factor)
        let drawn = panel.levels.filter { $0.mean.isDrawable }
        let pitch = frame.width / Double(max(1, panel.levels.count))
        let x = panel.levels.indices.filter { panel.levels[$0].mean.isDrawable }.map { frame.across(Double($0)) }
        let places = zip(x, drawn).map { (x: $0, y: frame.down(y.clamped($1.mean))) }
        drawBand(drawn, x, frame, &svg)
        if places.count > 1 { svg.polyline(places, .line) }
        for (level, place) in zip(drawn, places) {
            svg.group(tooltip: level.label.isEmpty ? level.name : level.label, figure: level.figure) { svg in
                let ends = level.ends.map { frame.down(y.clamped($0)) }
                if ends.count == 2 {
                    svg.line(place.x, ends[0], place.x, ends[1], .error)
                    for end in ends { svg.line(place.x - 3, end, place.x + 3, end, .error) }
                }
                if level.isPresent {
                    svg.rectangle(place.x - 4, place.y - 4, 8, 8, .hollow)
                } else {
                    svg.circle(place.x, place.y, 3.4, .fill)
                }
                if level.isRecommended { svg.circle(place.x, place.y, 7.5, .ring) }
            }
            drawName(level, at: place.x, below: frame.bottom, pitch: pitch, &svg)
        }
    }

    /// The intervals joined to a band, where every level has one.
    private func drawBand(_ levels: [Level], _ x: [Double], _ frame: ChartFrame, _ svg: inout SVG) {
        let ends = levels.map { level in level.ends.map { frame.down(y.clamped($0)) } }
        guard levels.count > 1, ends.allSatisfy({ $0.count == 2 }) else { return }
        let there = zip(x, ends).map { (x: $0, y: $1[1]) }
        let back = zip(x, ends).reversed().map { (x: $0, y: $1[0]) }
        svg.polygon(there + back, .band)
    }

    /// The level's name: level where there is room for it, slanting and cut where there is not.
    private func drawName(_ level: Level, at x: Double, below y: Double, pitch: Double, _ svg: inout SVG) {
        let ink: Ink = level.isRecommended ? .strong : .muted
        if SVG.width(of: level.name, size: 10) <= pitch - 2 {
            svg.label(level.name, x, y + 15, ink, anchor: .middle, size: 10, tooltip: level.name)
        } else {
            let short = SVG.cut(level.name, to: 56, size: 10)
            svg.label(short, x + 4, y + 13, ink, anchor: .end, size: 10, turn: -45, tooltip: level.name)
        }
    }
}
