// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A way from one node to another, and when it is taken.
package struct WorkflowEdge: Sendable {
    /// What decides on the way.
    struct Condition: Sendable {
        var label: String
        var type: WorkflowType
        var holds: @Sendable (_ output: String) throws -> Bool
    }

    package let source: String
    package let target: String
    let condition: Condition?

    /// Creates a way that is always taken; one from a person, when they approve.
    package init(_ source: String, _ target: String) {
        self.source = source
        self.target = target
        condition = nil
    }

    /// Creates a way that is taken when the output of its source is so; the test must be a pure function of it.
    package init<Output: Codable & Sendable>(
        _ source: String,
        _ target: String,
        when label: String,
        of type: Output.Type = Output.self,
        _ test: @escaping @Sendable (Output) -> Bool
    ) {
        self.source = source
        self.target = target
        condition = Condition(label: label, type: WorkflowType(type)) { text in
            test(try WorkflowValue.decode(type, from: text, of: source))
        }
    }

    /// When it is taken, in a few words; nil for always.
    package var label: String? { condition?.label }
}

/// A graph of nodes that a run goes through: typed, without cycles, every node reachable; checked when it is built.
///
/// A node runs when every node before it has ended or was passed over, and all ways to it that it needs were taken; it is passed over when
/// one was not. Nodes that do not wait for each other run at the same time.
package struct Workflow: Sendable {
    package let name: String
    /// The number of the version and a hash of the graph's shape; a run goes on only on the version that it began with.
    package let version: String
    /// How long a run may take; nil for ever.
    package let timeOut: TimeSpan?
    /// The nodes, each after those before it.
    package let nodes: [WorkflowNode]
    package let edges: [WorkflowEdge]
    /// The nodes that get the run's input.
    package let starts: [String]
    private let readsInput: @Sendable (String) throws -> String
    private let byName: [String: WorkflowNode]
    private let incoming: [String: [WorkflowEdge]]

    /// Builds a graph; throws `WorkflowFault`, which names what is wrong with it.
    package init<Input: Codable & Sendable>(
        _ name: String,
        version: Int,
        input: Input.Type,
        timeOut: TimeSpan? = .days(30),
        starts: [String],
        nodes: [WorkflowNode],
        edges: [WorkflowEdge]
    ) throws(WorkflowFault) {
        let check = WorkflowCheck(starts: starts, input: WorkflowType(input), nodes: nodes, edges: edges)
        self.nodes = try check.ordered(name)
        self.name = name
        self.timeOut = timeOut
        self.edges = edges
        self.starts = starts
        self.version = "\(version)-\(check.shape.prefix(8))"
        // The canonical form of what was read, so that what a person typed is a whole input with nothing beside it.
        readsInput = { text in
            try CanonicalJSON.text(try WorkflowValue.decode(Input.self, from: text, of: "the request"))
        }
        byName = Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first }
        incoming = Dictionary(grouping: edges, by: \.target)
    }

    /// A node by its name.
    package subscript(node: String) -> WorkflowNode? { byName[node] }

    /// The ways to a node, in the order in which they were given.
    package func edges(to node: String) -> [WorkflowEdge] { incoming[node] ?? [] }

    /// A run's input as it is stored; throws `Failure` for one of another shape.
    package func canonicalInput(_ text: String) throws -> String { try readsInput(text) }
}

/// The workflows that this program knows.
package struct WorkflowCatalogue: Sendable {
    /// All of them, by name, the newest version of each first.
    package let workflows: [Workflow]

    /// Creates a catalogue; of several with one name the first is the one that new runs take, and the others end what runs on them.
    package init(_ workflows: [Workflow]) {
        self.workflows = workflows
    }

    /// The workflow that new runs of a name take.
    package func newest(_ name: String) -> Workflow? { workflows.first { $0.name == name } }

    /// The graph that a run goes on with; nil where this program has another version.
    package func workflow(of run: WorkflowRun) -> Workflow? {
        workflows.first { $0.name == run.workflow && $0.version == run.version }
    }
}
