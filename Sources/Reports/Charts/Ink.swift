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
    case zero = "c-zero"
    /// Nothing to see: where a pointer finds a value.
    case hover = "c-hover"
    case limit = "c-limit"
    case firstStroke = "c-first-stroke"
    case secondStroke = "c-second-stroke"
    case thirdStroke = "c-third-stroke"
    case fourthStroke = "c-fourth-stroke"
    case firstFill = "c-first-fill"
    case secondFill = "c-second-fill"
    case thirdFill = "c-third-fill"
    case fourthFill = "c-fourth-fill"

    /// The inks of a line and of its marks for the first, second … of several; after the fourth they come again.
    static func ofSeries(_ index: Int) -> (stroke: Ink, fill: Ink) {
        switch index % 4 {
        case 0: (.firstStroke, .firstFill)
        case 1: (.secondStroke, .secondFill)
        case 2: (.thirdStroke, .thirdFill)
        default: (.fourthStroke, .fourthFill)
        }
    }

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
        case .hover: [("fill", "#17627a"), ("fill-opacity", "0"), ("stroke", "none")]
        case .zero: Self.stroke("#69747c", "1.2")
        case .limit: Self.stroke("#a8501b", "1.2") + [("stroke-dasharray", "3 3")]
        case .firstStroke: Self.stroke("#17627a", "2")
        case .secondStroke: Self.stroke("#a8501b", "2") + [("stroke-dasharray", "7 3")]
        case .thirdStroke: Self.stroke("#6d4a93", "2") + [("stroke-dasharray", "2 3")]
        case .fourthStroke: Self.stroke("#3f6b2e", "2") + [("stroke-dasharray", "9 3 2 3")]
        case .firstFill: [("fill", "#17627a"), ("stroke", "#17627a")]
        case .secondFill: [("fill", "#a8501b"), ("stroke", "#a8501b")]
        case .thirdFill: [("fill", "#6d4a93"), ("stroke", "#6d4a93")]
        case .fourthFill: [("fill", "#3f6b2e"), ("stroke", "#3f6b2e")]
        }
    }

    private static func stroke(_ colour: String, _ width: String) -> [(String, String)] {
        [("fill", "none"), ("stroke", colour), ("stroke-width", width), ("stroke-linejoin", "round")]
    }
}
