// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Connectors
import Domain
import Foundation

/// `dure trends news`: what is written of more than before.
struct TrendsNewsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "news",
        abstract: "Find what is written of more than before, in files, feeds and news services.",
        discussion: """
            A run of the workflow 'trend-news' in the data folder: killed at any moment, it goes on with 'dure workflow resume' and asks no \
            source again that has answered. The report stays in the folder's reports. A source that cannot be had is named in the report. \
            Exit codes: 0 reported; 64 an option is wrong; 65 no source holds what it should; 66 no source is there; 69 WeasyPrint is \
            missing; 73 a file cannot be made; 75 no source can be reached now, or nobody runs workflows; 77 no source may be read.
            """
    )

    @OptionGroup var options: TrendOptions

    func run() async throws {
        try options.check(NewsSources.check)
        let written = try await options.run(NewsWorkflow.name)
        let findings = try CanonicalJSON.decode(NewsFindings.self, from: written.findings)
        try await options.tell(written, NewsText(findings, top: options.top).lines)
        if let code = findings.sources.exitCode { throw code }
    }
}

/// `dure trends videos`: what is watched more than is usual.
struct TrendsVideosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "videos",
        abstract: "Find what is watched more than is usual, in files and video services.",
        discussion: """
            A run of the workflow 'trend-videos'; all that 'dure trends news --help' says of runs holds here, and so do the exit codes. \
            With --since only videos that came out since then are ranked; --until is the instant that the report looks from.
            """
    )

    @OptionGroup var options: TrendOptions

    func run() async throws {
        try options.check(VideoSources.check)
        let written = try await options.run(VideoWorkflow.name)
        let findings = try CanonicalJSON.decode(VideoFindings.self, from: written.findings)
        try await options.tell(written, VideoText(findings, top: options.top).lines)
        if let code = findings.sources.exitCode { throw code }
    }
}

/// What a run of a trend workflow wrote.
struct WrittenTrends {
    var findings: Data
    var page: Data
    /// The page's file.
    var path: String
}

extension TrendOptions {
    /// Runs a workflow to its end; throws the exit code of a run that failed.
    func run(_ workflow: String) async throws -> WrittenTrends {
        let input = try CanonicalJSON.decode(JSONValue.self, from: try CanonicalJSON.text(request))
        let run = try await WorkflowOrderGiver(place: place).run(workflow, input: input)
        guard run.state == .completed else {
            throw ExitCode.failure.saying(run.failure?.message ?? "\(run.id) is \(run.state.rawValue)")
        }
        let published: PublishedTrends = try await place.output(of: "report", in: run)
        let folder = DataFolder(path: published.folder)
        let shelf = FolderShelf(folder)
        guard let data = try shelf.bytes(of: published.findings), let page = try shelf.bytes(of: published.page) else {
            throw ExitCode.noInput.saying(
                "\(published.folder): the report of \(run.id) is not here; it was written on the machine that carried it out"
            )
        }
        return WrittenTrends(findings: data, page: page, path: folder.url.appending(path: published.page).path)
    }

    /// Prints what was found, and writes the page where the options say.
    func tell(_ written: WrittenTrends, _ lines: [String]) async throws {
        switch format {
        case .json: try Console.line(String(decoding: written.findings, as: UTF8.self))
        case .text:
            try Console.line(lines.joined(separator: "\n"))
            try Console.line("Report: \(written.path)")
        }
        try await write(String(decoding: written.page, as: UTF8.self))
    }
}

extension DataPlace {
    /// What a node of a run gave.
    func output<Output: Decodable>(of node: String, in run: WorkflowRun) async throws -> Output {
        let checkpoints = try await reading { try await $0.checkpoints(of: run.id) }
        guard let text = checkpoints.first(where: { $0.node == node })?.output else {
            throw ExitCode.software.saying("\(run.id) has no output of \(node)")
        }
        return try CanonicalJSON.decode(Output.self, from: text)
    }
}

extension [SourceRecord] {
    /// The code where nothing could be had of any source; nil where something was.
    var exitCode: ExitCode? {
        guard let first, allSatisfy(\.isMissing), let problem = first.problems.first else { return nil }
        return switch problem.failure.class {
        case .invalid: .dataError
        case .notFound: .noInput
        case .permission: .notAllowed
        case .timeOut, .rateLimit, .unknown: .temporary
        }
    }
}
