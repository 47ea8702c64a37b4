// SPDX-License-Identifier: Apache-2.0

/// An argument of a statement that is written for PostgreSQL alone.
enum PostgresValue {
    /// One value.
    case value(SQLValue)
    /// A column of texts, for `unnest($1::text[])`.
    case texts([String?])
    /// A column of whole numbers, for `unnest($1::bigint[])`.
    case integers([Int64?])
}

/// The arguments of one statement in libpq's form, laid out in one piece of memory.
///
/// Single values go as text, whose type the server finds by itself; columns go in its binary form, which neither side has to quote.
struct PostgresArguments {
    /// All values one after the other, each ended by a NUL.
    private(set) var bytes: [UInt8] = []
    /// Where each begins; nil for null.
    private(set) var offsets: [Int?] = []
    private(set) var lengths: [Int32] = []
    /// 0 for text, 1 for binary.
    private(set) var formats: [Int32] = []

    /// How many there are.
    var count: Int { offsets.count }

    init(_ values: [SQLValue]) throws(StorageError) {
        reserve(values.count)
        for value in values { try append(value) }
    }

    init(_ values: [PostgresValue]) throws(StorageError) {
        reserve(values.count)
        for value in values {
            switch value {
            case .value(let value): try append(value)
            case .texts(let column):
                try append(column, type: 25) { bytes, text throws(StorageError) in
                    try Self.append(text, to: &bytes)
                }
            case .integers(let column):
                try append(column, type: 20) { bytes, number in
                    Self.append(UInt64(bitPattern: number), to: &bytes)
                }
            }
        }
    }

    private mutating func reserve(_ count: Int) {
        offsets.reserveCapacity(count)
        lengths.reserveCapacity(count)
        formats.reserveCapacity(count)
    }

    private mutating func append(_ value: SQLValue) throws(StorageError) {
        let start = bytes.count
        switch value {
        case .null: return end(start: nil, from: start, format: 0)
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        // The shortest text that reads back to the same number, which PostgreSQL reads as such.
        case .real(let number): bytes.append(contentsOf: "\(number)".utf8)
        case .text(let text): try Self.append(text, to: &bytes)
        }
        end(start: start, from: start, format: 0)
    }

    /// Appends an array of one dimension: flags and type, then each element after its length, -1 for null.
    ///
    /// The form is that of `array_send` in PostgreSQL's sources; `type` is the number of the element's type.
    private mutating func append<Element>(
        _ column: [Element?],
        type: UInt32,
        _ element: (inout [UInt8], Element) throws(StorageError) -> Void
    ) throws(StorageError) {
        let start = bytes.count
        bytes.reserveCapacity(start + 20 + column.count * 32)
        let header: [UInt32] = [column.isEmpty ? 0 : 1, 1, type, UInt32(truncatingIfNeeded: column.count), 1]
        for word in header.prefix(column.isEmpty ? 3 : 5) { Self.append(word, to: &bytes) }
        for value in column {
            let place = bytes.count
            Self.append(UInt32.max, to: &bytes)
            guard let value else { continue }
            try element(&bytes, value)
            let length = UInt32(truncatingIfNeeded: bytes.count - place - 4)
            for shift in 0..<4 {
                bytes[place + shift] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * shift))
            }
        }
        end(start: start, from: start, format: 1)
    }

    private mutating func end(start: Int?, from begin: Int, format: Int32) {
        offsets.append(start)
        lengths.append(Int32(clamping: bytes.count - begin))
        formats.append(format)
        bytes.append(0)
    }

    /// A NUL would end the text early without a word.
    private static func append(_ text: String, to bytes: inout [UInt8]) throws(StorageError) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        guard !bytes[start...].contains(0) else { throw .nulCharacter }
    }

    private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        var shift = Number.bitWidth - 8
        while shift >= 0 {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
            shift -= 8
        }
    }
}
