// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Items as plain texts in one array of bytes: a hundred thousand take what their texts take, and little more.
///
/// An item is made each time it is asked for; `day`, `title`, `source` and `categories` spare that.
package struct TrendItems: RandomAccessCollection, Sendable {
    /// Where an item's texts are: its title by itself, its summary and address one after the other.
    private struct Entry {
        var title: Int
        var rest: Int
        var titleLength: Int32
        var summaryLength: Int32
        /// -1 for none, and so with the language.
        var addressLength: Int32
        var source: Int32
        var language: Int32
        var categories: Int32
        var published: Int64
    }

    private static let mark = Array("DTI1".utf8)
    /// A text is cut after so many bytes: no title or summary is longer.
    private static let longest = 1 << 20

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    private var sources = Numbered<String>()
    private var languages = Numbered<String>()
    private var lists = Numbered<[String]>()

    /// Creates an empty collection.
    package init() {}

    /// Creates an empty collection with room for so many items of the usual length, so that it need not be moved as it grows.
    package init(room count: Int) {
        entries.reserveCapacity(count)
        bytes.reserveCapacity(256 * count)
    }

    /// Takes in items.
    package init(_ items: some Sequence<TrendItem>) {
        for item in items { append(item) }
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { entries.count }

    package subscript(index: Int) -> TrendItem {
        let entry = entries[index]
        return TrendItem(
            title: title(index),
            summary: text(entry.rest, entry.summaryLength),
            source: source(index),
            address: address(index),
            published: Timestamp(milliseconds: entry.published),
            language: language(index),
            categories: categories(index)
        )
    }

    /// Takes an item in: its texts are made plain, and where it names no source, its address's host is the source.
    package mutating func append(_ item: TrendItem) {
        let title = store(PlainText.plain(item.title))
        let summary = store(PlainText.plain(item.summary))
        let address = item.address.map { store($0) }
        let source = item.source.isEmpty ? item.address.flatMap(CanonicalAddress.host) ?? "" : item.source
        entries.append(
            Entry(
                title: title.start,
                rest: summary.start,
                titleLength: title.length,
                summaryLength: summary.length,
                addressLength: address?.length ?? -1,
                source: sources.number(of: source),
                language: item.language.map { languages.number(of: $0) } ?? -1,
                categories: lists.number(of: item.categories),
                published: item.published.milliseconds
            )
        )
    }

    private mutating func store(_ text: String) -> (start: Int, length: Int32) {
        let start = bytes.count
        if text.utf8.count <= Self.longest {
            bytes.append(contentsOf: text.utf8)
        } else {
            bytes.append(contentsOf: text.utf8.prefix(Self.longest))
        }
        return (start, Int32(bytes.count - start))
    }

    private func text(_ start: Int, _ length: Int32) -> String {
        String(decoding: bytes[start..<start + Int(length)], as: UTF8.self)
    }

    /// An item's title.
    func title(_ index: Int) -> String { text(entries[index].title, entries[index].titleLength) }

    /// An item's summary.
    func summary(_ index: Int) -> String { text(entries[index].rest, entries[index].summaryLength) }

    /// Whether an item has a summary.
    func hasSummary(_ index: Int) -> Bool { entries[index].summaryLength > 0 }

    /// The number of who wrote an item.
    func sourceNumber(_ index: Int) -> Int32 { entries[index].source }

    /// Who wrote an item.
    func source(_ index: Int) -> String { sources.values[Int(entries[index].source)] }

    /// Where an item can be read.
    func address(_ index: Int) -> String? {
        let entry = entries[index]
        return entry.addressLength < 0 ? nil : text(entry.rest + Int(entry.summaryLength), entry.addressLength)
    }

    /// The language that an item's source states.
    func language(_ index: Int) -> String? {
        entries[index].language < 0 ? nil : languages.values[Int(entries[index].language)]
    }

    /// An item's subjects.
    func categories(_ index: Int) -> [String] { lists.values[Int(entries[index].categories)] }

    /// When an item came out.
    package func published(_ index: Int) -> Timestamp { Timestamp(milliseconds: entries[index].published) }

    /// An item's day in UTC, counted from 1970.
    func day(_ index: Int) -> Int32 { TrendItem.day(of: entries[index].published) }

    /// The items' numbers in the order of their instants, those of one instant as they are.
    func inOrderOfTime() -> [Int] {
        entries.indices.sorted { a, b in
            let (first, second) = (entries[a].published, entries[b].published)
            return first == second ? a < b : first < second
        }
    }

    /// The items that came out up to an instant.
    package func upTo(_ last: Timestamp) -> TrendItems {
        var items = self
        items.entries.removeAll { $0.published > last.milliseconds }
        return items
    }

    /// Some of the items in an order of their own, their titles cut to lengths in bytes.
    func chosen(_ choice: [(index: Int, titleLength: Int)]) -> TrendItems {
        var items = self
        items.entries = choice.map { index, length in
            var entry = entries[index]
            entry.titleLength = Int32(clamping: Swift.min(Int(entry.titleLength), length))
            return entry
        }
        return items
    }
}

// MARK: As bytes

extension TrendItems {
    /// Writes all of it, so that it can be read again.
    func write(to writer: inout PackWriter) throws {
        try writer.append(Self.mark)
        try writer.write(sources.values)
        try writer.write(languages.values)
        try writer.write(UInt64(lists.values.count))
        for list in lists.values { try writer.write(list) }
        try writer.write(UInt64(bytes.count))
        var place = 0
        while place < bytes.count {
            let end = Swift.min(bytes.count, place + (1 << 18))
            try writer.append(bytes[place..<end])
            place = end
        }
        try writer.write(UInt64(entries.count))
        for entry in entries {
            try writer.write(UInt64(entry.title))
            try writer.write(UInt64(entry.rest))
            try writer.write(UInt64(entry.titleLength + 1))
            try writer.write(UInt64(entry.summaryLength + 1))
            try writer.write(UInt64(entry.addressLength + 1))
            try writer.write(UInt64(entry.source + 1))
            try writer.write(UInt64(entry.language + 1))
            try writer.write(UInt64(entry.categories))
            try writer.write(UInt64(bitPattern: entry.published))
        }
    }

    /// Reads what `write` wrote; throws `Failure` for bytes of another form, or that are cut off.
    init(reading reader: inout PackReader) throws {
        try reader.expect(Self.mark)
        for name in try reader.texts() { _ = sources.number(of: name) }
        for name in try reader.texts() { _ = languages.number(of: name) }
        for _ in 0..<(try reader.number(upTo: Self.longest)) { _ = lists.number(of: try reader.texts()) }
        let count = try reader.number(upTo: 1 << 40)
        // Room for what is likely; a wrong count ends with the bytes.
        bytes.reserveCapacity(Swift.min(count, 1 << 28))
        try reader.append(count, to: &bytes)
        let most = try reader.number(upTo: 1 << 40)
        entries.reserveCapacity(Swift.min(most, 1 << 20))
        for _ in 0..<most { entries.append(try entry(&reader)) }
    }

    private func entry(_ reader: inout PackReader) throws -> Entry {
        let title = try reader.number(upTo: bytes.count)
        let rest = try reader.number(upTo: bytes.count)
        func length(_ room: Int) throws -> Int32 { Int32(clamping: try reader.number(upTo: room + 1) - 1) }
        let entry = Entry(
            title: title,
            rest: rest,
            titleLength: try length(bytes.count - title),
            summaryLength: try length(bytes.count - rest),
            addressLength: try length(bytes.count - rest),
            source: try length(sources.values.count - 1),
            language: try length(languages.values.count - 1),
            categories: Int32(clamping: try reader.number(upTo: lists.values.count - 1)),
            published: Int64(bitPattern: try reader.number())
        )
        let isWhole =
            entry.titleLength >= 0 && entry.summaryLength >= 0 && entry.source >= 0
            && rest + Int(entry.summaryLength) + Int(Swift.max(0, entry.addressLength)) <= bytes.count
        guard isWhole else { throw reader.broken }
        return entry
    }
}

/// Values with numbers in the order of their first sight.
private struct Numbered<Value: Hashable & Sendable>: Sendable {
    private(set) var values: [Value] = []
    private var numbers: [Value: Int32] = [:]

    mutating func number(of value: Value) -> Int32 {
        if let known = numbers[value] { return known }
        let number = Int32(clamping: values.count)
        numbers[value] = number
        values.append(value)
        return number
    }
}
