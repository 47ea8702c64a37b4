// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging
import Testing

struct RedisPartsTests {
    @Test func `an address is read with all its parts, and shown without its password`() throws {
        let url = try RedisURL("rediss://anna:s%40cret@cache.example:7000/3?ca=/etc/ca.pem&protocol=2")
        #expect(url.host == "cache.example")
        #expect(url.port == 7_000)
        #expect(url.isEncrypted)
        #expect(url.user == "anna")
        #expect(url.password == "s@cret")
        #expect(url.database == 3)
        #expect(url.certificates == "/etc/ca.pem")
        #expect(url.protocolVersion == 2)
        #expect(url.description == "rediss://cache.example:7000/3")
        let plain = try RedisURL("redis://[::1]")
        #expect(plain.host == "::1")
        #expect(plain.port == 6_379)
        #expect(plain.database == 0)
        #expect(plain.user == nil)
        #expect(plain.description == "redis://[::1]:6379/0")
        #expect(try RedisURL("redis://:secret@localhost").password == "secret")
    }

    @Test(arguments: [
        ("http://localhost", "redis://"), ("localhost:6379", "redis://"), ("redis://", "no host"),
        ("redis://h/x", "'x'"),
        ("redis://h/-1", "'-1'"), ("redis://h:0", "port"), ("redis://h:70000", "port"),
        ("redis://h?protocol=4", "protocol"),
        ("redis://h?tls=1", "tls"), ("redis://h?ca=", "ca"), ("", "redis://"),
    ])
    func `a wrong address is an error that names what is wrong`(text: String, part: String) {
        let error = #expect(throws: RedisError.self) { try RedisURL(text) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test func `an error about an address does not show its password`() {
        let error = #expect(throws: RedisError.self) { try RedisURL("redis://:hidden@h/x") }
        #expect(error?.description.contains("hidden") == false)
    }

    @Test func `the wait between attempts grows to its cap, is never the same for all, and begins anew`() {
        var backoff = Backoff(first: TimeSpan(milliseconds: 100), cap: .seconds(2), seed: 3)
        let bounds: [Int64] = [100, 200, 400, 800, 1_600, 2_000, 2_000]
        for bound in bounds {
            let wait = backoff.next().milliseconds
            #expect(wait >= bound / 2 && wait <= bound)
        }
        backoff.reset()
        let anew = backoff.next().milliseconds
        #expect(anew <= 100)
        var other = Backoff(first: TimeSpan(milliseconds: 100), cap: .seconds(2), seed: 4)
        var same = Backoff(first: TimeSpan(milliseconds: 100), cap: .seconds(2), seed: 3)
        let waits = (0..<5).map { _ in (other.next(), same.next()) }
        #expect(waits.contains { $0.0 != $0.1 })
    }

    @Test func `a backoff survives any number of attempts`() {
        var backoff = Backoff(seed: 1)
        for _ in 0..<1_000 {
            let wait = backoff.next()
            #expect(wait <= .seconds(1))
        }
    }

    @Test func `the wheel gives every key at its tick, also after several turns, and none that was taken off`() {
        var wheel = DeadlineWheel<Int>(slots: 8)
        var generator = SplitMix64(seed: 5)
        var due: [Int: Int] = [:]
        var places: [Int: DeadlineWheel<Int>.Place] = [:]
        for key in 0..<500 {
            let ticks = Int(generator.next() % 40)
            places[key] = wheel.insert(key, after: ticks)
            due[key] = max(1, ticks)
        }
        for key in stride(from: 0, to: 500, by: 3) {
            places[key].map { wheel.remove(key, at: $0) }
            due[key] = nil
        }
        #expect(wheel.count == due.count)
        for tick in 1...40 {
            let keys = wheel.tick()
            #expect(keys.sorted() == due.filter { $0.value == tick }.keys.sorted())
        }
        #expect(wheel.count == 0)
    }

    @Test func `the newest messages are remembered, and one that was forgotten may come again`() throws {
        let clock = VirtualClock(start: Timestamp(milliseconds: 1_700_000_000_000))
        let ids = IdentifierGenerator(clock: clock, seed: 1)
        let messages: [MessageID] = (0..<5).map { _ in ids.next() }
        var recent = RecentMessages(limit: 3)
        for message in messages {
            let isNew = recent.insert(message)
            #expect(isNew)
        }
        for message in messages.suffix(3) {
            let isNew = recent.insert(message)
            #expect(!isNew)
        }
        let isFirstNew = recent.insert(messages[0])
        recent.remove(messages[4])
        let lastIsNew = [recent.insert(messages[4]), recent.insert(messages[4])]
        #expect(isFirstNew)
        #expect(lastIsNew == [true, false])
    }
}
