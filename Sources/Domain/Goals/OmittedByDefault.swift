// SPDX-License-Identifier: Apache-2.0

/// A value whose usual one goes without saying, so that files without it mean the same as before.
package protocol Omittable: Hashable, Codable {
    /// The value that is left out when it is stored.
    static var omitted: Self { get }
}

extension Bool: Omittable {
    package static let omitted = false
}

extension Array: Omittable where Element: Hashable & Codable {
    package static var omitted: [Element] { [] }
}

/// Stores a property only when it is not the usual value, and reads a missing one as that.
@propertyWrapper package struct OmittedByDefault<Value: Omittable>: Hashable, Codable {
    /// The value itself.
    package var wrappedValue: Value

    /// Wraps a value.
    package init(wrappedValue: Value) {
        self.wrappedValue = wrappedValue
    }

    package init(from decoder: any Decoder) throws {
        wrappedValue = try Value(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try wrappedValue.encode(to: encoder)
    }
}

extension OmittedByDefault: Sendable where Value: Sendable {}

extension KeyedDecodingContainer {
    /// Reads a value, or the usual one when the key is missing; synthesised decoding prefers this overload.
    package func decode<Value>(
        _ type: OmittedByDefault<Value>.Type,
        forKey key: Key
    ) throws -> OmittedByDefault<Value> {
        try decodeIfPresent(type, forKey: key) ?? OmittedByDefault(wrappedValue: .omitted)
    }
}

extension KeyedEncodingContainer {
    /// Writes a value unless it is the usual one; synthesised encoding prefers this overload.
    package mutating func encode<Value>(_ value: OmittedByDefault<Value>, forKey key: Key) throws {
        if value.wrappedValue != .omitted {
            try encodeIfPresent(value, forKey: key)
        }
    }
}
