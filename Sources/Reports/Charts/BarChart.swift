// SPDX-License-Identifier: Apache-2.0

/// Horizontal bars, one a line, each with its name before it and its number after it.
struct BarChart: Sendable {
    /// One bar.
    struct Bar: Sendable {
        var name: String
        /// 0 or more.
        var value: Double
        var label: String
        /// Whether the bar stands out; the label says so too.
        var isStrong: Bool
        /// Where the result holds the value.
        var figure: Figure?
    }

    var title: String
    var description: String
    var bars: [Bar]

    /// The picture.
    func svg() -> String {
        let shown = bars.filter { $0.value.isDrawable }
        let names = min(220, max(60, shown.map { SVG.width(of: $0.name) }.max() ?? 60)) + 12
        let greatest = max(shown.map(\.value).max() ?? 1, 1e-300)
        let room = 820 - names - 150
        var svg = SVG(width: 820, height: Double(shown.count) * 24 + 8, title: title, description: description)
        for (index, bar) in shown.enumerated() {
            let y = Double(index) * 24 + 4
            let length = max(1, max(0, bar.value) / greatest * room)
            svg.label(
                SVG.cut(bar.name, to: names - 12),
                names - 8,
                y + 14,
                .text,
                anchor: .end,
                tooltip: bar.name
            )
            svg.group(tooltip: "\(bar.name): \(bar.label)", figure: bar.figure) { svg in
                svg.rectangle(names, y + 3, length, 15, bar.isStrong ? .fill : .faint)
                svg.label(bar.label, names + length + 7, y + 14, bar.isStrong ? .strong : .muted)
            }
        }
        return svg.text
    }
}
