// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Testing

@testable import Connectors

@Suite struct DayQuotaTests {
    private let korea = DayQuota.Rule(limit: 12, zone: TimeZone(identifier: "Asia/Seoul") ?? .gmt)
    private let pacific = DayQuota.Rule(limit: 10, zone: TimeZone(identifier: "America/Los_Angeles") ?? .gmt)

    private func instant(_ text: String) throws -> Timestamp { Timestamp(try Date(text, strategy: .iso8601)) }

    @Test(arguments: [
        ("2026-01-01T14:59:59Z", "2026-01-01T15:00:00Z"), ("2026-01-01T15:00:00Z", "2026-01-02T15:00:00Z"),
    ])
    func `a day in Korea ends at 15 o'clock UTC`(_ now: String, _ end: String) throws {
        #expect(korea.day(of: try instant(now)).end == (try instant(end)))
    }

    @Test(arguments: [
        ("2026-03-08T07:59:59Z", "2026-03-08T08:00:00Z"), ("2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z"),
        ("2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z"),
    ])
    func `a day in California ends at its own midnight, also when its clocks change`(_ now: String, _ end: String)
        throws
    {
        #expect(pacific.day(of: try instant(now)).end == (try instant(end)))
    }

    @Test func `a new day begins at midnight, and a clock that goes back does not bring the old one back`() throws {
        var quota = DayQuota(pacific, at: try instant("2026-01-01T12:00:00Z"))
        quota.spend(10, for: nil, pacific)
        quota.exhaust()
        quota.roll(pacific, at: try instant("2026-01-02T07:59:59Z"))
        #expect(quota.refusal(1, for: nil, pacific) == .spent)
        quota.roll(pacific, at: try instant("2026-01-02T08:00:00Z"))
        #expect(quota.refusal(10, for: nil, pacific) == nil)
        quota.spend(4, for: nil, pacific)
        quota.roll(pacific, at: try instant("2026-01-01T12:00:00Z"))
        #expect(quota.spent == 4)
    }

    @Test func `one of those who share cannot eat up the day, and a newcomer finds a share`() throws {
        var quota = DayQuota(korea, at: try instant("2026-01-01T12:00:00Z"))
        var spent: [String: Int] = [:]
        for name in ["a", "b", "a", "c", "b", "a"] {
            while quota.refusal(1, for: name, korea) == nil {
                quota.spend(1, for: name, korea)
                spent[name, default: 0] += 1
            }
        }
        #expect(spent == ["a": 6, "b": 4, "c": 2])
        #expect(quota.spent == 12 && quota.refusal(1, for: nil, korea) == .spent)
    }

    @Test func `a share below the price of one call is one call`() throws {
        let rule = DayQuota.Rule(limit: 3, zone: .gmt)
        var quota = DayQuota(rule, at: try instant("2026-01-01T12:00:00Z"))
        for name in ["a", "b", "c"] {
            #expect(quota.refusal(1, for: name, rule) == nil)
            quota.spend(1, for: name, rule)
        }
        #expect(quota.refusal(1, for: "d", rule) == .spent)
    }
}
