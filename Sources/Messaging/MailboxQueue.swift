// SPDX-License-Identifier: Apache-2.0

/// A first-in-first-out queue in one array.
struct Queue {
    private var elements: [Envelope?] = []
    private var head = 0

    var count: Int { elements.count - head }

    mutating func append(_ envelope: Envelope) {
        elements.append(envelope)
    }

    mutating func popFirst() -> Envelope? {
        guard head < elements.count else { return nil }
        let first = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1_024, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return first
    }

    func contains(where matches: (Envelope) -> Bool) -> Bool {
        elements[head...].contains { $0.map(matches) ?? false }
    }

    mutating func removeFirst(where matches: (Envelope) -> Bool) -> Envelope? {
        elements[head...].firstIndex { $0.map(matches) ?? false }.flatMap { elements.remove(at: $0) }
    }
}
