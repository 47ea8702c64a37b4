// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Files

@Suite struct GzipTests {
    /// Packed by another program: a block with codes of its own, and a file name.
    private static let packed =
        "H4sICAAAAAAC/2EuY3N2AIXTMWoEQQxE0dynmAOsoVWSerqPMzBjvLDYySa+vZ21wEUtKKvsof+8Px/X7Tye19vndZyP+9e1"
        + "te37Yzu28/i5oaG/N/u7NRuZsWaQ2dfsZI41B5lzzUnmvuZO5n3NO5nHmgeZ55rn/9laYSFsVtmImxU3I3BW4IzIWZEzQmeF"
        + "zoidFTsjeFbwjOhZ0TPCZ4XPiB+KH4gfih+IH+rfET8UPxA/FD8QPxQ/ED8UPxA/FD8QPxQ/DJ0dpu7O24vwTJfn0Om56/Y8"
        + "dHyeuj7vOj/fdX8+dH8+dX/RdH9hur+A7i9c9xeh+4vU/UXX/cWu+4uh+4up+8um+0vT/SV0f+m6vwzdX6buL7vuL3fdXw7d"
        + "X07a3y+8zcw/gQcAAA=="
    private static let fixed = "H4sIAAAAAAAC/8tIzcnJV8hAkACAiPnlEQAAAA=="
    private static let stored = "H4sIAAAAAAAA/wEMAPP/c3RvcmVkIGJ5dGVzeHemDwwAAAA="

    private static func bytes(_ base64: String) throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: base64)))
    }

    private static var table: String {
        let days = (0..<60).map { "headline \($0) of a day,2026-01-" + ($0 % 28 < 9 ? "0" : "") + "\($0 % 28 + 1)\n" }
        return "title,date\n" + days.joined()
    }

    @Test func `blocks of all three kinds unpack to what was packed`() throws {
        #expect(String(decoding: try Gzip.unpacked(Self.bytes(Self.packed)), as: UTF8.self) == Self.table)
        #expect(String(decoding: try Gzip.unpacked(Self.bytes(Self.fixed)), as: UTF8.self) == "hello hello hello")
        #expect(String(decoding: try Gzip.unpacked(Self.bytes(Self.stored)), as: UTF8.self) == "stored bytes")
    }

    @Test func `members follow one another, and padding after the last is passed over`() throws {
        let bytes = try Self.bytes(Self.fixed) + Self.bytes(Self.stored) + [0, 0, 0]
        #expect(String(decoding: try Gzip.unpacked(bytes), as: UTF8.self) == "hello hello hellostored bytes")
    }

    @Test func `a file that is cut anywhere says so, or that it is damaged, and never stops the program`() throws {
        let bytes = try Self.bytes(Self.packed)
        for end in 0..<bytes.count {
            #expect(throws: GzipError.self) { try Gzip.unpacked(Array(bytes[..<end])) }
        }
    }

    @Test func `no change of a byte passes unseen but in the header, and none stops the program`() throws {
        let bytes = try Self.bytes(Self.packed)
        for index in 16..<bytes.count {
            for change in [UInt8(1), 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= change
                // the last byte of the packed data has bits that nothing uses
                let text = (try? Gzip.unpacked(changed)).map { String(decoding: $0, as: UTF8.self) }
                #expect(text == nil || index == bytes.count - 9 && text == Self.table, "byte \(index)")
            }
        }
    }

    @Test func `what unpacks to more than the limit is refused`() throws {
        let bytes = try Self.bytes(Self.packed)
        #expect(throws: GzipError.tooLarge(limit: 1_000)) { try Gzip.unpacked(bytes, limit: 1_000) }
    }
}
