// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// Secrets of the system's own randomness, and their hashes.
enum RandomText {
    /// So many random bytes in base 64 for addresses, without padding.
    static func base64(bytes count: Int) -> String {
        unsafe SymmetricKey(size: .init(bitCount: count * 8)).withUnsafeBytes { bytes in
            unsafe Base64URL.encode([UInt8](bytes))
        }
    }

    /// SHA-256 of a text, as 64 hexadecimal digits.
    static func hash(_ text: String) -> String {
        Hexadecimal.text(SHA256.hash(data: Array(text.utf8)))
    }

    /// Compares two texts in a time that depends on their lengths alone.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        areEqual(Array(left.utf8), Array(right.utf8))
    }

    /// Compares bytes; all of them are looked at, whether the first differ or the last.
    static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (first, second) in zip(left, right) { difference |= first ^ second }
        return difference == 0
    }
}

/// Base 64 for addresses, without padding (RFC 4648, section 5).
enum Base64URL {
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Reads the one written form; nil for padding, for other characters, and for stray bits at the end.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let isClean = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isClean else { return nil }
        let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
        let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), encode(data) == text else { return nil }
        return [UInt8](data)
    }
}
