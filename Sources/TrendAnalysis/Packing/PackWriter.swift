// SPDX-License-Identifier: Apache-2.0

/// Writes numbers and texts one after the other, each text with its length before it, and hands them on piece by piece.
package struct PackWriter: ~Copyable {
    /// How many bytes are handed on at once.
    private static let piece = 1 << 18

    private var bytes: [UInt8] = []
    private let put: ([UInt8]) throws -> Void

    /// Writes to where the pieces go.
    package init(to put: @escaping ([UInt8]) throws -> Void) {
        self.put = put
        bytes.reserveCapacity(Self.piece * 2)
    }

    /// Hands on what is left; nothing is whole before.
    package consuming func finish() throws {
        if !bytes.isEmpty { try put(bytes) }
    }

    /// Writes bytes as they are, and hands on a piece when there is one.
    package mutating func append(_ raw: some Collection<UInt8>) throws {
        bytes.append(contentsOf: raw)
        guard bytes.count >= Self.piece else { return }
        try put(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Writes a number, seven bits a byte.
    package mutating func write(_ number: UInt64) throws {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        try append(CollectionOfOne(UInt8(truncatingIfNeeded: rest)))
    }

    /// Writes a text.
    package mutating func write(_ text: String) throws {
        try write(UInt64(text.utf8.count))
        try append(text.utf8)
    }

    /// Writes a text that there may be none of.
    package mutating func write(_ text: String?) throws {
        try write(UInt64(text == nil ? 0 : 1))
        if let text { try write(text) }
    }

    /// Writes a list of texts.
    package mutating func write(_ texts: [String]) throws {
        try write(UInt64(texts.count))
        for text in texts { try write(text) }
    }
}
