// SPDX-License-Identifier: Apache-2.0

/// Counts or numbers by 64-bit keys, with open addressing in two flat arrays; no key is all ones.
struct KeyTable {
    private static let free = UInt64.max

    private var keys: [UInt64]
    private var values: [Int32]
    private var mask: Int
    private(set) var count = 0

    init(capacity: Int = 1 << 12) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        keys = [UInt64](repeating: Self.free, count: size)
        values = [Int32](repeating: 0, count: size)
        mask = size - 1
    }

    /// A key's bits, mixed.
    @inline(__always)
    static func mixed(_ key: UInt64) -> Int {
        var v = key &* 0x9E37_79B9_7F4A_7C15
        v ^= v >> 32
        return Int(truncatingIfNeeded: v &* 0xD6E8_FEB8_6659_FD93 >> 20)
    }

    @inline(__always)
    private func slot(_ key: UInt64) -> Int {
        var slot = Self.mixed(key) & mask
        while keys[slot] != Self.free, keys[slot] != key { slot = (slot + 1) & mask }
        return slot
    }

    /// The key's value; nil where the key is not in the table.
    subscript(_ key: UInt64) -> Int32? {
        let slot = slot(key)
        return keys[slot] == key ? values[slot] : nil
    }

    /// Adds to the key's value, which begins at 0.
    mutating func add(_ amount: Int32, to key: UInt64) {
        let slot = slot(key)
        if keys[slot] == key {
            values[slot] += amount
        } else {
            insert(key, amount, at: slot)
        }
    }

    /// Sets the key's value.
    mutating func set(_ value: Int32, for key: UInt64) {
        let slot = slot(key)
        if keys[slot] == key {
            values[slot] = value
        } else {
            insert(key, value, at: slot)
        }
    }

    private mutating func insert(_ key: UInt64, _ value: Int32, at slot: Int) {
        keys[slot] = key
        values[slot] = value
        count += 1
        if count * 3 > keys.count * 2 { grow() }
    }

    private mutating func grow() {
        let oldKeys = keys
        let oldValues = values
        keys = [UInt64](repeating: Self.free, count: oldKeys.count * 2)
        values = [Int32](repeating: 0, count: oldKeys.count * 2)
        mask = keys.count - 1
        for i in oldKeys.indices where oldKeys[i] != Self.free {
            let slot = slot(oldKeys[i])
            keys[slot] = oldKeys[i]
            values[slot] = oldValues[i]
        }
    }
}
