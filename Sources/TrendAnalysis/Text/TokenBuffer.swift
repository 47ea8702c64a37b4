// SPDX-License-Identifier: Apache-2.0

/// The tokens of one text: lower-case UTF-8 in one run of bytes, so that no string is made for a token.
package struct TokenBuffer: Sendable {
    /// The tokens' bytes, one after the other.
    package private(set) var bytes: [UInt8] = []
    /// Where each token ends in `bytes`; it starts where the one before ends.
    package private(set) var ends: [Int] = []
    /// Whether the token had a capital letter.
    package private(set) var capitals: [Bool] = []

    /// Creates an empty buffer.
    package init() {}

    /// How many tokens there are.
    package var count: Int { ends.count }

    /// The bytes of the token that is being written.
    var pending: Int { bytes.count - (ends.last ?? 0) }

    /// Where the token's bytes are.
    package func range(_ token: Int) -> Range<Int> {
        (token == 0 ? 0 : ends[token - 1])..<ends[token]
    }

    /// The token as a string.
    package func string(_ token: Int) -> String {
        String(decoding: bytes[range(token)], as: UTF8.self)
    }

    /// Takes out all tokens.
    package mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        capitals.removeAll(keepingCapacity: true)
    }

    /// Adds a byte to the token that is being written.
    package mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// Takes back the last bytes of the token that is being written.
    mutating func drop(_ count: Int) { bytes.removeLast(min(count, pending)) }

    /// Adds a whole token.
    package mutating func append(contentsOf token: ArraySlice<UInt8>, hasCapital: Bool) {
        bytes.append(contentsOf: token)
        endToken(hasCapital: hasCapital)
    }

    /// Ends the token that is being written; does nothing where it is empty.
    package mutating func endToken(hasCapital: Bool) {
        guard pending > 0 else { return }
        ends.append(bytes.count)
        capitals.append(hasCapital)
    }
}
