// SPDX-License-Identifier: Apache-2.0

/// The expected response at the levels of two factors together: one line for each level of the second.
///
/// Lines side by side say that the factors act alone; lines that cross or spread say that they act together.
struct InteractionChart: Sendable {
    /// One cell: a level of the first factor with a level of the second.
    struct Cell: Sendable {
        var mean: Double
        /// The ends of the mean's interval; nil where the data give none.
        var interval: (lower: Double, upper: Double)?
        /// Where the result holds the mean.
        var figure: Figure?

        /// A cell of a mean that a picture can place, else nil; an interval of which an end cannot be placed is left out.
        init?(mean: Double?, lower: Double?, upper: Double?, figure: Figure? = nil) {
            guard let mean, mean.isDrawable else { return nil }
            self.mean = mean
            self.figure = figure
            if let lower, let upper, lower.isDrawable, upper.isDrawable { interval = (lower, upper) }
        }

        /// A cell that is to be drawn as it is.
        init(mean: Double, interval: (lower: Double, upper: Double)? = nil, figure: Figure? = nil) {
            self.mean = mean
            self.interval = interval
            self.figure = figure
        }
    }

    /// One level of the second factor, with a cell for each level of the first; nil where nothing was observed.
    struct Line: Sendable {
        var name: String
        var cells: [Cell?]
    }

    /// The factors with their levels, and what is drawn of them.
    struct Factors: Sendable {
        var first: String
        var second: String
        var firstLevels: [String]
    }

    /// A chart of two factors whose title and description are written here, in the same words everywhere.
    init(
        _ factors: Factors,
        _ lines: [Line],
        of response: String,
        y: Axis,
        wording: Wording,
        number: (Double) -> String
    ) {
        let words = lines.flatMap { line in
            zip(factors.firstLevels, line.cells).compactMap { level, cell in
                cell.map { "\(level), \(line.name): \(number($0.mean))" }
            }
        }
        title = "\(factors.first) × \(factors.second)"
        description = wording(
            .anInteractionDescription,
            response,
            factors.first,
            factors.second,
            words.joined(separator: ", ")
        )
        factor = factors.first
        levels = factors.firstLevels
        lineFactor = factors.second
        self.lines = lines
        self.y = y
    }

    /// A chart of parts that are all given.
    init(
        title: String,
        description: String,
        factor: String,
        levels: [String],
        lineFactor: String,
        lines: [Line],
        y: Axis
    ) {
        self.title = title
        self.description = description
        self.factor = factor
        self.levels = levels
        self.lineFactor = lineFactor
        self.lines = lines
        self.y = y
    }

    var title: String
    var description: String
    /// The first factor, and the names of its levels along the x axis.
    var factor: String
    var levels: [String]
    /// The second factor.
    var lineFactor: String
    var lines: [Line]
    var y: Axis
    var width: Double = 400

    /// The picture.
    func svg(_ wording: Wording) -> String {
        var svg = SVG(width: width, height: 262, title: title, description: description)
        let names = min(width * 0.3, (lines.map { SVG.width(of: $0.name, size: 10.5) }.max() ?? 0) + 26)
        let labels = y.ticks.map { SVG.width(of: $0.label) }.max() ?? 0
        let left = max(34, labels + 12)
        let x = Axis(
            lower: -0.35,
            upper: Double(max(1, levels.count)) - 0.65,
            ticks: levels.enumerated().map { Axis.Tick(value: Double($0.offset), label: $0.element) },
            title: ""
        )
        let frame = ChartFrame(
            left: left,
            top: 46,
            width: max(40, width - left - names - 6),
            height: 158,
            x: x,
            y: y
        )
        svg.label(SVG.cut(y.title, to: width * 0.6), 4, 13, .muted)
        let heading = SVG.cut("\(factor) × \(lineFactor)", to: width - left, size: 11.5)
        svg.label(heading, left, 32, .strong, size: 11.5, tooltip: "\(factor) × \(lineFactor)")
        drawGrid(frame, &svg)
        let spots = labelSpots(frame)
        for (index, line) in lines.enumerated() { draw(line, index, frame, spots[index], wording, &svg) }
        svg.label(SVG.cut(factor, to: frame.width), frame.left + frame.width / 2, 250, .muted, anchor: .middle)
        return svg.text
    }

