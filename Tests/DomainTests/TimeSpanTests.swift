// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

struct TimeSpanTests {
    @Test(
        arguments: [
            ("500ms", 500), ("90s", 90_000), ("45m", 2_700_000), ("6h", 21_600_000), ("30d", 2_592_000_000),
            ("2w", 1_209_600_000), ("1h30m", 5_400_000), ("1d12h", 129_600_000), ("0s", 0), ("007s", 7_000),
            ("1w1d1h1m1s1ms", 694_861_001), ("1m1ms", 60_001),
            ("9223372036854775807ms", Int64.max),
        ]
    )
    func `a length is read as people write it`(text: String, milliseconds: Int64) {
        #expect(TimeSpan(text)?.milliseconds == milliseconds)
    }

    @Test(
        arguments: [
            "", "6", "h", "6 h", " 6h", "6h ", "6H", "1.5h", "1,5h", "--6h", "+6h", "6h6h", "30m1h", "1ms1s", "6hours",
            "6y", "1h30", "h6", "６h", "6시간", "9223372036854775808ms", "9223372036854775807s", "15250284452471h",
            "9223372036854775807m1s",
        ]
    )
    func `what is not a length is refused`(text: String) {
        #expect(TimeSpan(text) == nil)
        #expect(throws: DecodingError.self) {
            try CanonicalJSON.decode([TimeSpan].self, from: try CanonicalJSON.text([text]))
        }
    }

    @Test(
        arguments: [
            (0, "0s"), (1, "1ms"), (999, "999ms"), (1_000, "1s"), (61_001, "1m1s1ms"), (21_600_000, "6h"),
            (129_600_000, "1d12h"), (1_209_600_000, "14d"), (-5_400_000, "-1h30m"),
        ]
    )
    func `a length is written in units from large to small`(milliseconds: Int64, text: String) {
        #expect(TimeSpan(milliseconds: milliseconds).description == text)
    }

    @Test func `every length reads back as it was written, also one before`() throws {
        var generator = SplitMix64(seed: 8)
        for bits in 1...61 {
            for _ in 0..<20 {
                let span = TimeSpan(milliseconds: Int64.random(in: 0...(1 << bits), using: &generator))
                #expect(TimeSpan(span.description) == span)
                let both = [span, .zero - span]
                #expect(try CanonicalJSON.decode([TimeSpan].self, from: try CanonicalJSON.text(both)) == both)
            }
        }
    }

    @Test func `people give no length below nothing, but what was written itself may be one`() throws {
        #expect(TimeSpan("-6h") == nil)
        #expect(try CanonicalJSON.decode([TimeSpan].self, from: #"["-6h"]"#) == [.hours(-6)])
    }

    @Test func `lengths and instants add up`() {
        #expect(TimeSpan.days(1) + .hours(2) - .minutes(3) == TimeSpan("1d1h57m"))
        #expect(TimeSpan.hours(6) * 4 == .days(1))
        #expect(TimeSpan.seconds(1) < .minutes(1))
        let start = Timestamp(milliseconds: 1_767_225_600_000)
        #expect(start.description == "2026-01-01T00:00:00.000Z")
        #expect((start + .days(31) - TimeSpan(milliseconds: 1)).description == "2026-01-31T23:59:59.999Z")
        #expect(start + .hours(1) - start == .hours(1))
        #expect(Timestamp(start.date) == start)
    }
}
