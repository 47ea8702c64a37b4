// SPDX-License-Identifier: Apache-2.0

package import Domain

/// How often a node is tried, and how long it waits in between.
package struct WorkflowRetry: Hashable, Sendable {
    /// How many tries it has, at least one.
    package var attempts: Int
    /// The wait after the first try; it doubles after each.
    package var wait: TimeSpan
    /// The longest wait.
    package var longest: TimeSpan

    /// Creates a policy.
    package init(attempts: Int = 3, wait: TimeSpan = .seconds(5), longest: TimeSpan = .minutes(5)) {
        self.attempts = attempts
        self.wait = wait
        self.longest = longest
    }

    /// Tried once.
    package static let never = WorkflowRetry(attempts: 1)

    /// The wait before the next try; nil when the failure says that another try would end alike, or none is left.
    func wait(after failure: Failure, attempt: Int) -> TimeSpan? {
        switch failure.class {
        case .permission, .notFound, .invalid: return nil
        case .timeOut, .rateLimit, .unknown: break
        }
        guard attempt < attempts else { return nil }
        return min(wait * (1 << Int64(min(max(attempt - 1, 0), 20))), longest)
    }
}

/// The type of what goes along an edge.
struct WorkflowType: Hashable, Sendable {
    private let id: ObjectIdentifier
    let name: String

    init<Value>(_ type: Value.Type) {
        id = ObjectIdentifier(type)
        name = String(reflecting: type)
    }
}

/// What a node that joins several takes from one of them.
package struct WorkflowPart: Sendable {
    let node: String
    let type: WorkflowType
    let isOptional: Bool

    /// The output of a node, which must be there.
    package static func output<Value: Codable & Sendable>(of node: String, as type: Value.Type) -> WorkflowPart {
        WorkflowPart(node: node, type: WorkflowType(type), isOptional: false)
    }

    /// The output of a node that a branch may have passed over.
    package static func optional<Value: Codable & Sendable>(of node: String, as type: Value.Type) -> WorkflowPart {
        WorkflowPart(node: node, type: WorkflowType(type), isOptional: true)
    }
}

/// What a node that joins several gets: their outputs, by node.
package struct WorkflowParts: Sendable {
    let outputs: [String: String]

    /// The output of a node; throws `Failure` where it has none.
    package func output<Value: Decodable>(of node: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value = try optional(of: node, as: type) else {
            throw Failure(.invalid, "the node \(node) has no output here; ask for it as optional")
        }
        return value
    }

    /// The output of a node; nil when a branch passed it over.
    package func optional<Value: Decodable>(of node: String, as type: Value.Type = Value.self) throws -> Value? {
        guard let text = outputs[node] else { return nil }
        return try WorkflowValue.decode(type, from: text, of: node)
    }
}

/// What a person answers where a workflow asks; the output of `WorkflowNode.person`.
package struct PersonAnswer: Hashable, Codable, Sendable {
    package var isApproved: Bool
    package var by: String
    package var reason: String
    package var at: Timestamp

    /// Creates an answer.
    package init(isApproved: Bool, by: String, reason: String, at: Timestamp) {
        self.isApproved = isApproved
        self.by = by
        self.reason = reason
        self.at = at
    }
}

/// One step of a workflow: what it takes, what it gives, and how it is carried out.
///
/// A body may run again when its process died before its end was written down, so whatever costs money or changes the outside goes
/// through `WorkflowContext.once`. It must end soon after its task is cancelled. A `Failure` that it throws says whether another try
/// makes sense; any other error is taken for `unknown`, which does.
package struct WorkflowNode: Sendable {
    /// What is done.
    enum Work: Sendable {
        case step(@Sendable (_ inputs: [String: String], WorkflowContext) async throws -> String)
        /// A person is asked this.
        case person(String)
    }

    package let name: String
    let work: Work
    /// What it takes; nil for one that joins.
    let input: WorkflowType?
    /// What one that joins takes of each node before it.
    let parts: [WorkflowPart]
    let output: WorkflowType
    package let retry: WorkflowRetry
    /// How long a try, or a person's answer, may take.
    package let timeOut: TimeSpan

    /// Creates a node that takes what the node before it gives, or the run's input where it is a first one.
    package init<Input: Codable & Sendable, Output: Codable & Sendable>(
        _ name: String,
        retry: WorkflowRetry = WorkflowRetry(),
        timeOut: TimeSpan = .minutes(10),
        body: @escaping @Sendable (Input, WorkflowContext) async throws -> Output
    ) {
        self.name = name
        self.retry = retry
        self.timeOut = timeOut
        parts = []
        input = WorkflowType(Input.self)
        output = WorkflowType(Output.self)
        work = .step { inputs, context in
            guard let (source, text) = inputs.first else { throw Failure(.invalid, "the node \(name) has no input") }
            let output = try await body(try WorkflowValue.decode(Input.self, from: text, of: source), context)
            return try CanonicalJSON.text(output)
        }
    }

    /// Creates a node that takes what several give; it runs when all of them have ended, or were passed over where a part is optional.
    package init<Output: Codable & Sendable>(
        _ name: String,
        joining parts: [WorkflowPart],
        retry: WorkflowRetry = WorkflowRetry(),
        timeOut: TimeSpan = .minutes(10),
        body: @escaping @Sendable (WorkflowParts, WorkflowContext) async throws -> Output
    ) {
        self.name = name
        self.retry = retry
        self.timeOut = timeOut
        self.parts = parts
        input = nil
        output = WorkflowType(Output.self)
        work = .step { inputs, context in
            try CanonicalJSON.text(try await body(WorkflowParts(outputs: inputs), context))
        }
    }

    private init<Input>(person name: String, about input: Input.Type, asks question: String, timeOut: TimeSpan) {
        self.name = name
        self.timeOut = timeOut
        retry = .never
        parts = []
        self.input = WorkflowType(input)
        output = WorkflowType(PersonAnswer.self)
        work = .person(question)
    }

    /// Creates a node at which a person is asked about what the node before it gives; its output is a `PersonAnswer`.
    ///
    /// Edges from it are taken when the person approves, unless they have a condition of their own. A run in which nothing follows a
    /// rejection is cancelled; one that nobody answers in time fails.
    package static func person<Input: Codable & Sendable>(
        _ name: String,
        about input: Input.Type,
        asks question: String,
        timeOut: TimeSpan = .days(7)
    ) -> WorkflowNode {
        WorkflowNode(person: name, about: input, asks: question, timeOut: timeOut)
    }

    /// The question, where a person is asked.
    package var question: String? {
        guard case .person(let question) = work else { return nil }
        return question
    }
}

/// Reads what nodes wrote.
enum WorkflowValue {
    static func decode<Value: Decodable>(_ type: Value.Type, from text: String, of node: String) throws(Failure)
        -> Value
    {
        do {
            return try CanonicalJSON.decode(type, from: text)
        } catch {
            throw Failure(.invalid, "what \(node) gave is no \(type): \(error)")
        }
    }
}
