// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Writes one SVG picture, element by element; all text and all attributes are escaped.
///
/// The picture is an image to a screen reader: its title and description are what is read out.
struct SVG: Sendable {
    /// Where a text stands relative to its point.
    enum Anchor: String, Sendable {
        case start
        case middle
        case end
    }

    /// The form of a mark.
    enum Mark: Sendable, CaseIterable {
        case circle
        case square
        case diamond
        case triangle
        case cross
    }

    private var body = ""
    let width: Double
    let height: Double
    let title: String
    let description: String

    init(width: Double, height: Double, title: String, description: String) {
        self.width = width
        self.height = height
        self.title = title
        self.description = description
    }

    /// The whole element.
    var text: String {
        let size = "\(Self.number(width)) \(Self.number(height))"
        let fonts = "Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', NanumGothic, 'Malgun Gothic', sans-serif"
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" width=\"\(Self.number(width))\" "
            + "height=\"\(Self.number(height))\" role=\"img\" font-family=\"\(fonts)\" font-size=\"11\">\n"
            + "<title>\(Self.escaped(title))</title>\n<desc>\(Self.escaped(description))</desc>\n\(body)</svg>"
    }

    /// A straight line.
    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ ink: Ink) {
        element("line", ink, [("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)])
    }

    /// A rectangle.
    mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ ink: Ink) {
        element("rect", ink, [("x", x), ("y", y), ("width", max(0, width)), ("height", max(0, height))])
    }

    /// A circle.
    mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ ink: Ink) {
        element("circle", ink, [("cx", x), ("cy", y), ("r", radius)])
    }

    /// A line through points.
    mutating func polyline(_ points: [(x: Double, y: Double)], _ ink: Ink) {
        shape("polyline", points, ink)
    }

    /// A closed shape.
    mutating func polygon(_ points: [(x: Double, y: Double)], _ ink: Ink) {
        shape("polygon", points, ink)
    }

    /// A text; `turn` is in degrees about its point, `tooltip` what is shown in full when it is cut.
    mutating func label(
        _ text: String,
        _ x: Double,
        _ y: Double,
        _ ink: Ink = .text,
        anchor: Anchor = .start,
        size: Double = 11,
        turn: Double = 0,
        tooltip: String? = nil
    ) {
        let rotation =
            turn == 0 ? "" : " transform=\"rotate(\(Self.number(turn)) \(Self.number(x)) \(Self.number(y)))\""
        let hint = tooltip.map { "<title>\(Self.escaped($0))</title>" } ?? ""
        body +=
            "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"\(anchor.rawValue)\" "
            + "font-size=\"\(Self.number(size))\"\(rotation)\(Self.style(ink))>\(hint)\(Self.escaped(text))</text>\n"
    }

    /// Marks that belong together, with what is shown when they are pointed at.
    ///
    /// `figure` says where the machine-readable result holds the number that they show.
    mutating func group(tooltip: String, figure: Figure? = nil, _ draw: (inout SVG) -> Void) {
        let trace = figure.flatMap(\.trace).map { " " + $0 } ?? ""
        body += "<g\(trace)><title>\(Self.escaped(tooltip))</title>\n"
        draw(&self)
        body += "</g>\n"
    }

    /// A mark whose form tells it from its neighbours where colours cannot.
    mutating func mark(_ form: Mark, _ x: Double, _ y: Double, _ radius: Double, _ ink: Ink) {
        let r = radius
        switch form {
        case .circle: circle(x, y, r, ink)
        case .square: rectangle(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, ink)
        case .diamond: polygon([(x, y - r * 1.25), (x + r * 1.25, y), (x, y + r * 1.25), (x - r * 1.25, y)], ink)
        case .triangle: polygon([(x, y - r * 1.2), (x + r * 1.15, y + r * 0.85), (x - r * 1.15, y + r * 0.85)], ink)
        case .cross:
            line(x - r, y - r, x + r, y + r, ink)
            line(x - r, y + r, x + r, y - r, ink)
        }
    }

    private mutating func shape(_ name: String, _ points: [(x: Double, y: Double)], _ ink: Ink) {
        guard !points.isEmpty else { return }
        let list = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
        body += "<\(name) points=\"\(list)\"\(Self.style(ink))/>\n"
    }

    private mutating func element(_ name: String, _ ink: Ink, _ attributes: [(String, Double)]) {
        let written = attributes.map { " \($0.0)=\"\(Self.number($0.1))\"" }.joined()
        body += "<\(name)\(written)\(Self.style(ink))/>\n"
    }

    private static func style(_ ink: Ink) -> String {
        " class=\"\(ink.rawValue)\"" + ink.attributes.map { " \($0.0)=\"\($0.1)\"" }.joined()
    }

    /// A coordinate to a tenth; 0 for what is not finite, which no chart asks for.
    static func number(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e7 else { return "0" }
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let rest = tenths.magnitude % 10
        return sign + String(tenths.magnitude / 10) + (rest == 0 ? "" : ".\(rest)")
    }

    /// Text for an element or a quoted attribute; characters that XML cannot hold become a replacement mark.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result += " "
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// About how wide a text is, in units of the picture: Hangul and its like take a full square.
    static func width(of text: String, size: Double = 11) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 0.95 : 0.56) } * size
    }

    /// The text cut to a width, with an ellipsis where something is missing.
    static func cut(_ text: String, to width: Double, size: Double = 11) -> String {
        guard Self.width(of: text, size: size) > width else { return text }
        var kept = text
        while !kept.isEmpty, Self.width(of: kept + "…", size: size) > width { kept.removeLast() }
        return kept + "…"
    }
}
