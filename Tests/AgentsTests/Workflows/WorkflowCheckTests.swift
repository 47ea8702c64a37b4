// SPDX-License-Identifier: Apache-2.0

import Agents
import Testing

/// A graph is checked when it is built.
struct WorkflowCheckTests {
    private static func node(_ name: String) -> WorkflowNode { WorkflowNode(name) { (value: Int, _) in value } }

    private static func build(
        _ nodes: [WorkflowNode],
        _ edges: [WorkflowEdge] = [],
        name: String = "graph"
    ) -> WorkflowFault? {
        do {
            _ = try Workflow(name, version: 1, input: Int.self, starts: ["a"], nodes: nodes, edges: edges)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a graph in order passes, and its nodes come each after those before it`() throws {
        let graph = try Workflow(
            "graph",
            version: 3,
            input: Int.self,
            starts: ["a"],
            nodes: [
                WorkflowNode("c", joining: [.output(of: "b", as: Int.self), .optional(of: "a", as: Int.self)]) { _, _ in
                    1
                },
                Self.node("b"), Self.node("a"),
            ],
            edges: [WorkflowEdge("a", "b"), WorkflowEdge("b", "c"), WorkflowEdge("a", "c")]
        )
        #expect(graph.nodes.map(\.name) == ["a", "b", "c"])
        #expect(graph.version.hasPrefix("3-"))
        let edited = try Workflow(
            "graph",
            version: 3,
            input: Int.self,
            starts: ["a"],
            nodes: [Self.node("a"), Self.node("b")],
            edges: [WorkflowEdge("a", "b")]
        )
        #expect(edited.version != graph.version, "an edited graph is another version")
    }

    @Test func `names are unique and plain`() {
        #expect(Self.build([Self.node("a"), Self.node("a")]) == .duplicateNode("a"))
        for name in ["", "A", "a b", "1a", "가", String(repeating: "a", count: 64)] {
            #expect(Self.build([Self.node(name)]) == .badName(name))
            #expect(Self.build([Self.node("a")], name: name) == .badName(name))
        }
    }

    @Test func `ways lead from and to nodes that there are, once`() {
        let nodes = [Self.node("a"), Self.node("b")]
        #expect(
            Self.build([Self.node("a")], [WorkflowEdge("a", "x")]) == .unknownNode("x", in: "the way from a to x")
        )
        #expect(Self.build([Self.node("b")]) == .unknownNode("a", in: "a start"))
        #expect(Self.build(nodes, [WorkflowEdge("a", "b"), WorkflowEdge("a", "b")]) == .duplicateEdge("a", "b"))
        #expect(Self.build(nodes, [WorkflowEdge("b", "a")]) == .startWithInput("a"))
    }

    @Test func `nodes that wait for each other are named, and those that follow them are not`() {
        let nodes = ["a", "b", "c", "d"].map(Self.node)
        let edges = [WorkflowEdge("b", "c"), WorkflowEdge("c", "b"), WorkflowEdge("c", "d")]
        guard case .cycle(let names) = Self.build(nodes, edges) else {
            Issue.record("no cycle was found")
            return
        }
        #expect(names.starts(with: ["b", "c"]))
        #expect(!names.contains("a"))
        #expect(Self.build([Self.node("a"), Self.node("b")], [WorkflowEdge("b", "b")]) == .cycle(["b"]))
    }

    @Test func `every node is reachable`() {
        #expect(Self.build([Self.node("a"), Self.node("b")]) == .unreachable("b"))
    }

    @Test func `types fit along every way, and in conditions`() {
        let text = WorkflowNode("b") { (value: String, _) in value }
        guard
            case .wrongType("a", "b", "Swift.Int", "Swift.String") = Self.build(
                [Self.node("a"), text],
                [WorkflowEdge("a", "b")]
            )
        else {
            Issue.record("another type passed")
            return
        }
        guard case .wrongType("the run's input", "a", _, _) = Self.build([WorkflowNode("a") { (_: String, _) in 1 }])
        else {
            Issue.record("another input passed")
            return
        }
        let edge = WorkflowEdge("a", "b", when: "long", of: String.self) { $0.count > 3 }
        guard case .wrongType("a", "the condition 'long'", _, _) = Self.build([Self.node("a"), Self.node("b")], [edge])
        else {
            Issue.record("a condition on another type passed")
            return
        }
        let join = WorkflowNode("b", joining: [.output(of: "a", as: String.self)]) { _, _ in 1 }
        guard case .wrongType("a", "b", _, _) = Self.build([Self.node("a"), join], [WorkflowEdge("a", "b")]) else {
            Issue.record("a part of another type passed")
            return
        }
    }

    @Test func `several inputs are joined, and parts are those of the ways`() {
        let nodes = ["a", "b", "c"].map(Self.node)
        let ways = [WorkflowEdge("a", "b"), WorkflowEdge("a", "c"), WorkflowEdge("b", "c")]
        #expect(Self.build(nodes, ways) == .severalInputs("c"))
        let join = WorkflowNode("c", joining: [.output(of: "b", as: Int.self)]) { _, _ in 1 }
        #expect(Self.build([nodes[0], nodes[1], join], ways) == .unmatchedPart("a", of: "c"))
        #expect(
            Self.build([nodes[0], nodes[1], join], [WorkflowEdge("a", "b"), WorkflowEdge("a", "c")])
                == .unmatchedPart("b", of: "c")
        )
    }
}
