// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Foundation
import TrendAnalysis

/// News as bytes: one item after the other, each text with its length before it.
///
/// A hundred thousand items are written and read in a tenth of a second, where JSON takes seconds and several times the memory; and they
/// are written and read piece by piece, so that nobody needs to hold them all.
package enum NewsPack {
    /// What the bytes begin with; the digit is the form's version.
    private static let mark = Array("DNP2".utf8)

    /// Writes news one after the other.
    package struct Writer: ~Copyable {
        private var writer: PackWriter
        /// How many were written.
        package private(set) var count = 0

        /// Begins with a head, such as where they are from.
        package init(head: String = "", to put: @escaping ([UInt8]) throws -> Void) throws {
            writer = PackWriter(to: put)
            try writer.append(NewsPack.mark)
            try writer.write(head)
        }

        /// Writes an item.
        package mutating func write(_ item: NewsItem) throws {
            try writer.write(1)
            for text in [item.source, item.identity, item.title, item.summary] { try writer.write(text) }
            try writer.write(item.link)
            try writer.write(item.publisher)
            try writer.write(item.authors)
            try writer.write(item.categories)
            try writer.write(item.language)
            try writer.write(UInt64(bitPattern: item.published.milliseconds))
            try writer.write(item.views.map { UInt64(clamping: $0) &+ 1 } ?? 0)
            count += 1
        }

        /// Writes the end, without which they cannot be read.
        package consuming func finish() throws {
            try writer.write(0)
            try writer.finish()
        }
    }

    /// Reads news one after the other.
    package struct Reader {
        private var reader: PackReader
        /// What they begin with.
        package let head: String

        /// Reads the head; throws `Failure` for bytes of another form.
        package init(_ pieces: @escaping () throws -> [UInt8]?) throws {
            try self.init(PackReader(pieces))
        }

        fileprivate init(_ given: PackReader) throws {
            reader = given
            try reader.expect(NewsPack.mark)
            head = try reader.text()
        }

        /// The next item, nil after the last; throws `Failure` where the bytes are cut off or make no sense.
        package mutating func next() throws -> NewsItem? {
            guard try reader.number(upTo: 1) == 1 else { return nil }
            let (source, identity) = (try reader.text(), try reader.text())
            let (title, summary) = (try reader.text(), try reader.text())
            let (link, publisher) = (try reader.optionalText(), try reader.optionalText())
            return NewsItem(
                source: source,
                identity: identity,
                title: title,
                summary: summary,
                link: link,
                authors: try reader.texts(),
                categories: try reader.texts(),
                language: try reader.optionalText(),
                published: Timestamp(milliseconds: Int64(bitPattern: try reader.number())),
                views: try views(),
                publisher: publisher
            )
        }

        private mutating func views() throws -> Int? {
            let number = try reader.number()
            return number == 0 ? nil : Int(clamping: number - 1)
        }
    }

    /// The bytes of a head and some items.
    package static func pack(_ items: [NewsItem], head: String = "") throws -> Data {
        var data = Data()
        var writer = try Writer(head: head) { data.append(contentsOf: $0) }
        for item in items { try writer.write(item) }
        try writer.finish()
        return data
    }

    /// The head and the items that bytes hold; throws `Failure` for bytes of another form, or that are cut off.
    package static func unpack(_ data: Data) throws -> (head: String, items: [NewsItem]) {
        var reader = try Reader(PackReader([UInt8](data)))
        var items: [NewsItem] = []
        while let item = try reader.next() { items.append(item) }
        return (reader.head, items)
    }
}
