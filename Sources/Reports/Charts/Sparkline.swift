// SPDX-License-Identifier: Apache-2.0

/// Counts day by day as a small picture for a line of a table; the days of the window stand out.
struct Sparkline: Sendable {
    var title: String
    var description: String
    /// Counts, the last day last.
    var counts: [Int]
    /// How many of the last days are the window.
    var window: Int
    var width: Double = 150
    var height: Double = 22

    /// The picture.
    func svg() -> String {
        var svg = SVG(width: width, height: height, title: title, description: description)
        let greatest = Double(max(1, counts.max() ?? 1))
        let step = width / Double(max(1, counts.count))
        let bottom = height - 2
        svg.line(0, bottom + 0.5, width, bottom + 0.5, .grid)
        for (index, count) in counts.enumerated() where count > 0 {
            let tall = max(1.5, Double(count) / greatest * (bottom - 2))
            let isInWindow = index >= counts.count - window
            svg.rectangle(
                Double(index) * step + 0.4,
                bottom - tall,
                max(0.8, step - 0.8),
                tall,
                isInWindow ? .fill : .faint
            )
        }
        return svg.text
    }
}
