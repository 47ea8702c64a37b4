// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation

/// Proves that every traced number of a page is the rounding of a number in the machine-readable result.
package struct FigureAudit: Sendable {
    /// How many numbers were compared.
    package private(set) var count = 0
    /// One sentence for each number that is not what the result says; empty for a true page.
    package private(set) var problems: [String] = []

    /// Compares the page with the result, a JSON object as the command prints it; throws when that is no JSON.
    package init(html: String, json: String) throws {
        let result = try CanonicalJSON.decode(JSONValue.self, from: json)
        for match in html.matches(
            of: #/<data data-key="([^"]*)"(?: data-value="([^"]*)")?(?: data-scale="([^"]*)")?>([^<]*)</data>/#
        ) {
            check(
                key: String(match.1),
                value: match.2.map(String.init),
                scale: match.3.flatMap { Double($0) } ?? 1,
                text: String(match.4),
                in: result
            )
        }
        for match in html.matches(of: #/<g data-key="([^"]*)" data-value="([^"]*)">/#) {
            check(key: String(match.1), value: String(match.2), scale: 1, text: nil, in: result)
        }
    }

    /// The number at a path such as `anova.rows[0].p`; nil where there is none.
    package static func number(at path: String, in result: JSONValue) -> Double? {
        var value = result
        for step in path.split(separator: ".") {
            let parts = step.split(separator: "[")
            guard let name = parts.first else { return nil }
            if !step.hasPrefix("[") {
                guard let member = value[String(name)] else { return nil }
                value = member
            }
            for part in step.hasPrefix("[") ? parts[...] : parts.dropFirst() {
                guard part.hasSuffix("]"), let index = Int(part.dropLast()), case .array(let elements) = value,
                    elements.indices.contains(index)
                else { return nil }
                value = elements[index]
            }
        }
        return value.double
    }

    private mutating func check(key: String, value: String?, scale: Double, text: String?, in result: JSONValue) {
        count += 1
        let key = key.replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
        let found = Self.number(at: key, in: result)
        guard let found else {
            if value != nil {
                problems.append("'\(key)' is not in the result, and the page shows \(text ?? value ?? "").")
            }
            return
        }
        guard let value, Double(value) == found else {
            problems.append("'\(key)' is \(found) in the result and \(value ?? "nothing") on the page.")
            return
        }
        guard let text else { return }
        if !Self.isRounding(text, of: found * scale) {
            problems.append("'\(key)' is \(found) in the result, and \(text) is no rounding of it.")
        }
    }

    /// Whether a printed number is a value rounded to the digits that are printed, or a bound that holds.
    static func isRounding(_ text: String, of value: Double) -> Bool {
        var shown = text.replacing("&lt;", with: "<").replacing(",", with: "").replacing("−", with: "-")
        shown = shown.replacing("+", with: "").replacing("%p", with: "").replacing("%", with: "")
        shown = shown.trimmingCharacters(in: .whitespaces)
        if shown.hasPrefix("<") {
            return Double(shown.dropFirst().trimmingCharacters(in: .whitespaces)).map { value < $0 } ?? false
        }
        guard let number = Double(shown) else { return false }
        let parts = shown.split(separator: "e", maxSplits: 1)
        let decimals = parts.first?.split(separator: ".", maxSplits: 1).dropFirst().first?.count ?? 0
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let unit = pow(10, Double(exponent - decimals))
        return (number - value).magnitude <= unit * 0.5 + value.magnitude * 1e-12
    }
}
