// SPDX-License-Identifier: Apache-2.0

/// Why no feed could be read from some bytes.
package enum FeedError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There are no bytes, or nothing but white space.
    case empty
    /// There are more bytes than the limits allow.
    case tooLarge(bytes: Int, limit: Int)
    /// It is something else, such as a web page; the value says what.
    case notAFeed(String)
    /// No character set could be made out.
    case unknownCharset(String)
    /// JSON that is none, or no JSON Feed; the value says where and why.
    case invalidJSON(String)

    package var description: String {
        switch self {
        case .empty: "the document is empty; a feed in RSS, Atom, CDF or JSON Feed was expected"
        case .tooLarge(let bytes, let limit): "the document has \(bytes) bytes; at most \(limit) are read"
        case .notAFeed(let what): "this is \(what), not a feed; RSS, Atom, CDF or JSON Feed was expected"
        case .unknownCharset(let what): "the character set \(what) cannot be read; UTF-8 would be right"
        case .invalidJSON(let what): "this is no JSON Feed: \(what)"
        }
    }
}

/// How much of a document is read at most.
package struct FeedLimits: Hashable, Sendable {
    package var bytes: Int
    package var depth: Int
    package var tagBytes: Int
    package var entries: Int

    /// Creates limits; the parser takes no element deeper than 200, whatever is asked.
    package init(bytes: Int = 16 << 20, depth: Int = 128, tagBytes: Int = 65_536, entries: Int = 20_000) {
        self.bytes = bytes
        self.depth = min(max(depth, 4), 200)
        self.tagBytes = tagBytes
        self.entries = entries
    }
}
