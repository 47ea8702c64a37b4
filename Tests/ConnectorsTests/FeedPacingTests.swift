// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Connectors

@Suite struct FeedPacingTests {
    private let noon = Timestamp(milliseconds: 1_714_737_600_000)  // a Friday, 2024-05-03T12:00:00Z

    @Test func `a feed's wish is followed within bounds, and spread by the jitter`() {
        let pacing = FeedPacing()
        #expect(pacing.next(after: noon, interval: nil, jitter: 0) == noon + .hours(1))
        #expect(pacing.next(after: noon, interval: .seconds(1), jitter: 0) == noon + .minutes(10))
        #expect(pacing.next(after: noon, interval: .days(400), jitter: 0) == noon + .days(1))
        #expect(pacing.next(after: noon, interval: .hours(10), jitter: 1) == noon + .hours(11))
        #expect(pacing.next(after: noon, interval: .hours(10), jitter: .nan) == noon + .hours(10))
    }

    @Test func `hours and days to skip are skipped, but not all of them`() {
        let pacing = FeedPacing()
        #expect(pacing.next(after: noon, interval: nil, skipHours: [13, 14], jitter: 0) == noon + .hours(3))
        #expect(pacing.next(after: noon, interval: nil, skipDays: [5, 6], jitter: 0) == noon + .hours(36))
        #expect(pacing.next(after: noon, interval: nil, skipHours: Array(0..<24), jitter: 0) == noon + .hours(1))
    }

    @Test func `failures double the wait to a bound, and never beat the server's word`() {
        let pacing = FeedPacing()
        #expect(pacing.retry(after: noon, failures: 1, notBefore: nil, jitter: 0) == noon + .seconds(150))
        #expect(pacing.retry(after: noon, failures: 1, notBefore: nil, jitter: 1) == noon + .minutes(5))
        #expect(pacing.retry(after: noon, failures: 1_000, notBefore: nil, jitter: 1) == noon + .days(1))
        #expect(pacing.retry(after: noon, failures: 1, notBefore: noon + .hours(9), jitter: 0) == noon + .hours(9))
    }

    @Test(arguments: [("120", 120), ("0", 0), ("99999999999", 2_592_000)])
    func `Retry-After is read in seconds`(_ text: String, _ seconds: Int) {
        #expect(FeedAnswer.retryAfter(text, now: noon) == noon + .seconds(seconds))
    }

    @Test func `Retry-After that is none is passed over`() {
        #expect(FeedAnswer.retryAfter("-5", now: noon) == nil)
        #expect(FeedAnswer.retryAfter("soon", now: noon) == nil)
    }

    @Test(arguments: [
        ("8.8.8.8", true), ("127.0.0.1", false), ("10.1.2.3", false), ("172.15.0.1", true), ("172.16.0.1", false),
        ("192.168.1.1", false),
        ("169.254.169.254", false), ("100.64.0.1", false), ("0.0.0.0", false), ("224.0.0.1", false),
        ("255.255.255.255", false),
        ("198.18.0.1", false), ("203.0.113.5", false), ("2606:4700::1111", true), ("::1", false), ("::", false),
        ("fe80::1%eth0", false),
        ("fc00::1", false), ("::ffff:10.0.0.1", false), ("::ffff:8.8.8.8", false), ("64:ff9b::a00:1", false),
        ("64:ff9b::808:808", true),
        ("2002:7f00:1::", false), ("2002:808:808::", true), ("2001:db8::1", false), ("2001::1", false),
        ("ff02::1", false), ("name", nil),
        ("127.1", nil),
    ])
    func `only addresses open to the public are public`(_ address: String, _ isPublic: Bool?) {
        #expect(NetworkAddress.isPublic(address) == isPublic)
    }
}
