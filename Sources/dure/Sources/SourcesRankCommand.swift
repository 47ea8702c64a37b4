// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Files
import Foundation

/// `dure sources rank`: where a product stands in Naver's shop search.
struct SourcesRankCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank",
        abstract: "Look where a product stands in Naver's shop search, for one keyword or several.",
        discussion:
            "The order is that of Naver's official interface: advertisements and what the shopping page knows of who looks are not in it. Places go "
            + "down to 1,099; an empty rank says that the product is not within the depth. A hundred places cost one call of the day's quota. "
            + "Exit codes: 0 looked at, 64 wrong options, 65 what was given names no product, 75 the quota is spent or Naver cannot be asked now, "
            + "77 a key is missing or not taken."
    )

    /// How places are printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
        case csv
        case metric
    }

    @Argument(
        help: "The product's number, or its address (search.shopping.naver.com, smartstore.naver.com, brand.naver.com)."
    )
    var product: String

    @Option(help: "The search words; may be given again.")
    var keyword: [String] = []

    @Option(help: "How deep to look, 1 to 1,099.")
    var depth = 1_000

    @Option(help: "Who looks, for the column of that name.")
    var observer = "here"

    @OptionGroup var options: SourceOptions

    @Option(
        help:
            "text, json, csv with a header line, which 'dure ranks import' reads, or metric: the mean as a trial's program prints it."
    )
    var format = Format.text

    func validate() throws {
        guard !keyword.isEmpty else { throw ValidationError("--keyword: none is given; give one or more search words") }
        if keyword.contains(where: { !$0.contains { !$0.isWhitespace } }) {
            throw ValidationError("--keyword: got an empty one; give search words")
        }
        guard (1...NaverShopRanks.depth).contains(depth) else {
            throw ValidationError("--depth: got '\(depth)'; give 1 to \(NaverShopRanks.depth)")
        }
    }

    /// One place.
    struct Row: Encodable {
        var time: String
        var keyword: String
        var product: String
        var rank: Int?
        var depth: Int
        var source: String
        var observer: String
        /// Whether it was found by its number rather than by mall, title and price; nil where it was not found.
        var isExact: Bool?
    }

    func run() async throws {
        let rows = try await options.access { access in
            let number = try ShopAddress(product).number
            let ranks = try RankSources.naverShop(with: access)
            let places = try await ranks.places(of: product, words: keyword, depth: depth)
            let now = access.time.now.description
            return keyword.map { word in
                let place = places[word] ?? nil
                return Row(
                    time: now,
                    keyword: word,
                    product: number,
                    rank: place?.rank,
                    depth: depth,
                    source: "naver-shop",
                    observer: observer,
                    isExact: place?.isExact
                )
            }
        }
        try FileHandle.standardOutput.write(contentsOf: Data(try format.text(rows).utf8))
    }
}

extension SourcesRankCommand.Format {
    /// Places as they are printed.
    func text(_ rows: [SourcesRankCommand.Row]) throws -> String {
        switch self {
        case .json: return try CanonicalJSON.text(rows) + "\n"
        case .csv:
            let header = ["time", "keyword", "product", "rank", "depth", "source", "observer"]
            let cells = rows.map { row in
                [
                    row.time, row.keyword, row.product, row.rank.map(String.init) ?? "", "\(row.depth)", row.source,
                    row.observer,
                ]
            }
            return ([header] + cells).map { CSVWriter.record($0) }.joined()
        case .metric:
            // as a trial counts: what is not among the first has the place after them
            let sum = rows.reduce(0) { $0 + ($1.rank ?? $1.depth + 1) }
            return try CanonicalJSON.text(["rank": Double(sum) / Double(rows.count)]) + "\n"
        case .text:
            let cells = rows.map { row in
                let how = row.isExact == false ? "found by mall, title and price" : ""
                return [row.keyword, row.rank.map(String.init) ?? "not among the first \(row.depth)", how]
            }
            return TextTable.lines(cells).joined(separator: "\n") + "\n"
        }
    }
}
