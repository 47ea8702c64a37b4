// SPDX-License-Identifier: Apache-2.0

/// One value of a factor: text, a number or a switch, as the seller wrote it.
package enum LevelValue: Hashable, Sendable, CustomStringConvertible {
    case text(String)
    case integer(Int64)
    case number(Double)
    case flag(Bool)

    /// The value as it is shown and as it is passed in an environment variable.
    package var description: String {
        switch self {
        case .text(let value): value
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .flag(let value): String(value)
        }
    }

    /// The value as JSON.
    package var json: JSONValue {
        switch self {
        case .text(let value): .string(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .flag(let value): .bool(value)
        }
    }
}

extension LevelValue: Codable {
    package init(from decoder: any Decoder) throws {
        switch try JSONValue(from: decoder) {
        case .string(let value): self = .text(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .number(value)
        case .bool(let value): self = .flag(value)
        case .null, .array, .object:
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a level is text, a number or true/false")
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        try json.encode(to: encoder)
    }
}

/// A lever that the seller owns, with the values to try.
package struct Factor: Hashable, Codable, Sendable {
    /// The name; unique within a goal.
    package var name: String
    /// The values to try, 2 or more, all different.
    package var levels: [LevelValue]
    /// The index in `levels` of the seller's present setting.
    package var control: Int
    /// Whether the levels are in an order that matters, such as prices: neighbours are then expected to be alike.
    @OmittedByDefault package var isOrdinal: Bool
    /// The levels of other factors under which this one matters; all must hold, and none means always.
    ///
    /// Where it does not matter it is set to its control, so that combinations that differ in nothing else are one.
    @OmittedByDefault package var onlyWhen: [LevelChoice]

    /// Creates a factor; the control is the first level unless said otherwise.
    package init(
        name: String,
        levels: [LevelValue],
        control: Int = 0,
        isOrdinal: Bool = false,
        onlyWhen: [LevelChoice] = []
    ) {
        self.name = name
        self.levels = levels
        self.control = control
        self.isOrdinal = isOrdinal
        self.onlyWhen = onlyWhen
    }
}

/// One level of every factor: an index per factor, in the order of the goal's factors.
package struct Combination: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The level index of each factor.
    package var levels: [Int]

    /// Creates a combination from level indices.
    package init(_ levels: [Int]) {
        self.levels = levels
    }

    /// The indices joined by dots, such as `1.0.2`.
    package var description: String { levels.map(String.init).joined(separator: ".") }

    package static func < (left: Self, right: Self) -> Bool { left.levels.lexicographicallyPrecedes(right.levels) }
}

extension Combination: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        let levels = text.split(separator: ".").compactMap { Int($0) }
        guard levels.map(String.init).joined(separator: ".") == text else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a combination such as 1.0.2")
            )
        }
        self.levels = levels
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
