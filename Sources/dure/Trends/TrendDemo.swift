// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Storage

/// The demo's second part: what is written and watched more than before, on headlines and videos that the program makes up.
struct TrendDemo {
    let folder: DataFolder
    let seed: UInt64
    let language: String

    /// Writes the samples, runs the workflows on them, and tells what they found.
    func run() async throws {
        let news = try await publish(NewsWorkflow.name, "sample-news.csv", SampleNews.csv(seed: seed))
        let findings = try CanonicalJSON.decode(NewsFindings.self, from: news.data)
        try tell(NewsText(findings, top: 3).lines, news)
        let videos = try await publish(VideoWorkflow.name, "sample-videos.csv", SampleVideos.csv(seed: seed))
        let found = try CanonicalJSON.decode(VideoFindings.self, from: videos.data)
        try tell(VideoText(found, top: 3).lines, videos)
    }

    /// A sample's report.
    private struct Report {
        var data: Data
        var page: String
        var sample: String
    }

    private func tell(_ lines: [String], _ report: Report) throws {
        try Console.line("")
        try Console.line(lines.joined(separator: "\n"))
        try Console.line("Report: \(report.page)")
        try Console.line("Sample: \(report.sample)")
    }

    private func publish(_ workflow: String, _ name: String, _ sample: String) async throws -> Report {
        let file = folder.url.appending(path: name)
        try Data(sample.utf8).write(to: file, options: .atomic)
        let request = TrendRequest(
            sources: ["file:" + file.absoluteURL.path],
            watch: [SampleNews.subject],
            report: language,
            at: SampleNews.end.description,
            folder: folder.url.absoluteURL.path,
            remark: SampleNews.remark
        )
        let store = try folder.openForWriting()
        let input = try CanonicalJSON.text(request)
        // Nobody is to be told of news that are made up.
        let text = try await LocalWorkflows(store: store, clock: SystemClock(), folder: folder, environment: [:])
            .run(workflow, input: input, node: "report")
        try store.close()
        let published = try CanonicalJSON.decode(PublishedTrends.self, from: text)
        guard let data = try FolderShelf(folder).bytes(of: published.findings) else {
            throw Failure(.notFound, "\(published.findings) is not in \(folder.url.path)")
        }
        return Report(data: data, page: folder.url.appending(path: published.page).path, sample: file.path)
    }
}

extension LocalWorkflows {
    /// Runs a workflow to its end; returns what one of its nodes gave.
    func run(_ workflow: String, input: String, node: String) async throws -> String {
        let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        let id: WorkflowRunID = ids.next()
        let order = WorkflowOrder(
            id: ids.next(),
            workspace: .default,
            run: id,
            action: .start(
                workflow: workflow,
                input: try CanonicalJSON.decode(JSONValue.self, from: input),
                key: nil
            ),
            reason: "The demo shows it.",
            givenBy: "demo",
            givenAt: clock.now
        )
        try await store.give([order])
        let (store, clock) = (store, clock)
        return try await run {
            while true {
                if let run = try await store.workflowRun(id, in: .default), run.state != .running {
                    let output = try await store.checkpoints(of: id).first { $0.node == node }?.output
                    if run.state == .completed, let output { return output }
                    throw run.failure ?? Failure(.unknown, "the run \(id) is \(run.state.rawValue)")
                }
                try await clock.sleep(for: TimeSpan(milliseconds: 50))
            }
        }
    }
}
