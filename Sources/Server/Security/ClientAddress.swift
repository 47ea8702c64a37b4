// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A range of network addresses, such as `10.0.0.0/8` or `::1`.
package struct AddressRange: Hashable, Sendable {
    private let bytes: [UInt8]
    private let bits: Int

    /// Reads an address, with a slash and a number of bits where a range is meant; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let bytes = Self.bytes(of: String(parts[0])) else { return nil }
        if parts.count == 2 {
            guard let bits = Int(parts[1]), (0...bytes.count * 8).contains(bits) else { return nil }
            self.bits = bits
        } else {
            bits = bytes.count * 8
        }
        self.bytes = bytes
    }

    /// Whether an address is in the range; a text that is no address is in none.
    package func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(of: address), other.count == bytes.count else { return false }
        let whole = bits / 8
        guard other.prefix(whole) == bytes.prefix(whole) else { return false }
        let rest = bits % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - rest))
        return other[whole] & mask == bytes[whole] & mask
    }

    /// The bytes of an address; an IPv4 address within an IPv6 one counts as IPv4.
    private static func bytes(of text: String) -> [UInt8]? {
        let plain = String(text.prefix { $0 != "%" })
        var v4 = in_addr()
        if unsafe inet_pton(AF_INET, plain, &v4) == 1 {
            return unsafe withUnsafeBytes(of: v4) { unsafe Array($0) }
        }
        var v6 = in6_addr()
        guard unsafe inet_pton(AF_INET6, plain, &v6) == 1 else { return nil }
        let bytes = unsafe withUnsafeBytes(of: v6) { unsafe Array($0) }
        let isMapped = bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
        return isMapped ? Array(bytes[12...]) : bytes
    }
}

/// Finds the address that a request came from.
enum ClientAddress {
    /// The address that a request came from.
    ///
    /// It is the connection's other side, or, where that is a proxy on the list, the last address before the proxies on the list in
    /// `X-Forwarded-For`. What anybody else writes there counts for nothing.
    static func find(peer: String?, forwarded: String?, proxies: [AddressRange]) -> String {
        guard let peer else { return "local" }
        guard let forwarded, proxies.contains(where: { $0.contains(peer) }) else { return peer }
        var found = peer
        for part in forwarded.split(separator: ",").reversed() {
            let address = part.trimmingCharacters(in: .whitespaces)
            guard AddressRange(address) != nil, !address.contains("/") else { return found }
            found = address
            if !proxies.contains(where: { $0.contains(address) }) { return found }
        }
        return found
    }
}
