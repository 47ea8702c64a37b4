// SPDX-License-Identifier: Apache-2.0

/// A kind of thing that has identifiers, with the prefix that they are written with.
package protocol Identified {
    /// The three letters that start every identifier of this kind, such as `cmp` for a campaign.
    static var identifierPrefix: String { get }
}

/// An identifier of one kind of thing: it cannot be mixed up with another kind's, and sorts by time of creation.
///
/// The text form is `prefix_` and 26 characters of Crockford's base 32: 48 bits of milliseconds since 1970, then 80 bits that the
/// generator chose, which rise within one millisecond. Text order is therefore creation order.
package struct Identifier<Kind: Identified>: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The written form, prefix included.
    package let text: String

    /// Reads a written identifier; nil when the prefix or the characters are not those of this kind.
    package init?(_ text: String) {
        let prefix = Kind.identifierPrefix.utf8
        guard text.utf8.count == prefix.count + 27, text.utf8.starts(with: prefix) else { return nil }
        let rest = text.utf8.dropFirst(prefix.count)
        guard rest.first == UInt8(ascii: "_"), rest.dropFirst().allSatisfy(CrockfordBase32.isDigit) else { return nil }
        self.text = text
    }

    init(unchecked text: String) {
        self.text = text
    }

    /// The identifier of what an instant and a text name: the same again for the same, so that writing it twice writes it once.
    ///
    /// Instants before 1970 count as 1970. The low 80 bits are two 64-bit FNV-1a hashes of the text.
    package init(of time: Timestamp, named text: String) {
        func hash(_ start: UInt64) -> UInt64 {
            text.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        }
        let digits =
            CrockfordBase32.encode(UInt64(clamping: time.milliseconds), count: 10)
            + CrockfordBase32.encode(hash(0xcbf2_9ce4_8422_2325), count: 8)
            + CrockfordBase32.encode(hash(0x9e37_79b9_7f4a_7c15), count: 8)
        self.init(unchecked: Kind.identifierPrefix + "_" + String(decoding: digits, as: UTF8.self))
    }

    package var description: String { text }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let identifier = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text)' is not an identifier that starts with \(Kind.identifierPrefix)_"
                )
            )
        }
        self = identifier
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Crockford's base 32: digits and letters without I, L, O and U (https://www.crockford.com/base32.html).
enum CrockfordBase32 {
    static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// Whether a character of the alphabet, in lower case, is written so; told without a walk through it, for every record has some.
    static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "i"), UInt8(ascii: "l"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }

    /// Writes the low `5 × count` bits of a number, most significant first.
    static func encode(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { alphabet[Int((value >> UInt64(5 * (count - 1 - $0))) & 31)] }
    }
}
