// SPDX-License-Identifier: Apache-2.0

/// The rectangle that a chart is drawn in: it places values, and draws the axes and the grid.
struct ChartFrame: Sendable {
    let left: Double
    let top: Double
    let width: Double
    let height: Double
    let x: Axis
    let y: Axis

    /// Where a value of the x axis lies.
    func across(_ value: Double) -> Double { left + x.position(value) * width }
    /// Where a value of the y axis lies; greater values are higher unless the axis is inverted.
    func down(_ value: Double) -> Double { top + (1 - y.position(value)) * height }
    /// A point's place.
    func place(_ point: ChartPoint) -> (x: Double, y: Double) { (across(point.x), down(point.y)) }
    var right: Double { left + width }
    var bottom: Double { top + height }

    /// Draws grid lines with their labels, the axes' titles, and the line at the bottom.
    func drawAxes(in svg: inout SVG, labelsX: Bool = true) {
        for tick in y.ticks {
            let at = down(tick.value)
            svg.line(left, at, right, at, .grid)
            svg.label(tick.label, left - 7, at + 3.8, .muted, anchor: .end)
        }
        svg.line(left, bottom, right, bottom, .axis)
        guard labelsX else { return }
        for tick in x.ticks {
            let at = across(tick.value)
            svg.line(at, bottom, at, bottom + 4, .axis)
            svg.label(tick.label, at, bottom + 17, .muted, anchor: .middle)
        }
        svg.label(x.title, right, bottom + 33, .muted, anchor: .end)
    }
}

/// A point of a chart, in the units of its axes.
struct ChartPoint: Sendable, Equatable {
    var x: Double
    var y: Double

    /// Whether the point can be drawn.
    var isFinite: Bool { x.isDrawable && y.isDrawable }
}
