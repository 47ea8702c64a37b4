// SPDX-License-Identifier: Apache-2.0

/// What a mark of a chart is drawn with.
///
/// Each ink is a class, which the page's style sheet colours for light, dark and print, and a set of plain attributes for readers
/// that give page styles to no inline SVG. Where both are known, the class wins.
enum Ink: String, CaseIterable, Sendable {
    case text = "c-text"
    case muted = "c-muted"
    case strong = "c-strong"
    case onAccent = "c-on-accent"
    case grid = "c-grid"
    case axis = "c-axis"
    case line = "c-line"
    case second = "c-second"
    case dashed = "c-dashed"
    case band = "c-band"
    case stage = "c-stage"
    case target = "c-target"
    case targetText = "c-target-text"
    case fill = "c-fill"
    case faint = "c-faint"
    case hollow = "c-hollow"
    case ring = "c-ring"
    case error = "c-error"
    case decision = "c-decision"
    case alert = "c-alert"
    case markRule = "c-mark"

    /// The attributes that stand for the class in light colours.
    var attributes: [(String, String)] {
        switch self {
        case .text: [("fill", "#3d474d")]
        case .muted: [("fill", "#69747c")]
        case .strong: [("fill", "#1b2226"), ("font-weight", "bold")]
        case .onAccent: [("fill", "#ffffff"), ("font-weight", "bold")]
        case .grid: [("fill", "none"), ("stroke", "#e4e8ea"), ("stroke-width", "1")]
        case .axis: [("fill", "none"), ("stroke", "#9aa4ab"), ("stroke-width", "1")]
        case .line: Self.stroke("#17627a", "2")
        case .second: Self.stroke("#69747c", "1.5") + [("stroke-dasharray", "5 3")]
        case .dashed: Self.stroke("#17627a", "2") + [("stroke-dasharray", "5 3")]
        case .band: [("fill", "#17627a"), ("fill-opacity", "0.16"), ("stroke", "none")]
        case .stage: [("fill", "#5c6b73"), ("fill-opacity", "0.07"), ("stroke", "none")]
        case .target: Self.stroke("#a8501b", "1.5") + [("stroke-dasharray", "6 4")]
        case .targetText: [("fill", "#a8501b")]
        case .fill: [("fill", "#17627a"), ("stroke", "none")]
        case .faint: [("fill", "#17627a"), ("fill-opacity", "0.45"), ("stroke", "none")]
        case .hollow: [("fill", "#ffffff"), ("stroke", "#3d474d"), ("stroke-width", "1.5")]
        case .ring: Self.stroke("#a8501b", "2")
        case .error: Self.stroke("#17627a", "1.2")
        case .decision: [("fill", "#3d474d"), ("stroke", "none")]
        case .alert: [("fill", "#a8501b"), ("stroke", "none")]
        case .markRule: Self.stroke("#9aa4ab", "1") + [("stroke-dasharray", "2 3")]
        }
    }

    private static func stroke(_ colour: String, _ width: String) -> [(String, String)] {
        [("fill", "none"), ("stroke", colour), ("stroke-width", width), ("stroke-linejoin", "round")]
    }
}