    private func drawGrid(_ frame: ChartFrame, _ svg: inout SVG) {
        for tick in y.ticks {
            let at = frame.down(tick.value)
            svg.line(frame.left, at, frame.right, at, .grid)
            svg.label(tick.label, frame.left - 7, at + 3.8, .muted, anchor: .end)
        }
        svg.line(frame.left, frame.bottom, frame.right, frame.bottom, .axis)
        let pitch = frame.width / Double(max(1, levels.count))
        for tick in frame.x.ticks {
            let name = SVG.cut(tick.label, to: pitch - 4, size: 10.5)
            svg.label(
                name,
                frame.across(tick.value),
                frame.bottom + 16,
                .text,
                anchor: .middle,
                size: 10.5,
                tooltip: tick.label
            )
        }
    }

    private func draw(
        _ line: Line,
        _ index: Int,
        _ frame: ChartFrame,
        _ spot: Double?,
        _ wording: Wording,
        _ svg: inout SVG
    ) {
        let ink = Ink.ofSeries(index)
        let form = SVG.Mark.allCases[index % SVG.Mark.allCases.count]
        var run: [(x: Double, y: Double)] = []
        for (level, cell) in line.cells.prefix(levels.count).enumerated() {
            guard let cell, cell.mean.isDrawable else {
                if run.count > 1 { svg.polyline(run, ink.stroke) }
                run = []
                continue
            }
            run.append(frame.place(ChartPoint(x: Double(level), y: cell.mean)))
        }
        if run.count > 1 { svg.polyline(run, ink.stroke) }
        // Whiskers stand a little apart, so that those of one level do not cover each other.
        let offset = (Double(index) - Double(lines.count - 1) / 2) * min(5, 24 / Double(max(1, lines.count)))
        for (level, cell) in line.cells.prefix(levels.count).enumerated() {
            guard let cell, cell.mean.isDrawable else { continue }
            let place = frame.place(ChartPoint(x: Double(level), y: cell.mean))
            let text = "\(levels[level]), \(line.name): \(wording.short(cell.mean))"
            svg.group(tooltip: text, figure: cell.figure) { svg in
                if let interval = cell.interval, interval.lower.isDrawable, interval.upper.isDrawable {
                    let ends = [interval.lower, interval.upper].map { frame.down(y.clamped($0)) }
                    svg.line(place.x + offset, ends[0], place.x + offset, ends[1], ink.fill)
                }
                svg.mark(form, place.x, place.y, 3.8, ink.fill)
            }
        }
        guard let spot else { return }
        svg.mark(form, frame.right + 7, spot, 3.4, ink.fill)
        let room = width - frame.right - 18
        svg.label(
            SVG.cut(line.name, to: room, size: 10.5),
            frame.right + 14,
            spot + 3.7,
            .text,
            size: 10.5,
            tooltip: line.name
        )
    }

    /// Where the lines' names stand at the right: as near their last point as leaves room for each.
    private func labelSpots(_ frame: ChartFrame) -> [Double?] {
        let wanted = lines.enumerated().compactMap { index, line -> (Int, Double)? in
            guard let last = line.cells.prefix(levels.count).compactMap(\.self).last(where: { $0.mean.isDrawable })
            else { return nil }
            return (index, frame.down(y.clamped(last.mean)))
        }
        .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        let pitch = min(14, (frame.height + 20) / Double(max(1, wanted.count)))
        var spots = [Double?](repeating: nil, count: lines.count)
        var places = wanted.map(\.1)
        for index in places.indices.dropFirst() { places[index] = max(places[index], places[index - 1] + pitch) }
        let limit = frame.bottom + 8
        if let last = places.last, last > limit {
            for (back, index) in places.indices.reversed().enumerated() {
                places[index] = min(places[index], limit - Double(back) * pitch)
            }
        }
        for (place, item) in zip(places, wanted) { spots[item.0] = place }
        return spots
    }
}
