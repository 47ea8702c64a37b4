// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A value that stands in a path or in a query.
package struct Parameter: Sendable {
    /// Where it stands.
    package enum Place: String, Sendable {
        case path
        case query
    }

    package var name: String
    package var place: Place
    package var schema: Schema
    package var about: String

    /// A part of the path that identifies a thing.
    package static func path<Kind: Identified>(_ name: String, _ kind: Kind.Type, _ about: String) -> Parameter {
        Parameter(name: name, place: .path, schema: .identifier(kind), about: about)
    }

    /// A part of the path.
    package static func path(_ name: String, _ schema: Schema, _ about: String) -> Parameter {
        Parameter(name: name, place: .path, schema: schema, about: about)
    }

    /// A value of the query, which may be left out.
    package static func query(_ name: String, _ schema: Schema, _ about: String) -> Parameter {
        Parameter(name: name, place: .query, schema: schema, about: about)
    }

    /// How many things a page has at most, and where it begins.
    package static let paging: [Parameter] = [
        .query(
            "limit",
            .integer(least: 1, most: Int64(Paging.most)),
            "How many at most; \(Paging.standard) by default."
        ),
        .query(
            "cursor",
            .pattern(
                "^[A-Za-z0-9_-]{1,400}$",
                expected: "the next_cursor of a page before"
            ) { text in
                (1...400).contains(text.utf8.count)
                    && text.utf8.allSatisfy { Paging.alphabet.contains($0) }
            },
            "The next_cursor of the page before."
        ),
    ]

    /// The value that a text stands for; throws a problem that names the parameter.
    func value(of text: String) throws(Problem) -> JSONValue {
        let value: JSONValue =
            switch schema {
            case .integer: Int64(text).map { .integer($0) } ?? .string(text)
            case .number: Double(text).flatMap { $0.isFinite ? .number($0) : nil } ?? .string(text)
            case .boolean: text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
            default: .string(text)
            }
        guard var fault = schema.fault(in: value, at: name) else { return value }
        fault.value = String(text.prefix(200))
        if place == .path { fault.kind = .notFound }
        throw fault
    }
}

/// A piece of a list, and where the next one begins.
package struct Page<Item: Codable & Sendable & Described>: Codable, Sendable, Described {
    package var items: [Item]
    /// What to give as `cursor` for the next page; nil when this is the last.
    package var nextCursor: String?

    /// Creates a page.
    package init(items: [Item], nextCursor: String? = nil) {
        self.items = items
        self.nextCursor = nextCursor
    }

    private enum CodingKeys: String, CodingKey {
        case items
        case nextCursor = "next_cursor"
    }

    package static var schema: Schema {
        .answer([
            .required("items", .list(Item.schema)),
            .optional("next_cursor", .string(), "What to give as cursor for the next page; absent on the last."),
        ])
    }
}

/// What part of a list is wanted.
package struct Paging: Hashable, Sendable {
    package static let standard = 20
    package static let most = 100
    static let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".utf8)

    package var limit: Int
    /// The key of the last thing of the page before; nil for the first page.
    package var after: String?

    /// Creates a wish.
    package init(limit: Int = Paging.standard, after: String? = nil) {
        self.limit = limit
        self.after = after
    }

    /// The wanted piece of a list that is in its order; `key` names a thing uniquely.
    ///
    /// A page begins after the thing that the cursor names. One that is gone, or a cursor that names nothing, throws a problem.
    package func page<Thing, Item>(
        of things: [Thing],
        key: (Thing) -> String,
        _ item: (Thing) async throws -> Item
    ) async throws -> Page<Item> {
        var start = 0
        if let after {
            guard let place = things.firstIndex(where: { key($0) == after }) else {
                throw Problem(
                    .invalid,
                    "the cursor names nothing that is still there",
                    field: "cursor",
                    expected: "the next_cursor of a page of this list; begin again without one"
                )
            }
            start = place + 1
        }
        var items: [Item] = []
        for thing in things[start...].prefix(limit) { items.append(try await item(thing)) }
        let isLast = start + limit >= things.count
        let last = isLast ? nil : things[start...].prefix(limit).last
        return Page(items: items, nextCursor: last.map { Self.cursor(of: key($0)) })
    }

    /// A key as an opaque text: base 64 for URLs, without padding.
    static func cursor(of key: String) -> String {
        Base64URL.text(Array(key.utf8))
    }

    /// The key that a cursor was made of; nil for another text.
    static func key(of cursor: String) -> String? {
        Base64URL.bytes(cursor).flatMap { String(validating: $0, as: UTF8.self) }
    }
}

/// Base 64 for URLs, without padding (RFC 4648, section 5).
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start...].prefix(3)
            let bits = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - part.count))
            for place in 0...part.count { text.append(alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            bits &= (1 << UInt32(count)) - 1
        }
        return bits == 0 ? bytes : nil
    }
}
