// SPDX-License-Identifier: Apache-2.0

/// A number of a page and where the machine-readable result holds it.
///
/// A page prints no other numbers, so that each can be traced; `FigureAudit` proves it.
package struct Figure: Codable, Sendable, Equatable {
    /// The number as the result holds it; nil where the result has none.
    package var value: Double?
    /// Its place in the result, such as `anova.rows[0].p`.
    package var key: String

    /// Creates a figure; a value that is not finite counts as none.
    package init(_ value: Double?, _ key: String) {
        self.value = value.flatMap { $0.isFinite ? $0 : nil }
        self.key = key
    }

    /// The number when it can be drawn.
    var drawable: Double? { value.flatMap { $0.isDrawable ? $0 : nil } }

    /// The attributes of an element that shows the number; nil without one.
    var trace: String? { value.map { "data-key=\"\(SVG.escaped(key))\" data-value=\"\($0)\"" } }
}

/// An estimate with the ends of its interval.
package struct FigureInterval: Codable, Sendable, Equatable {
    package var estimate: Figure
    package var lower: Figure
    package var upper: Figure

    /// Creates an interval of figures.
    package init(_ estimate: Figure, from lower: Figure, to upper: Figure) {
        self.estimate = estimate
        self.lower = lower
        self.upper = upper
    }

    /// The three numbers, when all are there and can be drawn.
    var drawable: (estimate: Double, lower: Double, upper: Double)? {
        guard let estimate = estimate.drawable, let lower = lower.drawable, let upper = upper.drawable else {
            return nil
        }
        return (estimate, lower, upper)
    }

    /// Whether both ends lie on one side of a value; nil without an interval.
    func excludes(_ value: Double) -> Bool? { drawable.map { $0.lower > value || $0.upper < value } }
}
