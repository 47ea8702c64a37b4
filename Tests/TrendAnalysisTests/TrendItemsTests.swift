// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import TrendAnalysis

/// Items in one array of bytes: what goes in comes out, also after it was written and read.
@Suite struct TrendItemsTests {
    private static let items = [
        TrendItem(
            title: "Lamps &amp; <b>lights</b>",
            summary: "달무리 가습기가 나왔다.",
            source: "",
            address: "https://www.lamps.example/1",
            published: Timestamp(milliseconds: -5),
            language: "ko-KR",
            categories: ["home", "light"]
        ),
        TrendItem(title: "", published: Timestamp(milliseconds: 0)),
        TrendItem(
            title: "Second",
            source: "paper",
            published: Timestamp(milliseconds: 86_400_000),
            categories: ["home"]
        ),
    ]

    private static func bytes(_ items: TrendItems) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var writer = PackWriter { bytes += $0 }
        try items.write(to: &writer)
        try writer.finish()
        return bytes
    }

    /// Reads bytes in pieces of five, so that every number is cut somewhere.
    private static func read(_ bytes: some Collection<UInt8>) throws -> TrendItems {
        var rest = Array(bytes)[...]
        var reader = PackReader {
            defer { rest = rest.dropFirst(5) }
            return rest.isEmpty ? nil : Array(rest.prefix(5))
        }
        return try TrendItems(reading: &reader)
    }

    @Test func `texts are plain, and the host is the source where none is named`() throws {
        let items = TrendItems(Self.items)
        #expect(items[0].title == "Lamps & lights" && items[0].source == "lamps.example")
        #expect(items[0].categories == ["home", "light"] && items[0].language == "ko-KR" && items.day(0) == -1)
        #expect(items[1].address == nil && items[1].language == nil && items[1].categories.isEmpty)
        #expect(items.upTo(Timestamp(milliseconds: 0)).count == 2)
        let chosen = items.chosen([(index: 2, titleLength: 3), (index: 0, titleLength: 99)])
        #expect(chosen.map(\.title) == ["Sec", "Lamps & lights"])
        #expect(Array(try Self.read(try Self.bytes(chosen))) == Array(chosen))
    }

    @Test func `bytes that are cut off or changed are refused, or read as something, and never stop the program`()
        throws
    {
        let bytes = try Self.bytes(TrendItems(Self.items))
        #expect(Array(try Self.read(bytes)) == Array(TrendItems(Self.items)))
        for end in bytes.indices {
            #expect(throws: Failure.self, "\(end)") { try Self.read(bytes[..<end]) }
        }
        var random = SplitMix64(seed: 20_261_122)
        for _ in 0..<2_000 {
            var changed = bytes
            changed[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            guard let items = try? Self.read(changed) else { continue }
            for index in items.indices { _ = items[index] }
        }
    }
}
