// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Connectors

@Suite struct TokenBucketTests {
    private let start = Timestamp(milliseconds: 1_700_000_000_000)

    @Test(arguments: [(1, 1), (2, 1), (8, 2), (10, 9), (10, 99), (100, 50)], [1, 2, 3] as [UInt64])
    func `no span holds more than the limit, however calls come, and a patient caller gets nearly all of it`(
        _ rule: (limit: Int, burst: Int),
        _ seed: UInt64
    ) throws {
        let span = TimeSpan.seconds(1)
        let rate = TokenBucket.Rule(atMost: rule.limit, in: span, burst: rule.burst)
        var random = SplitMix64(seed: seed)
        var bucket = TokenBucket(rate, at: start)
        var now = start
        var taken: [Int64] = []
        while now < start + .seconds(100) {
            let ready = try #require(bucket.ready(1, rate, at: now))
            // sometimes idle, mostly as eager as can be
            now = ready + TimeSpan(milliseconds: random.next() % 10 == 0 ? Int64(random.next() % 2_000) : 0)
            let isTaken = bucket.take(1, rate, at: now)
            #expect(isTaken)
            taken.append(now.milliseconds)
        }
        for (index, instant) in taken.enumerated() {
            let inSpan = taken[index...].prefix { $0 < instant + span.milliseconds }.count
            #expect(inSpan <= rule.limit, "\(inSpan) from \(instant)")
        }
        #expect(taken.count > 20)
    }

    @Test func `what is not there is not taken, and what never fits is never ready`() {
        let rate = TokenBucket.Rule(atMost: 4, in: .seconds(1), burst: 2)
        var bucket = TokenBucket(rate, at: start)
        let first = bucket.take(2, rate, at: start)
        #expect(first)
        let before = bucket
        let (second, third) = (bucket.take(1, rate, at: start), bucket.ready(3, rate, at: start))
        #expect(!second && third == nil)
        #expect(bucket == before)
        #expect(bucket.ready(1, rate, at: start) == start + TimeSpan(milliseconds: 500))
    }

    @Test func `a clock that goes back, or jumps ahead by ages, gives no more than a full bucket`() {
        let rate = TokenBucket.Rule(atMost: 4, in: .seconds(1), burst: 2)
        var bucket = TokenBucket(rate, at: start)
        let first = bucket.take(2, rate, at: start)
        #expect(first)
        #expect(bucket.ready(1, rate, at: start - .days(1)) == start - .days(1) + TimeSpan(milliseconds: 500))
        let far = Timestamp(milliseconds: 4_000_000_000_000_000)
        let again = bucket.take(2, rate, at: far)
        #expect(again)
        let third = bucket.take(1, rate, at: far)
        #expect(!third)
    }

    @Test func `failures in a row keep calls away for longer and longer, and a success forgets them`() {
        let rule = CircuitBreaker.Rule(threshold: 3, shortest: .minutes(1), longest: .minutes(4))
        var breaker = CircuitBreaker()
        var waits: [TimeSpan?] = []
        for _ in 0..<6 {
            breaker.record(isFailure: true, rule, at: start)
            waits.append(breaker.openUntil.map { $0 - start })
        }
        #expect(waits == [nil, nil, .minutes(1), .minutes(2), .minutes(4), .minutes(4)])
        for _ in 0..<2_000 { breaker.record(isFailure: true, rule, at: start) }
        #expect(breaker.openUntil == start + .minutes(4))
        breaker.record(isFailure: false, rule, at: start)
        #expect(breaker == CircuitBreaker())
    }
}
