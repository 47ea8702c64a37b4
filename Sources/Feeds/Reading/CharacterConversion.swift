// SPDX-License-Identifier: Apache-2.0
import CXML2

/// Conversion of bytes in any character set to UTF-8.
enum CharacterConversion {
    /// How a conversion may fail.
    enum Failure: Error {
        case invalidBytes
        case unknownCharset
    }

    /// Converts bytes from a character set known by a label; throws `Failure`.
    static func utf8(_ bytes: ArraySlice<UInt8>, from charset: String) throws -> [UInt8] {
        guard isLabel(charset) else { throw Failure.unknownCharset }
        // one byte of any character set becomes three of UTF-8 at most, four of UTF-32 at most four
        let room = bytes.count * 3 + 16
        var outcome = CXML_INVALID_BYTES
        let converted = unsafe [UInt8](unsafeUninitializedCapacity: room) { output, count in
            unsafe bytes.withUnsafeBytes { input in
                unsafe output.withMemoryRebound(to: CChar.self) { output in
                    unsafe input.withMemoryRebound(to: CChar.self) { input in
                        unsafe outcome = cxml_to_utf8(
                            charset,
                            input.baseAddress,
                            input.count,
                            output.baseAddress,
                            room,
                            &count
                        )
                    }
                }
            }
        }
        switch outcome {
        case CXML_CONVERTED: return converted
        case CXML_UNKNOWN_CHARSET: throw Failure.unknownCharset
        default: throw Failure.invalidBytes
        }
    }

    /// Whether a text can be the name of a character set, and nothing that steers the conversion.
    private static func isLabel(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 40
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                case UInt8(ascii: ":"), UInt8(ascii: "."): true
                default: false
                }
            }
    }
}
