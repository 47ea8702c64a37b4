// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An SVG picture, read as XML.
struct Picture {
    /// One element with its attributes.
    struct Element {
        var name: String
        var attributes: [String: String]
        /// Its own text.
        var text: String = ""

        /// An attribute as a number.
        func number(_ name: String) -> Double? { attributes[name].flatMap { Double($0) } }
    }

    let elements: [Element]
    let width: Double
    let height: Double

    /// Reads a picture; fails the test when it is no XML.
    init(_ svg: String) throws {
        let reader = Reader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        try #require(parser.parse(), "\(svg.prefix(400))")
        elements = reader.elements
        let box = try #require(elements.first?.attributes["viewBox"]).split(separator: " ").compactMap { Double($0) }
        try #require(box.count == 4)
        width = box[2]
        height = box[3]
    }

    /// The elements of a name, of a class when one is given.
    func all(_ name: String, _ style: String? = nil) -> [Element] {
        elements.filter { $0.name == name && (style == nil || $0.attributes["class"] == style) }
    }

    /// The texts that are drawn.
    var labels: [String] { all("text").map(\.text) }
    /// The hover titles, the picture's own left out.
    var tooltips: [String] { all("title").dropFirst().map(\.text) }
    /// What a screen reader reads out.
    var description: String { all("desc").first?.text ?? "" }

    /// The corners of every shape; texts are left out.
    var points: [(x: Double, y: Double)] {
        elements.flatMap { element -> [(x: Double, y: Double)] in
            func pair(_ x: String, _ y: String) -> [(x: Double, y: Double)] {
                guard let x = element.number(x), let y = element.number(y) else { return [] }
                return [(x, y)]
            }
            switch element.name {
            case "circle": return pair("cx", "cy")
            case "line": return pair("x1", "y1") + pair("x2", "y2")
            case "rect":
                let width = element.number("width") ?? 0
                let height = element.number("height") ?? 0
                return pair("x", "y").flatMap { [$0, ($0.x + width, $0.y + height)] }
            case "polyline", "polygon":
                return (element.attributes["points"] ?? "").split(separator: " ").compactMap { point in
                    let parts = point.split(separator: ",").compactMap { Double($0) }
                    return parts.count == 2 ? (parts[0], parts[1]) : nil
                }
            default: return []
            }
        }
    }

    /// Whether every shape lies within the picture, and no attribute is something else than a number.
    var isWithinFrame: Bool {
        points.allSatisfy { $0.x >= -0.5 && $0.x <= width + 0.5 && $0.y >= -0.5 && $0.y <= height + 0.5 }
            && !elements.contains { $0.attributes.values.contains { $0.contains("nan") || $0.contains("inf") } }
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [Element] = []
        private var open: [Int] = []

        func parser(
            _ parser: XMLParser,
            didStartElement name: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String]
        ) {
            open.append(elements.count)
            elements.append(Element(name: name, attributes: attributes))
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            if let last = open.last { elements[last].text += text }
        }

        func parser(
            _ parser: XMLParser,
            didEndElement name: String,
            namespaceURI: String?,
            qualifiedName: String?
        ) {
            open.removeLast()
        }
    }
}
