// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOCore
import Testing

@testable import Server

@Suite struct LiveHubTests {
    /// What a subscriber was told, in order.
    final class Ear: Sendable {
        private let heard = Locked<[String]>([])

        var messages: [String] { heard.withLock { $0 } }
        var deliver: LiveHub.Delivery { { message in self.heard.withLock { $0.append(message.text) } } }
    }

    static let home = WorkspaceID.default
    static let start = Timestamp(milliseconds: 1_000)

    static func state(_ campaigns: [String: String], alerts: [String: String] = [:]) -> LiveState {
        [.campaigns: campaigns, .fleet: [:], .alerts: alerts, .system: [:]]
    }

    @Test func `a subscriber gets a snapshot once things were looked at, then numbered changes of its topics alone`() {
        let hub = LiveHub(startedAt: Self.start)
        let ear = Ear()
        _ = hub.subscribe(LiveWish(topics: [.campaigns]), in: Self.home, deliver: ear.deliver)
        #expect(ear.messages == [])
        hub.take(Self.state(["a": "1"]), of: Self.home)
        #expect(ear.messages == [#"{"type":"snapshot","seq":1000,"state":{"campaigns":{"a":1}}}"#])
        hub.take(Self.state(["a": "2", "b": "3"], alerts: ["x": "9"]), of: Self.home)
        hub.take(Self.state(["b": "3"], alerts: ["x": "9"]), of: Self.home)
        hub.take(Self.state(["b": "3"], alerts: ["x": "9"]), of: Self.home)
        #expect(
            ear.messages.dropFirst() == [
                #"{"type":"change","seq":1001,"topic":"campaigns","key":"a","value":2}"#,
                #"{"type":"change","seq":1002,"topic":"campaigns","key":"b","value":3}"#,
                #"{"type":"change","seq":1004,"topic":"campaigns","key":"a","value":null}"#,
            ]
        )
    }

    @Test func `who comes back with a number hears what it missed, and nothing twice`() {
        let hub = LiveHub(startedAt: Self.start)
        let first = Ear()
        let id = hub.subscribe(LiveWish(topics: [.campaigns]), in: Self.home, deliver: first.deliver)
        for number in 1...5 { hub.take(Self.state(["a": "\(number)"]), of: Self.home) }
        hub.unsubscribe(id)
        hub.take(Self.state(["a": "6"]), of: Self.home)
        #expect(first.messages.count == 5)
        let again = Ear()
        _ = hub.subscribe(LiveWish(topics: [.campaigns], after: 1_003), in: Self.home, deliver: again.deliver)
        #expect(
            again.messages == [
                #"{"type":"resumed","seq":1003}"#,
                #"{"type":"change","seq":1004,"topic":"campaigns","key":"a","value":5}"#,
                #"{"type":"change","seq":1005,"topic":"campaigns","key":"a","value":6}"#,
            ]
        )
    }

    @Test(arguments: [0, 999, 5_000] as [Int64])
    func `a number of another run, or one that never was, gets a snapshot`(_ after: Int64) {
        let hub = LiveHub(startedAt: Self.start)
        hub.take(Self.state(["a": "1"]), of: Self.home)
        let ear = Ear()
        _ = hub.subscribe(LiveWish(topics: [.campaigns], after: after), in: Self.home, deliver: ear.deliver)
        #expect(ear.messages == [#"{"type":"snapshot","seq":1000,"state":{"campaigns":{"a":1}}}"#])
    }

    @Test func `what changed while nobody listened is made good by a snapshot`() {
        let hub = LiveHub(startedAt: Self.start)
        let first = Ear()
        let id = hub.subscribe(LiveWish(topics: [.campaigns]), in: Self.home, deliver: first.deliver)
        hub.take(Self.state(["a": "1"]), of: Self.home)
        hub.unsubscribe(id)
        hub.forgetEmptyRooms()
        let again = Ear()
        _ = hub.subscribe(LiveWish(topics: [.campaigns], after: 1_000), in: Self.home, deliver: again.deliver)
        hub.take(Self.state(["a": "2"]), of: Self.home)
        #expect(again.messages == [#"{"type":"snapshot","seq":1001,"state":{"campaigns":{"a":2}}}"#])
    }

    @Test func `when the server stops, everybody is told, and who comes then at once`() {
        let hub = LiveHub(startedAt: Self.start)
        let ended = Locked<[Int]>([])
        func listen(_ number: Int) {
            _ = hub.subscribe(
                LiveWish(topics: [.campaigns]),
                in: Self.home,
                end: { ended.withLock { $0.append(number) } },
                deliver: { _ in }
            )
        }
        listen(1)
        listen(2)
        #expect(ended.withLock { $0 } == [])
        hub.end()
        #expect(ended.withLock { $0.sorted() } == [1, 2])
        listen(3)
        #expect(ended.withLock { $0.last } == 3)
    }

    @Test func `what was forgotten is made good by a snapshot`() {
        let hub = LiveHub(startedAt: Self.start, memory: 3)
        for number in 0...6 { hub.take(Self.state(["a": "\(number)"]), of: Self.home) }
        for (after, type) in [(1_002, "snapshot"), (1_003, "resumed"), (1_006, "resumed")] as [(Int64, String)] {
            let ear = Ear()
            _ = hub.subscribe(LiveWish(topics: [.campaigns], after: after), in: Self.home, deliver: ear.deliver)
            #expect(ear.messages.first?.contains("\"\(type)\"") == true, "\(after)")
            #expect(ear.messages.count == (type == "snapshot" ? 1 : 1 + Int(1_006 - after)), "\(after)")
        }
    }

    @Test func `one workspace hears nothing of another`() throws {
        let other = try #require(WorkspaceID("other"))
        let hub = LiveHub(startedAt: Self.start)
        let ear = Ear()
        _ = hub.subscribe(LiveWish(topics: Set(LiveTopic.allCases)), in: Self.home, deliver: ear.deliver)
        hub.take(Self.state(["mine": "1"]), of: Self.home)
        hub.take(Self.state(["theirs": "1"]), of: other)
        hub.take(Self.state(["theirs": "2"]), of: other)
        #expect(ear.messages.count == 1)
        #expect(!ear.messages.joined().contains("theirs"))
        #expect(hub.wantedWorkspaces == [Self.home])
    }

    @Test func `who comes while nothing changes shares one snapshot, and a change makes another`() {
        let hub = LiveHub(startedAt: Self.start)
        let heard = Locked<[LiveMessage]>([])
        hub.take(Self.state(["a": "1"]), of: Self.home)
        for topics in [[.campaigns], [.campaigns], [.alerts]] as [Set<LiveTopic>] {
            _ = hub.subscribe(LiveWish(topics: topics), in: Self.home) { message in
                heard.withLock { $0.append(message) }
            }
        }
        hub.take(Self.state(["a": "2"]), of: Self.home)
        _ = hub.subscribe(LiveWish(topics: [.campaigns]), in: Self.home) { message in
            heard.withLock { $0.append(message) }
        }
        let all = heard.withLock { $0 }
        #expect(all.count == 6)
        #expect(all[0] === all[1])
        #expect(all[2].text == #"{"type":"snapshot","seq":1000,"state":{"alerts":{}}}"#)
        #expect(all[3] === all[4])
        #expect(all[5].text == #"{"type":"snapshot","seq":1001,"state":{"campaigns":{"a":2}}}"#)
    }

    @Test func `a message is the same for sockets and for streams of events`() {
        let change = LiveChange(seq: 7, topic: .alerts, key: "a", value: "1").message
        #expect(String(buffer: change.data) == change.text)
        #expect(String(buffer: change.event) == "id: 7\ndata: \(change.text)\n\n")
        #expect(String(buffer: LiveMessage.ping.event) == ": ping\n\n")
        #expect(String(buffer: LiveMessage.slow.event) == "data: \(LiveText.slow)\n\n")
    }

    @Test func `keys are written as JSON whatever they hold`() throws {
        let key = "a\"\\\n\u{1}가"
        let change = LiveChange(seq: 1, topic: .alerts, key: key, value: "{}")
        let object = try JSONSerialization.jsonObject(with: Data(change.message.text.utf8)) as? [String: Any]
        #expect(object?["key"] as? String == key)
    }

    @Test func `a queue that its reader does not empty ends, and never grows beyond its bound`() async {
        let queue = LiveQueue()
        for number in 0..<2_000 { queue.put(LiveMessage("\(number)")) }
        var count = 0
        for await message in queue.stream {
            #expect(message.text == "\(count)")
            count += 1
        }
        #expect(count == LiveQueue.limit)
        #expect(queue.isOverfull)
    }
}
