// SPDX-License-Identifier: Apache-2.0

/// The end of a stream of bytes, kept in bounded memory.
struct OutputTail {
    /// How many bytes are kept at least, once there were that many.
    let capacity: Int
    private var bytes: [UInt8] = []
    private var dropped = 0

    /// Creates an empty tail.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Adds what was read.
    ///
    /// The oldest bytes go in batches, so that a byte costs the same however much is written.
    mutating func append(_ chunk: ArraySlice<UInt8>) {
        bytes.append(contentsOf: chunk)
        guard bytes.count > capacity + capacity / 2 else { return }
        let excess = bytes.count - capacity
        bytes.removeFirst(excess)
        dropped += excess
    }

    /// The last bytes as text, from the first whole character on.
    func text(last count: Int) -> String {
        String(decoding: bytes.suffix(count).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
    }

    /// The last line that is not blank, without its end; nil when there is none.
    var lastLine: (text: String, isCut: Bool)? {
        guard let last = bytes.lastIndex(where: { !Self.isBlank($0) }) else { return nil }
        let start = bytes[...last].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
        let line = bytes[start...last].suffix(capacity)
        let isCut = line.count < last + 1 - start || (start == 0 && dropped > 0)
        return (String(decoding: line, as: UTF8.self), isCut)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
