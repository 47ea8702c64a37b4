// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Jobs

/// A graph with a fan-out, a join, a branch and two effects, that says what it does.
enum SampleWorkflow {
    struct Items: Codable, Hashable, Sendable {
        var values: [Int]
    }

    struct Sum: Codable, Hashable, Sendable {
        var value: Int
    }

    struct Page: Codable, Hashable, Sendable {
        var text: String
    }

    /// collect → (left, right) → total → big or small → page → send.
    static func make(_ outside: Outside, _ life: Mortality, clock: any TimeSource) throws -> Workflow {
        @Sendable func once(_ context: WorkflowContext, _ name: String, _ intent: String) async throws -> String {
            try await context.once(name, kind: "test.\(name)", intent: intent) {
                outside.hasDone("\(name) \(intent)") ? .done(#"{"ok":true}"#) : .notDone
            } body: { _ in
                try await life.step { outside.does("\(name) \(intent)") }
                return #"{"ok":true}"#
            }
        }
        return try Workflow(
            "sample",
            version: 1,
            input: Items.self,
            starts: ["collect"],
            nodes: [
                WorkflowNode("collect") { (items: Items, context) in
                    outside.ran("collect")
                    _ = try await once(context, "fetch", "list")
                    return items
                },
                WorkflowNode("left") { (items: Items, _) in
                    outside.ran("left")
                    try await clock.sleep(for: .seconds(3))
                    return Sum(value: items.values.reduce(0, +))
                },
                WorkflowNode("right") { (items: Items, _) in
                    outside.ran("right")
                    try await clock.sleep(for: .seconds(2))
                    return Sum(value: items.values.count)
                },
                WorkflowNode(
                    "total",
                    joining: [.output(of: "left", as: Sum.self), .output(of: "right", as: Sum.self)]
                ) { parts, _ in
                    outside.ran("total")
                    let (left, right): (Sum, Sum) = (try parts.output(of: "left"), try parts.output(of: "right"))
                    return Sum(value: left.value * 100 + right.value)
                },
                WorkflowNode("big") { (sum: Sum, _) in
                    outside.ran("big")
                    return Page(text: "big \(sum.value)")
                },
                WorkflowNode("small") { (sum: Sum, _) in
                    outside.ran("small")
                    return Page(text: "small \(sum.value)")
                },
                WorkflowNode(
                    "page",
                    joining: [.optional(of: "big", as: Page.self), .optional(of: "small", as: Page.self)]
                ) { parts, _ in
                    outside.ran("page")
                    let pages: [Page?] = [try parts.optional(of: "big"), try parts.optional(of: "small")]
                    return Page(text: pages.compactMap { $0?.text }.joined(separator: "+"))
                },
                WorkflowNode("send") { (page: Page, context) in
                    outside.ran("send")
                    return Page(text: try await once(context, "notice", page.text))
                },
            ],
            edges: [
                WorkflowEdge("collect", "left"), WorkflowEdge("collect", "right"), WorkflowEdge("left", "total"),
                WorkflowEdge("right", "total"),
                WorkflowEdge("total", "big", when: "1000 or more", of: Sum.self) { $0.value >= 1_000 },
                WorkflowEdge("total", "small", when: "less", of: Sum.self) { $0.value < 1_000 },
                WorkflowEdge("big", "page"), WorkflowEdge("small", "page"), WorkflowEdge("page", "send"),
            ]
        )
    }

    /// A graph of one node with a body.
    static func single(
        retry: WorkflowRetry = WorkflowRetry(),
        timeOut: TimeSpan = .minutes(1),
        runTimeOut: TimeSpan? = .hours(1),
        _ body: @escaping @Sendable (Int, WorkflowContext) async throws -> Int
    ) throws -> Workflow {
        try Workflow(
            "single",
            version: 1,
            input: Int.self,
            timeOut: runTimeOut,
            starts: ["only"],
            nodes: [WorkflowNode("only", retry: retry, timeOut: timeOut, body: body)],
            edges: []
        )
    }
}
