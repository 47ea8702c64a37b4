// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a graph.
package enum WorkflowFault: Error, Hashable, CustomStringConvertible {
    case badName(String)
    case duplicateNode(String)
    case unknownNode(String, in: String)
    case duplicateEdge(String, String)
    /// Nodes that wait for each other.
    case cycle([String])
    case unreachable(String)
    /// A first node that has ways to it, so that it is not clear what it gets.
    case startWithInput(String)
    case wrongType(from: String, to: String, gives: String, wants: String)
    /// A node that does not join has several ways to it.
    case severalInputs(String)
    /// A node joins another to which there is no way, or the other way round.
    case unmatchedPart(String, of: String)

    package var description: String {
        switch self {
        case .badName(let name):
            "'\(name)' is no name; give 1 to 63 lower-case letters, digits, '-' and '_', a letter first"
        case .duplicateNode(let name): "two nodes are called \(name); a node's name is its own"
        case .unknownNode(let name, let place): "\(place) names the node \(name), and there is none"
        case .duplicateEdge(let source, let target): "there are two ways from \(source) to \(target); one is enough"
        case .cycle(let names): "the nodes \(names.joined(separator: ", ")) wait for each other; a graph has no cycle"
        case .unreachable(let name): "nothing leads to the node \(name); name it as a start, or draw a way to it"
        case .startWithInput(let name):
            "the start \(name) has ways to it; a start gets the run's input and nothing else"
        case .wrongType(let source, let target, let gives, let wants):
            "\(source) gives \(gives), and \(target) wants \(wants)"
        case .severalInputs(let name): "several ways lead to \(name); a node with several inputs joins them"
        case .unmatchedPart(let part, let node):
            "the node \(node) and its ways do not fit: it takes a part of \(part) without a way, or has a way without a part"
        }
    }
}

/// Looks at a graph before it is one.
struct WorkflowCheck {
    let starts: [String]
    let input: WorkflowType
    let nodes: [WorkflowNode]
    let edges: [WorkflowEdge]

    /// The nodes, each after those before it and otherwise as they were given; throws what is wrong.
    func ordered(_ name: String) throws(WorkflowFault) -> [WorkflowNode] {
        try checkNames(name)
        let byName = Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first }
        try checkEnds(byName)
        let order = try sorted()
        try checkReach()
        for node in nodes { try checkInputs(of: node, byName) }
        return order.compactMap { byName[$0] }
    }

    private func checkNames(_ name: String) throws(WorkflowFault) {
        var seen: Set<String> = []
        for name in [name] + nodes.map(\.name) {
            let isPlain = name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
            }
            let startsWell = name.utf8.first.map { (0x61...0x7A).contains($0) } ?? false
            guard isPlain, startsWell, name.utf8.count <= 63 else { throw .badName(name) }
        }
        for node in nodes where !seen.insert(node.name).inserted { throw .duplicateNode(node.name) }
    }

    private func checkEnds(_ byName: [String: WorkflowNode]) throws(WorkflowFault) {
        struct Ends: Hashable {
            var source: String
            var target: String
        }
        var seen: Set<Ends> = []
        for start in starts where byName[start] == nil { throw .unknownNode(start, in: "a start") }
        for edge in edges {
            for end in [edge.source, edge.target] where byName[end] == nil {
                throw .unknownNode(end, in: "the way from \(edge.source) to \(edge.target)")
            }
            guard seen.insert(Ends(source: edge.source, target: edge.target)).inserted else {
                throw .duplicateEdge(edge.source, edge.target)
            }
            if starts.contains(edge.target) { throw .startWithInput(edge.target) }
        }
    }

    /// The names in topological order (Kahn, "Topological sorting of large networks", 1962).
    private func sorted() throws(WorkflowFault) -> [String] {
        var rest = nodes.map(\.name)
        var order: [String] = []
        while !rest.isEmpty {
            let waiting = Set(rest)
            let free = rest.filter { name in
                !edges.contains { $0.target == name && waiting.contains($0.source) }
            }
            guard !free.isEmpty else { throw .cycle(knot(rest)) }
            order += free
            rest.removeAll(where: free.contains)
        }
        return order
    }

    /// Those of the nodes that are on a cycle, without what merely follows one.
    private func knot(_ names: [String]) -> [String] {
        var rest = names
        while true {
            let kept = Set(rest)
            let next = rest.filter { name in edges.contains { $0.source == name && kept.contains($0.target) } }
            if next.count == rest.count { return rest }
            rest = next
        }
    }

    private func checkReach() throws(WorkflowFault) {
        var reached = Set(starts)
        var grows = true
        while grows {
            let next = Set(edges.filter { reached.contains($0.source) }.map(\.target)).subtracting(reached)
            reached.formUnion(next)
            grows = !next.isEmpty
        }
        if let node = nodes.first(where: { !reached.contains($0.name) }) { throw .unreachable(node.name) }
    }

    private func checkInputs(of node: WorkflowNode, _ byName: [String: WorkflowNode]) throws(WorkflowFault) {
        let ways = edges.filter { $0.target == node.name }
        for way in ways {
            guard let condition = way.condition, let source = byName[way.source] else { continue }
            try match(source.output, condition.type, from: way.source, to: "the condition '\(condition.label)'")
        }
        if let input = node.input {
            guard ways.count <= 1 else { throw .severalInputs(node.name) }
            let given = ways.first.flatMap { byName[$0.source]?.output } ?? self.input
            return try match(given, input, from: ways.first?.source ?? "the run's input", to: node.name)
        }
        let sources = Set(ways.map(\.source))
        for part in node.parts where !sources.contains(part.node) {
            throw .unmatchedPart(part.node, of: node.name)
        }
        for way in ways {
            let parts = node.parts.filter { $0.node == way.source }
            guard let part = parts.first, parts.count == 1, let source = byName[way.source] else {
                throw .unmatchedPart(way.source, of: node.name)
            }
            try match(source.output, part.type, from: way.source, to: node.name)
        }
    }

    private func match(
        _ given: WorkflowType,
        _ wanted: WorkflowType,
        from source: String,
        to target: String
    ) throws(WorkflowFault) {
        guard given != wanted else { return }
        throw .wrongType(from: source, to: target, gives: given.name, wants: wanted.name)
    }

    /// A hash of the names, types and ways (64-bit FNV-1a, as 16 hexadecimal digits): it tells an edited graph from the one of its number.
    var shape: String {
        var text = "in \(input.name);" + starts.map { "start \($0);" }.joined()
        for node in nodes {
            let parts = node.parts.map { "\($0.node):\($0.type.name):\($0.isOptional)" }.joined(separator: ",")
            text += "node \(node.name) \(node.input?.name ?? parts) \(node.output.name) \(node.question == nil);"
        }
        for edge in edges { text += "edge \(edge.source) \(edge.target) \(edge.label ?? "");" }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
