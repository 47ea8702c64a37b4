// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation

/// `dure sources check`: what a source gives now.
struct SourcesCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Ask a source once, and say what it gives and what is missing.",
        discussion:
            "A source is file:PATH, feed:PATH, a feed's address, naver-news, newsapi, gdelt, youtube or youtube:CHANNEL,…; see 'dure sources list'. "
            + "Exit codes: 0 it gave something, or had nothing to give; 65 the address, the question or the file is wrong, 66 it is not there, "
            + "75 it cannot be asked now, 77 a key is missing or not taken."
    )

    @Argument(help: "The source, as it is given to --source elsewhere.")
    var source: String

    @Option(help: "What to search for, in services that are searched; may be given again.")
    var term: [String] = []

    @Flag(help: "The file is one of videos.")
    var videos = false

    @Option(help: "How far back to look, such as 2d or 8w; all for everything.")
    var since = "all"

    @Option(help: "Such as ko; every language by default.")
    var only: String?

    @Option(help: "At most so many items for each term.")
    var limit = 100

    @Option(help: "How many items to show.")
    var entries = 5

    @OptionGroup var options: SourceOptions

    @Option(help: "text or json.")
    var format = SourceFormat.text

    func validate() throws {
        guard since == "all" || TimeSpan(since) != nil else {
            throw ValidationError("--since: got '\(since)'; give a length of time such as 2d, or all")
        }
        guard limit > 0 else { throw ValidationError("--limit: got '\(limit)'; give 1 or more") }
        guard entries >= 0 else { throw ValidationError("--entries: got '\(entries)'; give 0 or more") }
    }

    /// What came of it.
    struct Answer: Encodable {
        struct Item: Encodable {
            var identity: String
            var title: String
            var published: String
            var link: String?
            var views: Int?
        }

        var source: String
        var count: Int
        var first: String?
        var last: String?
        var calls: Int
        var items: [Item]
        var problems: [SourceProblem]
    }

    func run() async throws {
        let answer = try await options.access { try await ask($0) }
        switch format {
        case .json: try Console.json(answer)
        case .text: try Console.line(text(answer).joined(separator: "\n"))
        }
        if answer.count == 0, let problem = answer.problems.first { throw SourceOptions.code(problem.failure) }
    }

    private func ask(_ access: SourceAccess) async throws -> Answer {
        let now = access.time.now
        let query = SourceQuery(
            terms: term,
            since: TimeSpan(since).map { now - $0 } ?? Timestamp(milliseconds: 0),
            until: now + .days(1),
            language: only,
            limit: limit
        )
        if videos || source.lowercased().hasPrefix("youtube") {
            let source = try VideoSources.open(source, with: access)
            let harvest = try await source.videos(query)
            return answer(source.name, harvest.problems, harvest.calls, harvest.items.map(\.published)) {
                harvest.items.prefix(entries).map { video in
                    .init(
                        identity: video.identity,
                        title: video.title,
                        published: video.published.description,
                        link: video.link,
                        views: video.sights.last?.views
                    )
                }
            }
        }
        let source = try NewsSources.open(source, with: access)
        let harvest = try await source.news(query)
        return answer(source.name, harvest.problems, harvest.calls, harvest.items.map(\.published)) {
            harvest.items.prefix(entries).map { item in
                .init(
                    identity: item.identity,
                    title: item.title,
                    published: item.published.description,
                    link: item.link,
                    views: item.views
                )
            }
        }
    }

    private func answer(
        _ name: String,
        _ problems: [SourceProblem],
        _ calls: Int,
        _ dates: [Timestamp],
        items: () -> [Answer.Item]
    ) -> Answer {
        Answer(
            source: name,
            count: dates.count,
            first: dates.min()?.description,
            last: dates.max()?.description,
            calls: calls,
            items: items(),
            problems: problems
        )
    }

    private func text(_ answer: Answer) -> [String] {
        var lines = ["\(answer.source.printable): \(answer.count) items, \(answer.calls) calls"]
        if let first = answer.first, let last = answer.last { lines.append("  from \(first) to \(last)") }
        for item in answer.items {
            let views = item.views.map { "  \($0) views" } ?? ""
            lines.append("  - \(item.published)  \(item.title.printable)\(views)")
            if let link = item.link { lines.append("    \(link.printable)") }
        }
        for problem in answer.problems {
            let later = problem.notBefore.map { " (again from \($0))" } ?? ""
            lines.append("  missing: \(problem.failure.message.printable)\(later)")
        }
        return lines
    }
}
