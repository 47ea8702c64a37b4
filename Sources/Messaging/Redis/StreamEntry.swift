// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// One entry of a stream of Redis, as a reply has it.
struct StreamEntry: Sendable {
    /// What an entry's fields are called; short, for every entry carries them.
    enum Field: String {
        /// The envelope as JSON.
        case envelope = "e"
        /// The stream on which the answer is awaited.
        case replyTo = "r"
        /// Present when the command is left out while one like it is unread.
        case coalescing = "c"
        /// Present when a store keeps the message until it is handled.
        case kept = "k"
        /// Of a dead letter: why it is one, where it lay, how often it was handed out, and when it was put aside.
        case reason = "why"
        case stream = "s"
        case deliveries = "n"
        case time = "t"
    }

    let id: String
    private let fields: [RESPValue]

    /// Reads an entry; nil for one that was deleted.
    init?(_ value: RESPValue) {
        guard let parts = value.elements, parts.count == 2, let id = parts[0].text, let fields = parts[1].elements,
            fields.count.isMultiple(of: 2)
        else { return nil }
        self.id = id
        self.fields = fields
    }

    /// The bytes of a field.
    subscript(field: Field) -> ByteBuffer? {
        for index in stride(from: 0, to: fields.count - 1, by: 2) where fields[index].text == field.rawValue {
            return fields[index + 1].bytes
        }
        return nil
    }

    /// The text of a field.
    func text(_ field: Field) -> String? { self[field].map { String(buffer: $0) } }
}

/// An identifier of an entry, `milliseconds-sequence`, in the order of the stream.
struct StreamPosition: Hashable, Comparable, CustomStringConvertible {
    let milliseconds: UInt64
    let sequence: UInt64

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = UInt64(parts[0]), let sequence = UInt64(parts[1]) else { return nil }
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    var description: String { "\(milliseconds)-\(sequence)" }

    static func < (left: Self, right: Self) -> Bool {
        (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
    }
}

extension RedisCommand.Argument {
    static func field(_ field: StreamEntry.Field) -> Self { .text(field.rawValue) }
}
