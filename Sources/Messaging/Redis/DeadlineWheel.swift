// SPDX-License-Identifier: Apache-2.0

/// Deadlines of many things, ordered by slots of a wheel that turns a slot a tick: adding, removing and a tick cost the same however many there are.
///
/// Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987. Pure: whoever owns it calls `tick` at even intervals.
package struct DeadlineWheel<Key: Hashable & Sendable>: Sendable {
    /// Where a key lies; needed to remove it.
    package struct Place: Hashable, Sendable {
        fileprivate var slot: Int
    }

    private var slots: [[Key: Int]]
    private var now = 0
    /// How many keys are on the wheel.
    package private(set) var count = 0

    /// Creates an empty wheel.
    package init(slots: Int = 1_024) {
        self.slots = Array(repeating: [:], count: max(1, slots))
    }

    /// Adds a key that is due after so many ticks, at least 1.
    package mutating func insert(_ key: Key, after ticks: Int) -> Place {
        let ticks = max(1, ticks)
        let slot = (now + ticks) % slots.count
        if slots[slot].updateValue((ticks - 1) / slots.count, forKey: key) == nil { count += 1 }
        return Place(slot: slot)
    }

    /// Takes a key off; nothing happens when it was due already.
    package mutating func remove(_ key: Key, at place: Place) {
        if slots[place.slot].removeValue(forKey: key) != nil { count -= 1 }
    }

    /// Turns the wheel by one slot and takes off what is due, in no particular order.
    package mutating func tick() -> [Key] {
        now = (now + 1) % slots.count
        var due: [Key] = []
        for (key, rounds) in slots[now] {
            if rounds == 0 { due.append(key) } else { slots[now][key] = rounds - 1 }
        }
        for key in due {
            slots[now].removeValue(forKey: key)
        }
        count -= due.count
        return due
    }
}
