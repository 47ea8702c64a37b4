// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Files
import Foundation

/// `dure ranks import`: ranks from a CSV file into the knowledge base.
struct RanksImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in ranks of products by keyword from a CSV file.",
        discussion: """
            The file has a row for each look: a time, a product and its rank, and a keyword, a source, an observer and a depth where \
            there are several. An empty rank, '-' or '>100' says that the product was not in the list. Columns are found by their usual \
            names, Korean ones too. The same file taken in twice is in once; a rank that differs replaces the one that was there. Exit \
            codes: 0 done, 64 wrong options, 65 the file is wrong, 66 it is missing, 75 another process holds the data folder.
            """
    )

    @Argument(help: "The CSV file, plain or gzipped.", completion: .file(extensions: ["csv", "gz"]))
    var file: String

    @OptionGroup var place: DataPlace

    @OptionGroup(title: "Reading the file") var table: RankTableOptions

    @Option(name: .customLong("keyword"), help: "The keyword of a file without a column for it.")
    var keyword = ""

    @Flag(help: "Say what would be taken in, and take in nothing.")
    var dryRun = false

    @Option(help: "text or json.")
    var format = RankFormat.text

    /// What came of it.
    struct Answer: Encodable, Equatable {
        var rows: Int
        var new: Int
        var changed: Int
        var known: Int
        /// Looks under the same names and time, of which the last counts.
        var repeated: Int
        var products: Int
        var keywords: Int
        var observers: Int
        var first: String
        var last: String
        var columns: [String: String]
        var notes: [String]
        var isStored: Bool
    }

    func run() async throws {
        let read = try table.read(file, keyword: keyword)
        let sightings = Self.unique(read.sightings)
        // A database of the version before is taken over before it is read.
        if !dryRun { try await place.writing { _ in } }
        let stored = try await stored()
        var answer = Self.answer(read, unique: sightings, stored: stored.sightings)
        if !dryRun {
            var change = KnowledgeChange()
            change.sightings = sightings.filter { stored.sightings[Key($0)] != $0 }
            change.rankedProducts = Self.products(read.products, known: stored.products)
            if !change.isEmpty {
                let change = change
                try await place.writing { try await $0.commit(change, durability: .power) }
            }
            answer.isStored = true
        }
        guard format == .text else { return try Console.json(answer) }
        try Console.line(Self.text(answer, file: file))
    }

    /// What names a sighting.
    struct Key: Hashable {
        let keyword: String
        let product: String
        let source: String
        let observer: String
        let time: Timestamp

        init(_ sighting: RankSighting) {
            keyword = sighting.keyword
            product = sighting.product
            source = sighting.source
            observer = sighting.observer
            time = sighting.time
        }
    }

    /// What is there already; nothing where there is no folder yet.
    private func stored() async throws -> (sightings: [Key: RankSighting], products: [String: RankedProduct]) {
        if place.address() == nil, !FileManager.default.fileExists(atPath: place.folder.database) { return ([:], [:]) }
        return try await place.reading { store in
            let sightings = try await store.rankSightings(in: .default, keyword: nil, since: nil)
            let products = try await store.rankedProducts(in: .default)
            return (
                Dictionary(sightings.map { (Key($0), $0) }) { _, last in last },
                Dictionary(products.map { ($0.product, $0) }) { _, last in last }
            )
        }
    }

    /// The last sighting under each name, in the order of the file.
    static func unique(_ sightings: [RankSighting]) -> [RankSighting] {
        var places: [Key: Int] = [:]
        var result: [RankSighting] = []
        for sighting in sightings {
            if let place = places[Key(sighting)] {
                result[place] = sighting
            } else {
                places[Key(sighting)] = result.count
                result.append(sighting)
            }
        }
        return result
    }

    /// Products as they are to be written: what is own stays so, and a name is kept where the file has none.
    static func products(_ read: [RankedProduct], known: [String: RankedProduct]) -> [RankedProduct] {
        read.compactMap { product in
            guard let before = known[product.product] else { return product }
            var merged = product
            merged.isOwn = product.isOwn || before.isOwn
            if product.name == product.product { merged.name = before.name }
            return merged == before ? nil : merged
        }
    }

    static func answer(_ read: RankTable, unique: [RankSighting], stored: [Key: RankSighting]) -> Answer {
        var counts = (new: 0, changed: 0, known: 0)
        for sighting in unique {
            switch stored[Key(sighting)] {
            case nil: counts.new += 1
            case sighting?: counts.known += 1
            default: counts.changed += 1
            }
        }
        let times = unique.map(\.time)
        let start = times.min() ?? Timestamp(milliseconds: 0)
        var columns: [String: String] = [:]
        for role in RankColumns.Role.allCases { columns[role.rawValue] = read.columns.text(role) }
        return Answer(
            rows: read.sightings.count,
            new: counts.new,
            changed: counts.changed,
            known: counts.known,
            repeated: read.sightings.count - unique.count,
            products: Set(unique.map(\.product)).count,
            keywords: Set(unique.map(\.keyword)).count,
            observers: Set(unique.map { $0.source + "/" + $0.observer }).count,
            first: FeedCheck.instant(start),
            last: FeedCheck.instant(times.max() ?? start),
            columns: columns,
            notes: read.notes,
            isStored: false
        )
    }

    static func text(_ answer: Answer, file: String) -> String {
        var lines = [
            "\(answer.isStored ? "Took in" : "Would take in") \(answer.new + answer.changed) of \(answer.rows) looks from "
                + "\(URL(filePath: file).lastPathComponent.printable): \(answer.new) new, \(answer.changed) changed, "
                + "\(answer.known) known" + (answer.repeated > 0 ? ", \(answer.repeated) repeated." : "."),
            "  \(answer.products) products, \(answer.keywords) keywords, \(answer.observers) observers, \(answer.first) to "
                + "\(answer.last)",
        ]
        let columns = RankColumns.Role.allCases.compactMap { role in
            answer.columns[role.rawValue].map { "\(role.rawValue) = \($0.printable)" }
        }
        lines.append("  columns: " + columns.joined(separator: ", "))
        lines += answer.notes.map { "  " + $0 }
        return lines.joined(separator: "\n")
    }
}
