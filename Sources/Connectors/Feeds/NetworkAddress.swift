// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Which network addresses are open to the public: what Dure may be sent to by an address that somebody else wrote.
package enum NetworkAddress {
    /// Whether an address is one that every host of the internet may be reached at.
    ///
    /// Loopback, private, link-local, shared, reserved, documentation and multicast ranges are not, nor IPv6 addresses that carry such an IPv4
    /// address (mapped, 6to4, NAT64, Teredo). Nil for a text that is no address.
    package static func isPublic(_ text: String) -> Bool? {
        let plain = String(text.prefix { $0 != "%" })
        var v4 = in_addr()
        if unsafe inet_pton(AF_INET, plain, &v4) == 1 {
            return isPublic(v4: unsafe withUnsafeBytes(of: v4) { unsafe Array($0) })
        }
        var v6 = in6_addr()
        if unsafe inet_pton(AF_INET6, plain, &v6) == 1 {
            return isPublic(v6: unsafe withUnsafeBytes(of: v6) { unsafe Array($0) })
        }
        return nil
    }

    /// Whether four bytes are a public IPv4 address.
    static func isPublic(v4 bytes: [UInt8]) -> Bool {
        guard bytes.count == 4 else { return false }
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): return false
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _): return false
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 18...19, _), (198, 51, 100), (203, 0, 113): return false
        default: return true
        }
    }

    /// Whether sixteen bytes are a public IPv6 address.
    static func isPublic(v6 bytes: [UInt8]) -> Bool {
        guard bytes.count == 16 else { return false }
        // only 2000::/3 is given out
        guard bytes[0] & 0xE0 == 0x20 else {
            let isTranslated = bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0])
            return isTranslated && isPublic(v4: Array(bytes[12...]))
        }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return isPublic(v4: Array(bytes[2..<6])) }
        if bytes[0] == 0x20, bytes[1] == 0x01 {
            // Teredo, benchmarks, ORCHID, documentation
            if bytes[2] < 0x02 || bytes[2] == 0x0D && bytes[3] == 0xB8 { return false }
        }
        return !(bytes[0] == 0x3F && bytes[1] == 0xFF)
    }
}

/// The connection led to an address that is not open to the public.
struct PrivateAddressError: Error {
    let address: String
}
