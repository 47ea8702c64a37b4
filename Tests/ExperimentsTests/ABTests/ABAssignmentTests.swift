// SPDX-License-Identifier: Apache-2.0

import Statistics
import Testing

@testable import Experiments

struct ABAssignmentTests {
    /// Vectors of the authors' reference program: key 00 01 … 0f, messages of 0, 1, 8 and 15 bytes 00 01 ….
    @Test(
        arguments: [
            (0, 0x726F_DB47_DD0E_0E31), (1, 0x74F8_39C5_93DC_67FD), (8, 0x93F5_F579_9A93_2462),
            (15, 0xA129_CA61_49BE_45E5),
        ] as [(Int, UInt64)]
    )
    func `the hash is SipHash-2-4`(length: Int, expected: UInt64) {
        let hash = SipHash(key: 0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
        #expect(hash((0..<length).map { UInt8($0) }) == expected)
    }

    @Test func `units fall into the shares, and the same unit always into the same variant`() throws {
        let assignment = try ABAssignment(salt: "title test", variants: ["old", "new", "newer"], shares: [50, 30, 20])
        var counts = [0, 0, 0]
        for unit in 0..<60_000 {
            let variant = try #require(assignment.variant(of: "user-\(unit)"))
            #expect(assignment.variant(of: "user-\(unit)") == variant)
            counts[variant] += 1
        }
        #expect(try SampleRatioTest(observed: counts, shares: [5, 3, 2]).p > 0.001)
    }

    @Test func `more traffic moves nobody who was in`() throws {
        let small = try ABAssignment(salt: "s", variants: ["a", "b"], traffic: 0.1)
        let large = try ABAssignment(salt: "s", variants: ["a", "b"], traffic: 0.6)
        var members = 0
        for unit in 0..<20_000 {
            guard let variant = small.variant(of: "\(unit)") else { continue }
            members += 1
            #expect(large.variant(of: "\(unit)") == variant)
        }
        #expect((1_800...2_200).contains(members))
    }

    @Test func `two salts split independently`() throws {
        let first = try ABAssignment(salt: "one", variants: ["a", "b"])
        let second = try ABAssignment(salt: "two", variants: ["a", "b"])
        var counts = [0, 0, 0, 0]
        for unit in 0..<40_000 {
            let a = try #require(first.variant(of: "\(unit)"))
            let b = try #require(second.variant(of: "\(unit)"))
            counts[2 * a + b] += 1
        }
        #expect(try SampleRatioTest(observed: counts, shares: [1, 1, 1, 1]).p > 0.001)
    }

    @Test func `the split is the same on every machine`() throws {
        let assignment = try ABAssignment(salt: "fixed", variants: ["a", "b"])
        let word = (0..<16).map { assignment.variant(of: "unit \($0)") == 1 ? "1" : "0" }.joined()
        #expect(word == "1110011011111101")
    }

    @Test func `impossible splits are refused`() {
        #expect(throws: StatisticsError.self) { try ABAssignment(salt: "", variants: ["a"]) }
        #expect(throws: StatisticsError.self) { try ABAssignment(salt: "", variants: ["a", "a"]) }
        #expect(throws: StatisticsError.self) { try ABAssignment(salt: "", variants: ["a", "b"], shares: [1, 0]) }
        #expect(throws: StatisticsError.self) { try ABAssignment(salt: "", variants: ["a", "b"], shares: [1]) }
        #expect(throws: StatisticsError.self) { try ABAssignment(salt: "", variants: ["a", "b"], traffic: 1.1) }
    }
}
