// SPDX-License-Identifier: Apache-2.0
package import Domain
import Files
import Foundation

/// How sources are named on the command line: a scheme, and what it needs after a colon.
struct SourceAddress: Hashable {
    /// The schemes and how an address of each looks, in the order in which they are told.
    enum Scheme: String, CaseIterable {
        case file
        case feed
        case naverNews = "naver-news"
        case newsAPI = "newsapi"
        case gdelt
        case youtube

        var example: String {
            switch self {
            case .file: "file:news.csv"
            case .feed: "feed:https://example.org/feed.xml"
            case .naverNews, .newsAPI, .gdelt, .youtube: rawValue
            }
        }
    }

    let scheme: Scheme
    /// What stands after the colon; empty where nothing does.
    let rest: String

    /// Reads an address among those of some schemes; throws `Failure` with examples of what would be right.
    init(_ text: String, among schemes: [Scheme]) throws(Failure) {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        guard !trimmed.isEmpty else {
            throw Failure(.invalid, "source '' is empty; give one of \(schemes.map(\.example).joined(separator: ", "))")
        }
        let parts = trimmed.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map { $0.lowercased() } ?? ""
        if name == "http" || name == "https", schemes.contains(.feed) {
            (scheme, rest) = (.feed, trimmed)
            return
        }
        guard let scheme = Scheme(rawValue: name), schemes.contains(scheme) else {
            let examples = schemes.map(\.example).joined(separator: ", ")
            throw Failure(.invalid, "source '\(text)' is not known; give one of \(examples)")
        }
        self.scheme = scheme
        rest = parts.count > 1 ? String(parts[1]) : ""
        if [.file, .feed].contains(scheme), rest.isEmpty {
            throw Failure(
                .invalid,
                "source '\(text)' names nothing after the colon; give for instance \(scheme.example)"
            )
        }
    }

    /// The path of a file, also where it is written as `file:///path`.
    static func path(_ text: String) -> String {
        text.hasPrefix("//") ? URL(string: "file:" + text)?.path(percentEncoded: false) ?? text : text
    }
}

/// Opens news sources by the addresses that people give, such as `file:news.csv` or `feed:https://example.org/feed.xml`.
///
///     let access = SourceAccess(.init(environment: environment, folder: "dure-data/sources"), time: SystemClock())
///     let source = try NewsSources.open("file:news.csv", with: access)
///     let harvest = try await source.news(SourceQuery(since: start, until: end))
///     try await access.shutdown()
package enum NewsSources {
    /// The schemes of news.
    static let schemes: [SourceAddress.Scheme] = [.file, .feed, .naverNews, .newsAPI, .gdelt]

    /// Checks that an address is one, without looking at what it names; throws `Failure` with examples of what would be right.
    package static func check(_ address: String) throws(Failure) { _ = try SourceAddress(address, among: schemes) }

    /// Opens a source.
    ///
    /// A file is looked at at once; a service is not asked before the first query.
    ///
    /// - Parameters:
    ///   - address: as it is given to `--source`.
    ///   - access: stays its owner's, and has to live as long as the source.
    /// - Returns: the source.
    /// - Throws: one failure that says what is wrong with the address, the file or the environment: `invalid`, `notFound` or `permission`.
    package static func open(_ address: String, with access: SourceAccess) throws(Failure) -> any NewsSource {
        let address = try SourceAddress(address, among: schemes)
        switch address.scheme {
        case .file:
            let path = SourceAddress.path(address.rest)
            return try isMarkup(path) ? try FeedFile(path: path) : try NewsFile(path: path, now: access.time.now)
        case .feed:
            guard address.rest.hasPrefix("http://") || address.rest.hasPrefix("https://") else {
                return try FeedFile(path: SourceAddress.path(address.rest))
            }
            return FeedSource(
                address: address.rest,
                fetcher: access.feeds,
                time: access.time,
                memory: access.memory,
                asker: access.setting.asker,
                seed: SplitMix64.seed(access.setting.seed, address.rest)
            )
        case .naverNews: return NaverNewsSource(try access.naverSearch(for: "naver-news"))
        case .newsAPI: return try access.newsAPI()
        case .gdelt, .youtube: return access.gdelt()
        }
    }

    /// Whether a file begins as XML does.
    private static func isMarkup(_ path: String) throws(Failure) -> Bool {
        var start = try FileBytes.start(of: path)
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { start.removeFirst(3) }
        return start.first { $0 > 0x20 } == UInt8(ascii: "<")
    }
}
