// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A graph as a picture: boxes of text, a Mermaid diagram, or SVG; with the states of a run's nodes where there is one.
package struct WorkflowDrawing {
    /// What a box shows.
    struct Box {
        var name: String
        var isPerson: Bool
        /// The state of the run's node; nil where no run is drawn.
        var state: String?
        /// What else is known of it: the try, how long it took, or why it failed.
        var note: String?
    }

    let title: String
    /// The boxes, in rows from the first nodes to the last.
    let rows: [[Box]]
    let edges: [(source: String, target: String, label: String?)]

    /// Lays a graph out: a node's row is that after the lowest of the nodes before it.
    package init(_ workflow: Workflow, run: WorkflowRun? = nil, checkpoints: [WorkflowCheckpoint] = []) {
        let known = Dictionary(checkpoints.map { ($0.node, $0) }) { first, _ in first }
        var depths: [String: Int] = [:]
        var rows: [[Box]] = []
        for node in workflow.nodes {
            let depth = (workflow.edges(to: node.name).compactMap { depths[$0.source] }.max() ?? -1) + 1
            depths[node.name] = depth
            if depth >= rows.count { rows.append([]) }
            let checkpoint = known[node.name]
            rows[depth].append(
                Box(
                    name: node.name,
                    isPerson: node.question != nil,
                    state: run.map { _ in checkpoint?.state.rawValue ?? "not reached" },
                    note: checkpoint.flatMap(Self.note)
                )
            )
        }
        self.rows = rows
        edges = workflow.edges.map { edge in
            let isPerson = workflow[edge.source]?.question != nil
            return (edge.source, edge.target, edge.label ?? (isPerson ? "approved" : nil))
        }
        title = run.map { "\($0.id) \(workflow.name) \($0.state.rawValue)" } ?? "\(workflow.name) \(workflow.version)"
    }

    private static func note(_ checkpoint: WorkflowCheckpoint) -> String? {
        switch checkpoint.state {
        case .running: return "try \(checkpoint.attempt)"
        case .failed: return checkpoint.failure?.message
        case .completed:
            guard let start = checkpoint.startedAt, let end = checkpoint.endedAt else { return nil }
            return "\(end - start)"
        case .waiting: return checkpoint.deadline.map { "until \($0)" }
        case .skipped, .cancelled: return nil
        }
    }

    // MARK: - Text

    /// Boxes in rows, with the ways to each row's nodes above it.
    package var text: String {
        var lines = [title]
        for (place, row) in rows.enumerated() {
            if place > 0 {
                let names = Set(row.map(\.name))
                for edge in edges where names.contains(edge.target) {
                    lines.append("  \(edge.source) ──▶ \(edge.target)" + (edge.label.map { "  when \($0)" } ?? ""))
                }
            }
            lines += Self.boxes(row)
        }
        return lines.joined(separator: "\n")
    }

    private static func boxes(_ row: [Box]) -> [String] {
        var lines = ["", "", "", ""]
        for box in row {
            let content = [box.isPerson ? "\(box.name) (a person)" : box.name, words(box)]
            let width = content.map(\.count).max() ?? 0
            func padded(_ text: String) -> String { text + String(repeating: " ", count: width - text.count) }
            lines[0] += "┌─" + String(repeating: "─", count: width) + "─┐ "
            lines[1] += "│ " + padded(content[0]) + " │ "
            lines[2] += "│ " + padded(content[1]) + " │ "
            lines[3] += "└─" + String(repeating: "─", count: width) + "─┘ "
        }
        if row.allSatisfy({ words($0).isEmpty }) { lines.remove(at: 2) }
        return lines.map { String($0.dropLast()) }
    }

    private static func words(_ box: Box) -> String {
        let note = box.note.map { $0.split(whereSeparator: \.isNewline).first.map { String($0.prefix(60)) } ?? "" }
        return [box.state, note].compactMap { $0 }.joined(separator: ", ")
    }

    // MARK: - Mermaid

    /// A flow chart as Mermaid draws it.
    package var mermaid: String {
        var lines = ["flowchart TD"]
        for box in rows.joined() {
            let state = box.state.map { "<br/>\($0)" } ?? ""
            lines.append(
                box.isPerson ? "    \(box.name){{\"\(box.name)\(state)\"}}" : "    \(box.name)[\"\(box.name)\(state)\"]"
            )
        }
        for edge in edges {
            let label = edge.label.map { "|\"\($0.filter { $0 != "\"" })\"|" } ?? ""
            lines.append("    \(edge.source) -->\(label) \(edge.target)")
        }
        return lines.joined(separator: "\n")
    }

    // MARK: - SVG

    private static var boxWidth: Int { 200 }
    private static var boxHeight: Int { 44 }
    private static var gapX: Int { 30 }
    private static var gapY: Int { 56 }

    /// A picture of its own.
    package var svg: String {
        let columns = rows.map(\.count).max() ?? 1
        let width = columns * (Self.boxWidth + Self.gapX) + Self.gapX
        let height = rows.count * (Self.boxHeight + Self.gapY) + 20
        var body = ""
        var places: [String: (x: Int, y: Int)] = [:]
        for (line, row) in rows.enumerated() {
            let used = row.count * Self.boxWidth + (row.count - 1) * Self.gapX
            for (column, box) in row.enumerated() {
                let x = (width - used) / 2 + column * (Self.boxWidth + Self.gapX)
                places[box.name] = (x, 30 + line * (Self.boxHeight + Self.gapY))
            }
        }
        for edge in edges {
            guard let source = places[edge.source], let target = places[edge.target] else { continue }
            let (x1, y1) = (source.x + Self.boxWidth / 2, source.y + Self.boxHeight)
            let (x2, y2) = (target.x + Self.boxWidth / 2, target.y)
            body +=
                "<line x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\" stroke=\"#555\" marker-end=\"url(#a)\"/>\n"
            guard let label = edge.label else { continue }
            body += Self.words(label, (x1 + x2) / 2 + 4, (y1 + y2) / 2, size: 11, color: "#555")
        }
        for box in rows.joined() {
            guard let place = places[box.name] else { continue }
            body +=
                "<rect x=\"\(place.x)\" y=\"\(place.y)\" width=\"\(Self.boxWidth)\" height=\"\(Self.boxHeight)\" "
                + "rx=\"\(box.isPerson ? 20 : 4)\" fill=\"\(Self.color(box.state))\" stroke=\"#333\"/>\n"
            body += Self.words(box.name, place.x + 12, place.y + 18, size: 13, color: "#111")
            body += Self.words(Self.words(box), place.x + 12, place.y + 35, size: 11, color: "#333")
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
            role="img" font-family="'Noto Sans KR', sans-serif">
            <title>\(Self.escaped(title))</title>
            <defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">\
            <path d="M0 0 L8 4 L0 8 z" fill="#555"/></marker></defs>
            \(Self.words(title, 10, 18, size: 13, color: "#111"))\(body)</svg>
            """
    }

    private static func words(_ text: String, _ x: Int, _ y: Int, size: Int, color: String) -> String {
        guard !text.isEmpty else { return "" }
        return
            "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" fill=\"\(color)\">\(escaped(String(text.prefix(60))))</text>\n"
    }

    private static func color(_ state: String?) -> String {
        switch state.flatMap(WorkflowCheckpoint.State.init(rawValue:)) {
        case .completed: "#d9f0d3"
        case .running: "#d1e5f0"
        case .waiting: "#fff3bf"
        case .failed: "#f4c7c3"
        case .skipped, .cancelled, nil: "#f2f2f2"
        }
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: if scalar.value >= 0x20, scalar.value != 0x7F { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}
