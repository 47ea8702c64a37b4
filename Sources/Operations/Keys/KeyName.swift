// SPDX-License-Identifier: Apache-2.0

/// The rule for names of keys, which are the names of their workers.
package enum KeyName {
    /// The rule in words.
    package static let rule = "1 to 63 letters, digits, '-', '.' and '_'"

    /// Whether a name keeps the rule.
    package static func isValid(_ name: String) -> Bool {
        (1...63).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
