// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Messaging
import Testing

struct EnvelopeTests {
    private func request() -> Envelope {
        let post = Post()
        let ids = IdentifierGenerator(clock: post.clock, seed: 1)
        return Envelope(
            id: ids.next(),
            type: .request,
            from: .gateway,
            to: .newsTrend,
            timestamp: post.clock.now,
            deadline: post.clock.now + .seconds(30),
            payload: Payload(Ask(number: 3))
        )
    }

    @Test func `the wire form has every documented key and null for what is not there`() throws {
        let envelope = request()
        let json = try CanonicalJSON.decode(JSONValue.self, from: try CanonicalJSON.encode(envelope))
        guard case .object(let members) = json else {
            Issue.record("not an object")
            return
        }
        let keys = [
            "causation_id", "correlation_id", "deadline", "from", "hops", "id", "payload", "timestamp", "to", "trace",
            "type",
            "version",
        ]
        #expect(members.keys.sorted() == keys)
        #expect(members["causation_id"] == .null)
        #expect(members["correlation_id"] == .string(envelope.id.text))
        #expect(members["to"] == .string("news_trend"))
        #expect(members["type"] == .string("request"))
        #expect(members["timestamp"] == .integer(1_700_000_000_000))
        #expect(members["payload"] == .object(["action": .string("ask"), "data": .object(["number": .integer(3)])]))
    }

    @Test func `an event has no receiver on the wire`() throws {
        let post = Post()
        let event = Envelope(
            id: IdentifierGenerator(clock: post.clock, seed: 1).next(),
            type: .event,
            from: .fleet,
            to: nil,
            timestamp: post.clock.now,
            payload: Payload(event: Bell(number: 1))
        )
        let text = try CanonicalJSON.text(event)
        #expect(text.contains("\"to\":null"))
        #expect(text.contains("\"deadline\":null"))
    }

    @Test func `a message read from the wire holds the same value and writes the same bytes`() throws {
        let envelope = request()
        let bytes = try CanonicalJSON.encode(envelope)
        let read = try CanonicalJSON.decode(Envelope.self, from: bytes)
        #expect(try read.payload.value(as: Ask.self).number == 3)
        #expect(try CanonicalJSON.encode(read) == bytes)
    }

    @Test func `a message with a cause continues its conversation and its trace`() {
        let first = request()
        let post = Post()
        let second = Envelope(
            id: IdentifierGenerator(clock: post.clock, seed: 2).next(),
            type: .command,
            from: .orchestrator,
            to: .campaign,
            timestamp: post.clock.now,
            cause: first,
            payload: Payload(Ask(number: 4))
        )
        #expect(second.correlationID == first.id)
        #expect(second.causationID == first.id)
        let parts = first.trace.split(separator: "-")
        #expect(parts.map(\.count) == [2, 32, 16, 2])
        #expect(second.trace.split(separator: "-")[1] == parts[1])
        #expect(second.trace != first.trace)
    }

    @Test func `the trace holds the time of the conversation's first message`() {
        let digits = request().trace.split(separator: "-")[1]
        #expect(Int64(digits.prefix(12), radix: 16) == 1_700_000_000_000)
    }

    @Test func `the last sixteen digits of the trace are those of the identifier`() throws {
        let id = try #require(MessageID("msg_01hf7yat000000000000000ghj"))
        let post = Post()
        let envelope = Envelope(
            id: id,
            type: .event,
            from: .fleet,
            to: nil,
            timestamp: post.clock.now,
            payload: Payload(event: Bell(number: 1))
        )
        // g, h and j are 16, 17 and 18: 16 * 1024 + 17 * 32 + 18 = 0x4232.
        #expect(envelope.trace.split(separator: "-")[2] == "0000000000004232")
    }

    @Test(arguments: [
        MessageError.refused(from: .variable, to: .campaign, action: "ask"),
        .timedOut(to: .fleet, action: "ask", after: .seconds(3)),
        .failed(message: "no such campaign", class: .notFound),
        .mailboxFull(.fleet),
    ])
    func `an error in a response survives the wire`(error: MessageError) throws {
        let payload = Payload(answering: "ask", with: .failure(error))
        let read = try CanonicalJSON.decode(Payload.self, from: try CanonicalJSON.encode(payload))
        #expect(throws: error) { try read.reply(as: Answer.self) }
        let good = Payload(answering: "ask", with: .success(Answer(square: 9)))
        let readGood = try CanonicalJSON.decode(Payload.self, from: try CanonicalJSON.encode(good))
        #expect(try readGood.reply(as: Answer.self) == Answer(square: 9))
    }

    @Test func `a payload of another shape is an error that names the action`() throws {
        let json = Data(#"{"action":"ask","data":{"count":1}}"#.utf8)
        let payload = try CanonicalJSON.decode(Payload.self, from: json)
        let error = #expect(throws: MessageError.self) { try payload.value(as: Ask.self) }
        #expect(error?.description.contains("ask") == true)
    }
}
