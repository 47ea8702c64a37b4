// SPDX-License-Identifier: Apache-2.0

/// The distinct cells of a column, each with a code from 0 in the order of their first appearance.
///
/// Works on bytes, without a string per cell: short cells are compared as one machine word.
package struct LevelTable: Sendable {
    private var slots: [Int32]
    private var keys: [UInt64] = []
    private var starts: [Int] = [0]
    private var bytes: [UInt8] = []

    /// Creates an empty table.
    package init() {
        slots = Array(repeating: -1, count: 64)
    }

    /// The number of distinct cells.
    package var count: Int { keys.count }

    /// The code of a cell that is in the table; nil for any other.
    package func find(_ cell: Span<UInt8>) -> Int? {
        let code = slots[slot(cell, Self.key(cell))]
        return code < 0 ? nil : Int(code)
    }

    /// The code of a cell, which is added when it is new.
    package mutating func insert(_ cell: Span<UInt8>) -> Int {
        let key = Self.key(cell)
        let slot = slot(cell, key)
        if slots[slot] >= 0 {
            return Int(slots[slot])
        }
        let code = keys.count
        slots[slot] = Int32(code)
        keys.append(key)
        for index in cell.indices {
            bytes.append(cell[index])
        }
        starts.append(bytes.count)
        if keys.count * 2 > slots.count {
            grow()
        }
        return code
    }

    /// The cells by code; nil for one that is not UTF-8.
    package var labels: [String?] {
        keys.indices.map { String(validating: bytes[starts[$0]..<starts[$0 + 1]], as: UTF8.self) }
    }

    /// Up to 8 bytes as a word, longer cells by FNV-1a.
    private static func key(_ cell: Span<UInt8>) -> UInt64 {
        var key: UInt64 = 0
        if cell.count <= 8 {
            for index in cell.indices {
                key = key << 8 | UInt64(cell[index])
            }
            return key
        }
        key = 0xCBF2_9CE4_8422_2325
        for index in cell.indices {
            key = (key ^ UInt64(cell[index])) &* 0x0000_0100_0000_01B3
        }
        return key
    }

    /// The slot that holds a cell, or the empty one where it belongs.
    private func slot(_ cell: Span<UInt8>, _ key: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Self.place(key, mask)
        while slots[slot] >= 0 {
            let code = Int(slots[slot])
            if keys[code] == key, isEqual(code, cell) {
                return slot
            }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private static func place(_ key: UInt64, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    }

    private func isEqual(_ code: Int, _ cell: Span<UInt8>) -> Bool {
        let start = starts[code]
        guard starts[code + 1] - start == cell.count else {
            return false
        }
        guard cell.count > 8 else {
            return true
        }
        for index in cell.indices where bytes[start + index] != cell[index] {
            return false
        }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        let mask = slots.count - 1
        for (code, key) in keys.enumerated() {
            var slot = Self.place(key, mask)
            while slots[slot] >= 0 {
                slot = (slot + 1) & mask
            }
            slots[slot] = Int32(code)
        }
    }
}
