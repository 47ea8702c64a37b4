// SPDX-License-Identifier: Apache-2.0

/// Stores a set in the order of its elements, so that the same set is the same text in every process.
@propertyWrapper package struct StoredInOrder<Element: Hashable & Comparable & Codable>: Hashable, Codable {
    /// The set itself.
    package var wrappedValue: Set<Element>

    /// Wraps a set.
    package init(wrappedValue: Set<Element>) {
        self.wrappedValue = wrappedValue
    }

    package init(from decoder: any Decoder) throws {
        wrappedValue = try Set(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try wrappedValue.sorted().encode(to: encoder)
    }
}

extension StoredInOrder: Sendable where Element: Sendable {}
