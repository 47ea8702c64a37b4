// SPDX-License-Identifier: Apache-2.0

import Domain

/// What a message carries: the name of an action or event, and its value.
///
/// Within a process the value travels as it is; it becomes JSON only when somebody encodes the envelope. A payload that was decoded
/// holds JSON, and becomes a value when it is read.
package struct Payload: Sendable {
    private enum Body: Sendable {
        case value(any Codable & Sendable)
        case reply(any Codable & Sendable)
        case failure(MessageError)
        case wire(JSONValue)
    }

    /// The wire name of the action or event; in a response that of the action that is answered.
    package let action: String
    private let body: Body

    private init(action: String, body: Body) {
        self.action = action
        self.body = body
    }

    /// The payload of a request or command.
    package init(_ action: some Action) {
        self.init(action: type(of: action).name, body: .value(action))
    }

    /// The payload of an event.
    package init(event: some Event) {
        self.init(action: type(of: event).name, body: .value(event))
    }

    /// The payload of a response.
    package init(answering action: String, with outcome: Result<any Codable & Sendable, MessageError>) {
        switch outcome {
        case .success(let reply): self.init(action: action, body: .reply(reply))
        case .failure(let error): self.init(action: action, body: .failure(error))
        }
    }

    /// The action or event; throws `MessageError.unreadable` when it is of another type or its JSON does not fit.
    package func value<Value: Codable & Sendable>(as type: Value.Type = Value.self) throws(MessageError) -> Value {
        switch body {
        case .value(let value):
            guard let value = value as? Value else {
                throw .unreadable(action: action, reason: "it does not hold \(type)")
            }
            return value
        case .wire(let json): return try decode(type, from: json)
        case .reply, .failure: throw .unreadable(action: action, reason: "it is a response")
        }
    }

    /// The reply of a response; throws the error that it carries.
    package func reply<Reply: Codable & Sendable>(as type: Reply.Type = Reply.self) throws(MessageError) -> Reply {
        switch body {
        case .reply(let reply):
            guard let reply = reply as? Reply else {
                throw .unreadable(action: action, reason: "the reply is not \(type)")
            }
            return reply
        case .failure(let error): throw error
        case .wire(let json):
            if let error = json["error"] { throw try decode(MessageError.self, from: error) }
            guard let reply = json["reply"] else {
                throw .unreadable(action: action, reason: "a response has either a reply or an error")
            }
            return try decode(type, from: reply)
        case .value: throw .unreadable(action: action, reason: "it is not a response")
        }
    }

    private func decode<Value: Decodable>(_ type: Value.Type, from json: JSONValue) throws(MessageError) -> Value {
        do {
            return try CanonicalJSON.decode(type, from: try CanonicalJSON.encode(json))
        } catch {
            throw .unreadable(action: action, reason: String(describing: error))
        }
    }
}

extension Payload: Codable {
    private enum CodingKeys: String, CodingKey {
        case action
        case data
    }

    private enum ResponseKeys: String, CodingKey {
        case reply
        case error
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        action = try container.decode(String.self, forKey: .action)
        body = .wire(try container.decode(JSONValue.self, forKey: .data))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(action, forKey: .action)
        switch body {
        case .value(let value): try container.encode(value, forKey: .data)
        case .wire(let json): try container.encode(json, forKey: .data)
        case .reply(let reply):
            var response = container.nestedContainer(keyedBy: ResponseKeys.self, forKey: .data)
            try response.encode(reply, forKey: .reply)
        case .failure(let error):
            var response = container.nestedContainer(keyedBy: ResponseKeys.self, forKey: .data)
            try response.encode(error, forKey: .error)
        }
    }
}
