// SPDX-License-Identifier: Apache-2.0

/// Numbers for tokens, in the order of their first sight; the tokens' bytes lie in one array.
struct Vocabulary: Sendable {
    /// No token has a greater number, so that three fit into a key.
    static let most = 1 << 21

    private var bytes: [UInt8] = []
    private var ends: [Int32] = []
    private var hashes: [UInt32] = []
    /// Open addressing: 0 for free, else the number plus one.
    private var slots: [Int32]
    private var mask: Int

    init() {
        slots = [Int32](repeating: 0, count: 1 << 14)
        mask = slots.count - 1
    }

    var count: Int { ends.count }

    /// The token's number, given on first sight; nil once all numbers are given.
    mutating func intern(_ source: [UInt8], _ range: Range<Int>) -> Int32? {
        let hash = Self.hash(source, range)
        let slot = slot(of: source, range, hash)
        if slots[slot] != 0 { return slots[slot] - 1 }
        guard count < Self.most else { return nil }
        let id = Int32(count)
        bytes.append(contentsOf: source[range])
        ends.append(Int32(bytes.count))
        hashes.append(hash)
        slots[slot] = id + 1
        if count * 2 > slots.count { grow() }
        return id
    }

    /// The token's number if it has one.
    func find(_ token: [UInt8]) -> Int32? {
        let hash = Self.hash(token, token.indices)
        let slot = slot(of: token, token.indices, hash)
        return slots[slot] == 0 ? nil : slots[slot] - 1
    }

    private static func hash(_ source: [UInt8], _ range: Range<Int>) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for i in range { hash = (hash ^ UInt32(source[i])) &* 16_777_619 }
        return hash ^ hash >> 15
    }

    /// The token's slot, or the free one where it would be.
    private func slot(of source: [UInt8], _ range: Range<Int>, _ hash: UInt32) -> Int {
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let id = slots[slot] - 1
            if hashes[Int(id)] == hash, isEqual(id, source, range) { break }
            slot = (slot + 1) & mask
        }
        return slot
    }

    /// Where the token's bytes are.
    private func range(_ id: Int32) -> Range<Int> {
        (id == 0 ? 0 : Int(ends[Int(id) - 1]))..<Int(ends[Int(id)])
    }

    private func isEqual(_ id: Int32, _ source: [UInt8], _ other: Range<Int>) -> Bool {
        let own = range(id)
        guard own.count == other.count else { return false }
        for i in 0..<own.count where bytes[own.lowerBound + i] != source[other.lowerBound + i] { return false }
        return true
    }

    /// The token.
    func string(_ id: Int32) -> String { String(decoding: bytes[range(id)], as: UTF8.self) }

    /// The token's bytes.
    func bytes(_ id: Int32) -> [UInt8] { Array(bytes[range(id)]) }

    /// How many bytes the token has.
    func length(_ id: Int32) -> Int { range(id).count }

    /// Whether the token consists of ASCII digits.
    func isNumber(_ id: Int32) -> Bool { bytes[range(id)].allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }

    /// Whether the token has more than three bytes, and begins with a Latin letter of ASCII.
    func isLongAndLatin(_ id: Int32) -> Bool {
        let range = range(id)
        return range.count > 3 && (0x61...0x7A).contains(bytes[range.lowerBound])
    }

    /// Whether the token's first byte is of a letter outside ASCII.
    func isBeyondASCII(_ id: Int32) -> Bool { bytes[range(id).lowerBound] >= 0x80 }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        mask = slots.count - 1
        for id in 0..<count {
            var slot = Int(hashes[id]) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(id) + 1
        }
    }
}
