// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A shape of JSON: what the OpenAPI document says of a value, and what requests are checked by.
package indirect enum Schema: Sendable {
    /// What a text must be.
    package struct TextRules: Sendable {
        package var values: [String]?
        package var least: Int
        package var most: Int?
        package var format: String?
        /// A regular expression for the document, and what tells the same here.
        package var pattern: String?
        package var matches: (@Sendable (String) -> Bool)?
        /// What is right, for an error.
        package var expected: String?
    }

    /// A member of an object.
    package struct Member: Sendable {
        package var name: String
        package var schema: Schema
        package var isRequired: Bool
        package var about: String

        /// A member that must be there.
        package static func required(_ name: String, _ schema: Schema, _ about: String = "") -> Member {
            Member(name: name, schema: schema, isRequired: true, about: about)
        }

        /// A member that may be left out.
        package static func optional(_ name: String, _ schema: Schema, _ about: String = "") -> Member {
            Member(name: name, schema: schema, isRequired: false, about: about)
        }
    }

    /// Any JSON value at all.
    case anything
    case boolean
    case integer(least: Int64?, most: Int64?)
    case number(least: Double?, most: Double?)
    case text(TextRules)
    case array(Schema, most: Int?)
    /// Members by name; one that is closed has no others.
    case object([Member], isClosed: Bool)
    /// An object whose members all have one shape, whatever their names.
    case map(Schema)
    /// A value, or null.
    case nullable(Schema)
    /// A shape that has a name in the document.
    case named(String, Schema)
}

extension Schema {
    /// A text without NUL characters, which the database cannot hold.
    package static func string(
        least: Int = 0,
        most: Int? = nil,
        format: String? = nil
    ) -> Schema {
        .text(
            TextRules(
                values: nil,
                least: least,
                most: most,
                format: format,
                // Generators cannot count that far: a long text is checked all the same.
                pattern: format == nil && most ?? 0 <= 10_000 ? "^[^\\u0000]*$" : nil,
                matches: { !$0.utf8.contains(0) },
                expected: "a text without NUL characters"
            )
        )
    }

    /// A text that may quote somebody else's; in answers only.
    package static var quotation: Schema {
        .text(TextRules(values: nil, least: 0, most: nil, format: nil, pattern: nil, matches: nil, expected: nil))
    }

    /// One of some words.
    package static func word(_ values: [String]) -> Schema {
        .text(TextRules(values: values, least: 0, most: nil, format: nil, pattern: nil, matches: nil, expected: nil))
    }

    /// One of an enumeration's raw values.
    package static func word<Value: RawRepresentable & CaseIterable>(_ type: Value.Type) -> Schema
    where Value.RawValue == String {
        .word(type.allCases.map(\.rawValue))
    }

    /// A text of a pattern, told by a closure that accepts the same.
    package static func pattern(
        _ pattern: String,
        most: Int? = nil,
        expected: String,
        _ matches: @escaping @Sendable (String) -> Bool
    ) -> Schema {
        .text(
            TextRules(
                values: nil,
                least: 0,
                most: most,
                format: nil,
                pattern: pattern,
                matches: matches,
                expected: expected
            )
        )
    }

    /// An identifier of a kind of thing.
    package static func identifier<Kind: Identified>(_ kind: Kind.Type) -> Schema {
        let prefix = Kind.identifierPrefix
        return .pattern(
            "^\(prefix)_[0-9a-hjkmnp-tv-z]{26}$",
            expected: "an identifier that begins with \(prefix)_",
            Self.names(kind)
        )
    }

    /// Tells an identifier by its text: kinds differ in their prefixes alone.
    private static func names<Kind: Identified>(_ kind: Kind.Type) -> @Sendable (String) -> Bool {
        let prefix = Kind.identifierPrefix
        return { text in
            text.hasPrefix(prefix + "_") && WorkerID(Worker.identifierPrefix + text.dropFirst(prefix.count)) != nil
        }
    }

    /// An instant as RFC 3339 writes it; in answers only.
    package static var time: Schema { .string(format: "date-time") }
    /// Any whole number.
    package static var integer: Schema { .integer(least: nil, most: nil) }
    /// A whole number from 0.
    package static var count: Schema { .integer(least: 0, most: nil) }
    /// Any number.
    package static var number: Schema { .number(least: nil, most: nil) }
    /// A number from 0 to 1.
    package static var share: Schema { .number(least: 0, most: 1) }

    /// An array of any length.
    package static func list(_ schema: Schema) -> Schema { .array(schema, most: nil) }

    /// An object of answers: later versions may add members to it.
    package static func answer(_ members: [Member]) -> Schema { .object(members, isClosed: false) }

    /// An object of requests: a member that is not listed is a mistake, and is named.
    package static func request(_ members: [Member]) -> Schema { .object(members, isClosed: true) }
}

/// A type whose JSON has a shape that is written down beside it.
package protocol Described: SendableMetatype {
    /// The shape of what encoding it gives, and decoding it takes.
    static var schema: Schema { get }
}
