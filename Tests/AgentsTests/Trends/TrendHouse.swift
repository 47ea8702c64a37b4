// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Storage
import TrendAnalysis

/// A shelf in memory that counts what is written to it.
final class MemoryShelf: TrendShelf {
    private final class Writer: ShelfWriter {
        private let shelf: MemoryShelf
        private let name: String
        private var data = Data()

        init(shelf: MemoryShelf, name: String) {
            self.shelf = shelf
            self.name = name
        }

        func append(_ bytes: [UInt8]) throws { data.append(contentsOf: bytes) }
        func finish() throws { try shelf.put(data, as: name) }
    }

    private let files = Locked<[String: Data]>([:])

    var names: [String] { files.withLock { $0.keys.sorted() } }

    func put(_ bytes: Data, as name: String) throws { files.withLock { $0[name] = bytes } }
    func begin(_ name: String) throws -> any ShelfWriter { Writer(shelf: self, name: name) }
    func bytes(of name: String) throws -> Data? { files.withLock { $0[name] } }
    /// Small pieces, so that numbers and texts are cut anywhere.
    func pieces(of name: String) throws -> (() throws -> [UInt8]?)? {
        guard var rest = try bytes(of: name) else { return nil }
        return {
            defer { rest = rest.dropFirst(1_021) }
            return rest.isEmpty ? nil : [UInt8](rest.prefix(1_021))
        }
    }
    func update(_ name: String, _ body: (Data?) throws -> Data) throws {
        try files.withLock { $0[name] = try body($0[name]) }
    }
    func folders(in folder: String) throws -> [String] {
        Set(
            names.filter { $0.hasPrefix(folder + "/") }.compactMap {
                $0.dropFirst(folder.count + 1).split(separator: "/").first
            }
        )
        .map(String.init).sorted()
    }
    func removeAll(under folder: String) throws {
        files.withLock { files in files = files.filter { !$0.key.hasPrefix(folder + "/") } }
    }
}

/// A notifier that keeps what it was given, by key; one that cannot be asked leaves what it does not know to a person.
final class KeepingNotifier: VerifiableNotifier {
    let channel = "kept"
    private let messages = Locked<[(key: String, notices: [Notice])]>([])
    private let life: Mortality?

    init(life: Mortality? = nil) { self.life = life }

    var keys: [String] { messages.withLock { $0.map(\.key) } }
    var notices: [Notice] { messages.withLock { $0.flatMap(\.notices) } }

    func deliver(_ notices: [Notice], key: String) async throws {
        messages.withLock { $0.append((key, notices)) }
    }

    func hasDelivered(_ key: String) async throws -> Bool { keys.contains(key) }
}

/// Sources of made-up news that count how often each is asked.
final class CountedSources: TrendSources {
    /// A source that gives what it holds, or fails.
    struct Source: NewsSource {
        let name: String
        let items: [NewsItem]
        let failure: Failure?
        let asked: @Sendable () -> Void

        func news(_ query: SourceQuery) async throws -> SourceHarvest<NewsItem> {
            asked()
            if let failure {
                return SourceHarvest(problems: [SourceProblem(source: name, failure: failure)], calls: 1)
            }
            return SourceHarvest(
                items: items.filter { $0.published >= query.since && $0.published < query.until },
                calls: 1
            )
        }
    }

    private let counts = Locked<[String: Int]>([:])
    private let items: [String: [NewsItem]]

    init(_ items: [String: [NewsItem]]) { self.items = items }

    /// How often each source was asked.
    var asked: [String: Int] { counts.withLock { $0 } }

    func news(_ address: String) throws -> any NewsSource {
        guard address != "gone:1" else { throw Failure(.notFound, "there is nothing at gone:1") }
        return Source(
            name: address,
            items: items[address] ?? [],
            failure: items[address] == nil ? Failure(.timeOut, "\(address) did not answer in 10s") : nil
        ) { self.counts.withLock { $0[address, default: 0] += 1 } }
    }

    func videos(_ address: String) throws -> any VideoSource { throw Failure(.invalid, "no videos here") }

    func close() async {}
}

/// Says what was found in the fewest words, so that a page is as easily compared as read.
struct PlainPages: TrendPresenter {
    func page(on findings: NewsFindings, language: String) throws -> String {
        "\(language) \(try CanonicalJSON.text(findings))"
    }

    func notices(on findings: NewsFindings, language: String, report: String) -> [Notice] {
        [Notice(cause: "all", title: "\(findings.report.trends.count) trends", text: report, at: findings.at)]
            + findings.touched.map { Notice(cause: $0.name, title: $0.name, text: report, at: findings.at) }
    }

    func page(on findings: VideoFindings, language: String) throws -> String {
        "\(language) \(try CanonicalJSON.text(findings))"
    }

    func notices(on findings: VideoFindings, language: String, report: String) -> [Notice] {
        [Notice(cause: "all", title: "\(findings.report.viral.count) videos", text: report, at: findings.at)]
            + findings.touched.map { Notice(cause: $0.name, title: $0.name, text: report, at: findings.at) }
    }
}

/// Twelve weeks of chatter, and a product that catches on in the last.
enum MadeUpMarket {
    static let end = WorkflowHouse.start - TimeSpan(milliseconds: 1)
    private static let syllables = ["ba", "ke", "lo", "mi", "nu", "ra", "si", "to", "vu", "ze"]

    static func items(source: String, seed: UInt64) -> [NewsItem] {
        var random = SplitMix64(seed: seed)
        func word() -> String { syllables[Int(random.next() % 10)] + syllables[Int(random.next() % 10)] }
        var items: [NewsItem] = []
        for day in 0..<84 {
            for number in 0..<(day >= 77 ? 16 : 12) {
                let words = (0..<7).map { _ in word() }
                let name = number >= 12 ? "Quibblex Lamp " : ""
                items.append(
                    NewsItem(
                        source: source,
                        identity: "\(source)/\(items.count)",
                        title: name + words.joined(separator: " "),
                        link: "https://\(word()).example/\(seed)/\(items.count)",
                        language: "en",
                        published: end - .days(84 - day) + .minutes(number * 60 + 1),
                        publisher: "paper \(random.next() % 6)"
                    )
                )
            }
        }
        return items
    }
}
