// SPDX-License-Identifier: Apache-2.0

/// The course of a rank as a small picture for a line of a table: up is better, a gap is a step off the list.
struct RankTrace: Sendable {
    var title: String
    var description: String
    /// By step, the newest last; nil where the product was not listed.
    var ranks: [Int?]
    var width: Double = 150
    var height: Double = 30

    /// The picture.
    func svg() -> String {
        var svg = SVG(width: width, height: height, title: title, description: description)
        let seen = ranks.compactMap(\.self)
        svg.line(0, height - 1.5, width, height - 1.5, .grid)
        guard let best = seen.min(), let worst = seen.max() else { return svg.text }
        let span = Double(max(1, worst - best))
        let step = (width - 6) / Double(max(1, ranks.count - 1))
        var run: [(x: Double, y: Double)] = []
        for (index, rank) in ranks.enumerated() {
            guard let rank else {
                Self.draw(run, &svg)
                run = []
                continue
            }
            let share = worst == best ? 0.5 : Double(rank - best) / span
            run.append((3 + Double(index) * step, 3 + share * (height - 8)))
        }
        Self.draw(run, &svg)
        if let last = run.last { svg.circle(last.x, last.y, 2.2, .fill) }
        return svg.text
    }

    private static func draw(_ run: [(x: Double, y: Double)], _ svg: inout SVG) {
        if run.count > 1 {
            svg.polyline(run, .line)
        } else if let only = run.first {
            svg.circle(only.x, only.y, 1.2, .faint)
        }
    }
}
