// SPDX-License-Identifier: Apache-2.0

/// The expected response at each level of each factor: small panels side by side with one y axis.
struct MainEffectsChart: Sendable {
    /// One level.
    struct Level: Sendable {
        var name: String
        var mean: Double
        var error: Double?
        var isPresent: Bool
        var isRecommended: Bool
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
        let places = panel.levels.indices.map { frame.place(ChartPoint(x: Double($0), y: panel.levels[$0].mean)) }
        for (level, place) in zip(panel.levels, places) {
            guard let error = level.error, error.isFinite else { continue }
            let ends = [level.mean - error, level.mean + error].map(frame.down)
            svg.line(place.x, ends[0], place.x, ends[1], .error)
            for end in ends { svg.line(place.x - 3, end, place.x + 3, end, .error) }
        }
        svg.polyline(places, .line)
        let pitch = frame.width / Double(max(1, panel.levels.count))
        for (level, place) in zip(panel.levels, places) {
            if level.isPresent {
                svg.rectangle(place.x - 4, place.y - 4, 8, 8, .hollow)
            } else {
                svg.circle(place.x, place.y, 3.4, .fill)
            }
            if level.isRecommended { svg.circle(place.x, place.y, 7.5, .ring) }
            drawName(level, at: place.x, below: frame.bottom, pitch: pitch, &svg)
        }
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
