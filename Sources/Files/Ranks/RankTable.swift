// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Foundation

/// A table of ranks: who stood where in which list, seen by whom, and when.
///
/// Columns are found by their names (`RankColumns`). A row without a rank says that the product was not in the list.
package struct RankTable: Sendable {
    /// What a table does not say.
    package struct Options: Sendable {
        /// The columns that a person named; several are joined by `+`.
        package var columns: [RankColumns.Role: String] = [:]
        /// The keyword of a table without one.
        package var keyword = ""
        /// The source of a table without one.
        package var source = "file"
        /// The observer of a table without one.
        package var observer = "file"
        /// How far was looked; nil to find it from the ranks.
        package var depth: Int?
        /// Where times without a zone were read off the clock.
        package var timeZone = TimeZone.gmt
        /// The seller's own products, by identifier or name.
        package var own: Set<String> = []

        /// Nothing known beside the table.
        package init() {}
    }

    /// What was seen, in the order of the file.
    package private(set) var sightings: [RankSighting] = []
    /// The products, by product.
    package private(set) var products: [RankedProduct] = []
    /// Which columns were taken.
    package let columns: RankColumns
    /// What a reader should know, as English sentences.
    package private(set) var notes: [String] = []

    /// The most rows.
    package static let rowLimit = 5_000_000

    /// Reads a CSV file, plain or gzipped; throws an error that names line, column, value and remedy.
    package init(path: String, options: Options = Options()) throws(CSVError) {
        var reader = try CSVReader(unpacking: path)
        try self.init(&reader, options)
    }

    /// Reads bytes in memory.
    package init(data: Data, options: Options = Options()) throws(CSVError) {
        var reader = try CSVReader(data: data)
        try self.init(&reader, options)
    }

    private init(_ reader: inout CSVReader, _ options: Options) throws(CSVError) {
        columns = try RankColumns(reader, named: options.columns)
        let row = try RankRow(columns, reader, options)
        var names: [String: (name: String, isOwn: Bool)] = [:]
        var depths: [Int] = []
        while try reader.next() {
            guard sightings.count < Self.rowLimit else {
                throw CSVError(
                    line: reader.line,
                    problem: "more than \(Self.rowLimit) rows",
                    remedy: "give a shorter time, or fewer keywords"
                )
            }
            let (sighting, depth, name, isOwn) = try row.read(reader)
            sightings.append(sighting)
            depths.append(depth ?? 0)
            let known = names[sighting.product]
            names[sighting.product] = (name ?? known?.name ?? sighting.product, isOwn || known?.isOwn == true)
        }
        guard !sightings.isEmpty else {
            throw CSVError(line: 1, problem: "there are no rows", remedy: "give rows below the header line")
        }
        let guess = RankDepths(sightings, written: depths, given: options.depth)
        guess.fill(&sightings)
        notes = guess.notes
        products = names.sorted { $0.key < $1.key }.map { product, known in
            let isOwn = known.isOwn || options.own.contains(product) || options.own.contains(known.name)
            return RankedProduct(product: product, name: known.name, isOwn: isOwn)
        }
    }
}

/// Reads one row after the other.
private struct RankRow {
    let places: [RankColumns.Role: [Int]]
    let options: RankTable.Options
    let cells: RankCells

    init(_ columns: RankColumns, _ reader: CSVReader, _ options: RankTable.Options) throws(CSVError) {
        var places: [RankColumns.Role: [Int]] = [:]
        for (role, names) in columns.names {
            var own: [Int] = []
            for name in names { own.append(try reader.column(name)) }
            places[role] = own
        }
        self.places = places
        self.options = options
        cells = RankCells(timeZone: options.timeZone)
    }

    /// A row's sighting, whose depth is still open, with the depth, name and owner that the row says.
    func read(
        _ reader: CSVReader
    ) throws(CSVError) -> (sighting: RankSighting, depth: Int?, name: String?, isOwn: Bool) {
        guard let product = try text(.product, reader), !product.isEmpty else {
            throw wrong(.product, reader, "", "give the product")
        }
        let written = try text(.time, reader) ?? ""
        guard let time = cells.time(written) else {
            throw wrong(
                .time,
                reader,
                written,
                "give a date such as 2026-02-17, or a time such as 2026-02-17T09:30:00Z"
            )
        }
        let rank = try text(.rank, reader) ?? ""
        guard let outcome = RankCells.rank(rank) else {
            throw wrong(
                .rank,
                reader,
                rank,
                "give a whole number from 1 to 100,000, or '-' or '>100' for a product that is not in the list"
            )
        }
        var (place, depth): (Int?, Int?) =
            switch outcome {
            case .listed(let rank): (rank, nil)
            case .notListed(let depth): (nil, depth)
            }
        if let found = try flag(.found, reader), !found { place = nil }
        if let written = try text(.depth, reader), !written.isEmpty {
            guard let value = RankCells.number(written) else {
                throw wrong(.depth, reader, written, "give a whole number from 1 to 100,000")
            }
            depth = value
        }
        let sighting = RankSighting(
            keyword: try text(.keyword, reader) ?? options.keyword,
            product: product,
            source: try text(.source, reader) ?? options.source,
            observer: try text(.observer, reader) ?? options.observer,
            time: time,
            rank: place,
            depth: depth ?? 1
        )
        return (sighting, depth, try text(.name, reader), try flag(.own, reader) ?? false)
    }

    private func text(_ role: RankColumns.Role, _ reader: CSVReader) throws(CSVError) -> String? {
        guard let columns = places[role] else { return nil }
        if columns.count == 1 { return try reader.text(columns[0]) }
        var parts: [String] = []
        for column in columns { parts.append(try reader.text(column)) }
        return parts.filter { !$0.isEmpty }.joined(separator: role == .keyword ? "/" : " · ")
    }

    private func flag(_ role: RankColumns.Role, _ reader: CSVReader) throws(CSVError) -> Bool? {
        guard let written = try text(role, reader) else { return nil }
        guard let value = RankCells.flag(written) else { throw wrong(role, reader, written, "give yes or no") }
        return value
    }

    private func wrong(_ role: RankColumns.Role, _ reader: CSVReader, _ value: String, _ remedy: String) -> CSVError {
        let column = places[role]?.first.map { reader.headers[$0] } ?? role.rawValue
        return CSVError(line: reader.line, column: column, value: value, remedy: remedy)
    }
}
