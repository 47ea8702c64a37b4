// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// One value of Redis's protocol, of version 2 or 3 (https://redis.io/docs/latest/develop/reference/protocol-spec/).
package indirect enum RESPValue: Hashable, Sendable {
    case null
    /// A short text that the server chose, such as `OK`.
    case simple(String)
    /// What the server says when it refuses a command, such as `NOGROUP No such key`.
    case error(String)
    case integer(Int64)
    /// Bytes of any kind.
    case bulk(ByteBuffer)
    case double(Double)
    case boolean(Bool)
    /// A number of more than 64 bits, as its digits.
    case bigNumber(String)
    case array([RESPValue])
    /// Keys and values by turns.
    case map([RESPValue])
    /// What the server sends without having been asked.
    case push([RESPValue])

    /// The text of a bulk or simple string; nil for anything else.
    package var text: String? {
        switch self {
        case .bulk(let bytes): String(buffer: bytes)
        case .simple(let text): text
        default: nil
        }
    }

    /// The bytes of a bulk string.
    package var bytes: ByteBuffer? {
        if case .bulk(let bytes) = self { bytes } else { nil }
    }

    /// An integer, however the server wrote it.
    package var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .bulk, .simple: text.flatMap { Int64($0) }
        default: nil
        }
    }

    /// The elements of an array.
    package var elements: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text of an error.
    package var errorText: String? {
        if case .error(let text) = self { text } else { nil }
    }

    /// The pairs of a map of version 3, of an array of pairs, or of an array of keys and values by turns, as version 2 has them.
    package var pairs: [(key: RESPValue, value: RESPValue)]? {
        switch self {
        case .map(let flat): Self.pairs(of: flat)
        case .array(let elements):
            if elements.allSatisfy({ $0.elements?.count == 2 }) {
                elements.compactMap { pair in pair.elements.map { (key: $0[0], value: $0[1]) } }
            } else {
                Self.pairs(of: elements)
            }
        default: nil
        }
    }

    /// The value of a name in a reply such as that of `XINFO`.
    package subscript(name: String) -> RESPValue? {
        pairs?.first { $0.key.text == name }?.value
    }

    private static func pairs(of flat: [RESPValue]) -> [(key: RESPValue, value: RESPValue)]? {
        guard flat.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: flat.count, by: 2).map { (key: flat[$0], value: flat[$0 + 1]) }
    }
}
