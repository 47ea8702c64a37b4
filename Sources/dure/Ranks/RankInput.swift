// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation
import Statistics

/// Where a command finds ranks, a file or what was imported, and which of them it is about.
struct RankInput: ParsableArguments {
    @Argument(
        help: "A CSV file of ranks, plain or gzipped; what was imported into the folder or database otherwise.",
        completion: .file(extensions: ["csv", "gz"])
    )
    var file: String?

    @OptionGroup var place: DataPlace

    @OptionGroup(title: "Reading a file") var table: RankTableOptions

    @Option(name: .customLong("product"), help: "Only this product, by identifier or name; may be given again.")
    var products: [String] = []

    @Option(name: .customLong("keyword"), help: "Only this keyword or list; may be given again.")
    var keywords: [String] = []

    @Option(help: "The length of a step, such as 1h, 6h, 1d or 7d. Found from the times otherwise.")
    var step: String?

    @Option(help: "The observer that is taken for unbiased; the median one otherwise.")
    var anchor: String?

    @Option(help: "The share of intervals that shall hold the rank.")
    var confidence = 0.8

    func validate() throws {
        if let file, ["pdf", "html", "htm"].contains(URL(filePath: file).pathExtension.lowercased()) {
            throw ValidationError(
                "'\(file)' is no file of ranks, which are CSV; where a page is written is named by --to, such as --pdf --to \(file)"
            )
        }
        guard confidence >= 0.5, confidence < 1 else {
            throw ValidationError("--confidence: got '\(confidence)'; give a share from 0.5 and below 1, such as 0.8")
        }
        if let step, (TimeSpan(step).map { $0 < .minutes(1) }) ?? true {
            throw ValidationError("--step: got '\(step)'; give a length of time of a minute or more, such as 1d")
        }
    }

    /// Reads the ranks and puts them together; throws the exit code that says what is wrong.
    func market() async throws -> RankMarket {
        var settings = RankMarket.Settings()
        settings.step = step.flatMap { TimeSpan($0) }
        settings.anchor = anchor
        settings.confidence = confidence
        settings.timeZone = table.zone
        let (sightings, products) = try await read()
        do {
            let market = try RankMarket(sightings, products: products, settings: settings)
            try check(market)
            return market
        } catch let failure as Failure {
            throw (failure.class == .notFound ? ExitCode.noInput : .dataError).saying("\(failure.message)")
        }
    }

    private func read() async throws -> ([RankSighting], [RankedProduct]) {
        if let file {
            let read = try table.read(file)
            for note in read.notes { Console.note(note) }
            return (read.sightings, read.products)
        }
        let own = Set(table.own)
        return try await place.reading { store in
            let products = try await store.rankedProducts(in: .default).map { product in
                var product = product
                product.isOwn = product.isOwn || own.contains(product.product) || own.contains(product.name)
                return product
            }
            return (try await store.rankSightings(in: .default, keyword: nil, since: nil), products)
        }
    }

    /// Throws when a product or keyword that was named is not there.
    private func check(_ market: RankMarket) throws {
        let known = Set(market.panel.series.map(\.key.keyword))
        for keyword in keywords where !known.contains(keyword) {
            throw Failure(
                .notFound,
                "--keyword: there is none called '\(keyword.printable)'; there are "
                    + known.sorted().prefix(10).map(\.printable).joined(separator: ", ")
            )
        }
        for product in products where market.positions(products: [product], keywords: keywords).isEmpty {
            throw Failure(.notFound, "--product: there are no ranks of '\(product.printable)'")
        }
    }

    /// The positions that a person asked for; nil for all.
    func positions(in market: RankMarket) -> [Int]? {
        products.isEmpty && keywords.isEmpty ? nil : market.positions(products: products, keywords: keywords)
    }
}
