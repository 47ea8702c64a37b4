// SPDX-License-Identifier: Apache-2.0

/// A sum that grows in steps, with the limit that it must not pass.
struct StepChart: Sendable {
    var title: String
    var description: String
    var x: Axis
    var y: Axis
    /// The sum after each step, in order of x.
    var points: [ChartPoint]
    var limit: (value: Double, name: String)?

    /// The picture.
    func svg() -> String {
        let frame = ChartFrame(left: 78, top: 26, width: 724, height: 130, x: x, y: y)
        var svg = SVG(width: 820, height: 196, title: title, description: description)
        svg.label(y.title, 8, 15, .muted)
        frame.drawAxes(in: &svg)
        var corners: [(x: Double, y: Double)] = [(frame.left, frame.down(0))]
        for point in points where point.isFinite {
            let place = frame.place(point)
            corners.append((place.x, corners.last?.y ?? place.y))
            corners.append(place)
        }
        if let last = corners.last {
            svg.polygon(corners + [(last.x, frame.bottom), (frame.left, frame.bottom)], .band)
            svg.polyline(corners, .line)
        }
        if let limit, limit.value.isFinite {
            let at = frame.down(limit.value)
            svg.line(frame.left, at, frame.right, at, .target)
            svg.label(limit.name, frame.left + 6, at - 5, .targetText)
        }
        return svg.text
    }
}
