// SPDX-License-Identifier: Apache-2.0

/// Elements of which the least is at hand: adding one and taking the least cost the logarithm of their number.
@frozen
package struct BinaryHeap<Element: Comparable> {
    @usableFromInline
    var elements: [Element] = []

    /// Creates an empty heap.
    @inlinable
    package init() {}

    /// How many elements there are.
    @inlinable
    package var count: Int { elements.count }

    /// The least element; nil when there is none.
    @inlinable
    package var minimum: Element? { elements.first }

    /// Adds an element.
    @inlinable
    package mutating func insert(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard elements[child] < elements[parent] else { break }
            elements.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the least element out; nil when there is none.
    @inlinable
    package mutating func popMinimum() -> Element? {
        guard let minimum = elements.first, let last = elements.popLast() else { return nil }
        guard !elements.isEmpty else { return minimum }
        elements[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < elements.count else { break }
            let right = left + 1
            let child = right < elements.count && elements[right] < elements[left] ? right : left
            guard elements[child] < elements[parent] else { break }
            elements.swapAt(child, parent)
            parent = child
        }
        return minimum
    }
}

extension BinaryHeap: Sendable where Element: Sendable {}
