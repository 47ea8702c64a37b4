// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Connectors

@Suite struct NoticePolicyTests {
    /// 2026-11-22T02:00Z, which is 11:00 in Seoul.
    private let start = Timestamp(milliseconds: 1_795_312_800_000)

    private func notice(_ cause: String, _ at: Timestamp, _ urgency: Notice.Urgency = .normal) -> Notice {
        Notice(cause: cause, title: cause, text: "", urgency: urgency, at: at)
    }

    @Test func `notices of five minutes are one message, urgent ones do not wait`() {
        var policy = NoticePolicy(NoticePolicy.Rules())
        policy.add(notice("a", start), now: start)
        policy.add(notice("b", start + .minutes(3)), now: start + .minutes(3))
        let sent1 = policy.next(now: start + .minutes(4))
        #expect(sent1 == nil)
        #expect(policy.due == start + .minutes(5))
        let sent2 = policy.next(now: start + .minutes(5))
        #expect(sent2?.notices.map(\.cause) == ["a", "b"])
        #expect(policy.due == nil)
        policy.add(notice("c", start + .minutes(6), .urgent), now: start + .minutes(6))
        let sent3 = policy.next(now: start + .minutes(6))
        #expect(sent3?.notices.map(\.cause) == ["c"])
    }

    @Test func `one cause is one notice until a day has passed`() {
        var policy = NoticePolicy(NoticePolicy.Rules())
        var told = 0
        for hour in 0..<49 {
            let now = start + .hours(hour)
            policy.add(notice("source changed", now), now: now)
            if policy.next(now: now + .minutes(5)) != nil { told += 1 }
        }
        #expect(told == 2 || told == 3)
        #expect(told == 2)
    }

    @Test func `a thousand causes at once are one message that counts the rest`() throws {
        var policy = NoticePolicy(NoticePolicy.Rules())
        for number in 0..<1_000 { policy.add(notice("c\(number)", start), now: start) }
        let messageSent = policy.next(now: start + .minutes(5))
        let message = try #require(messageSent)
        #expect(message.notices.count == 20 && message.more == 980)
        let sent4 = policy.next(now: start + .minutes(6))
        #expect(sent4 == nil)
    }

    @Test func `a stream of urgent notices is no flood: six messages an hour, none lost`() {
        var policy = NoticePolicy(NoticePolicy.Rules())
        var messages: [Int] = []
        for minute in 0..<120 {
            let now = start + .minutes(minute)
            policy.add(notice("u\(minute)", now, .urgent), now: now)
            if let message = policy.next(now: now) { messages.append(message.notices.count + message.more) }
        }
        #expect(messages.count == 12)
        if let last = policy.next(now: start + .hours(3)) { messages.append(last.notices.count + last.more) }
        #expect(messages.reduce(0, +) == 120)
    }

    @Test func `quiet hours hold the normal back until their end in their time zone, and let the urgent through`()
        throws
    {
        var rules = NoticePolicy.Rules()
        let quiet = try #require(QuietHours("22:00-07:00", zone: "Asia/Seoul"))
        rules.quiet = quiet
        var policy = NoticePolicy(rules)
        // 23:30 in Seoul.
        let night = start + .hours(12) + .minutes(30)
        policy.add(notice("a", night), now: night)
        let sent5 = policy.next(now: night + .minutes(30))
        #expect(sent5 == nil)
        policy.add(notice("u", night, .urgent), now: night)
        let sent6 = policy.next(now: night + .minutes(31))
        #expect(sent6?.notices.map(\.cause) == ["u"])
        let morning = start + .hours(20)
        #expect(policy.due == morning)
        let sent7 = policy.next(now: morning - .minutes(1))
        #expect(sent7 == nil)
        let sent8 = policy.next(now: morning)
        #expect(sent8?.notices.map(\.cause) == ["a"])
    }

    @Test func `what could not be delivered is told again under the same key`() throws {
        var policy = NoticePolicy(NoticePolicy.Rules())
        policy.add(notice("a", start), now: start)
        let firstSent = policy.next(now: start + .minutes(5))
        let first = try #require(firstSent)
        policy.putBack(first)
        let againSent = policy.next(now: start + .minutes(9))
        let again = try #require(againSent)
        #expect(again == first)
        let sent9 = policy.next(now: start + .hours(1))
        #expect(sent9 == nil)
    }

    @Test func `the state goes on in another process`() throws {
        var policy = NoticePolicy(NoticePolicy.Rules())
        policy.add(notice("a", start), now: start)
        _ = policy.next(now: start + .minutes(5))
        var read = try JSONDecoder().decode(NoticePolicy.self, from: JSONEncoder().encode(policy))
        #expect(read == policy)
        let isNew = read.add(notice("a", start + .hours(2)), now: start + .hours(2))
        #expect(!isNew)
    }

    @Test func `hours over midnight and clocks put forward are minded`() throws {
        #expect(QuietHours("22:00-22:00", zone: "GMT") == nil && QuietHours("24:00-07:00", zone: "GMT") == nil)
        #expect(QuietHours("2200-0700", zone: "GMT") == nil && QuietHours("22:00-07:00", zone: "Nowhere/x") == nil)
        // In Berlin 02:30 does not exist on 2026-03-29; quiet hours that end then end at 03:00, which is 01:00 UTC.
        let quiet = try #require(QuietHours("22:00-02:30", zone: "Europe/Berlin"))
        let midnight = Timestamp(milliseconds: 1_774_738_800_000)
        #expect(quiet.contains(midnight))
        #expect(quiet.end(from: midnight) == midnight + .hours(2))
        let noon = try #require(QuietHours("12:00-13:00", zone: "GMT"))
        #expect(!noon.contains(start) && noon.contains(start + .hours(10)) && !noon.contains(start + .hours(11)))
    }
}
