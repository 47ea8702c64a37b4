// SPDX-License-Identifier: Apache-2.0
import Domain

/// Reads feeds of all formats.
///
/// Well-formed documents go through libxml2. Where it stops, the document is read again from its beginning by a reader that repairs; what that
/// repaired, and what libxml2 found wrong, is in the feed. Nothing outside the bytes is opened; equal bytes give equal feeds.
package struct FeedParser: Sendable {
    package var limits: FeedLimits

    /// Which readers are used; both, but in comparisons of the two.
    enum Readers {
        case both
        case strictOnly
        case tolerantOnly
    }

    var readers = Readers.both

    /// Creates a parser.
    package init(limits: FeedLimits = FeedLimits()) {
        self.limits = limits
    }

    /// Reads a feed.
    ///
    /// - Parameters:
    ///   - bytes: the document, unpacked.
    ///   - contentType: the value of HTTP's header, for its charset.
    ///   - base: the address that relative addresses are relative to, usually the document's own.
    /// - Returns: what the document says.
    /// - Throws: why there is no feed in it.
    package func parse(_ bytes: [UInt8], contentType: String? = nil, base: String? = nil) throws(FeedError) -> Feed {
        guard bytes.count <= limits.bytes else { throw .tooLarge(bytes: bytes.count, limit: limits.bytes) }
        guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
        if bytes.starts(with: [0x1F, 0x8B]) { throw .notAFeed("packed with gzip") }
        if bytes.starts(with: Array("%PDF".utf8)) { throw .notAFeed("a PDF document") }
        let document = try DecodedDocument(bytes, contentType: contentType)
        if let first = document.bytes.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        {
            return try JSONFeedReader(limits: limits, base: base).read(document)
        }
        return try parseXML(document, base: base.flatMap { WebAddress.safe($0, relativeTo: "") })
    }

    private func parseXML(_ document: DecodedDocument, base: String?) throws(FeedError) -> Feed {
        var text = document.bytes
        let prolog = XMLProlog(text)
        for place in prolog.doctype where text[place] != UInt8(ascii: "\n") { text[place] = 0x20 }
        var builder = FeedBuilder(limits: limits, base: base)
        var problem: FeedProblem?
        var isRead = false
        // libxml2 takes zero bytes for a sign of UTF-16, and cannot be stopped within a tag
        let canBeStrict =
            !prolog.declaresEntities && !text.contains(0)
            && XMLProlog.hasOnlyTags(upTo: limits.tagBytes, text, from: prolog.start)
        if readers != .tolerantOnly, canBeStrict {
            switch StrictReader.read(text, from: prolog.start, line: prolog.line, into: builder) {
            case .wellFormed: isRead = true
            case .stopped:
                builder.endAll()
                isRead = true
            case .broken(let found):
                problem = found
                if readers == .strictOnly {
                    builder.endAll()
                    isRead = true
                }
            }
        }
        if !isRead {
            builder = FeedBuilder(limits: limits, base: base)
            TolerantReader.read(text, prolog, limits: limits, into: builder)
        }
        var feed = try builder.finished(isNetscape: prolog.isNetscape)
        feed.charset = document.charset
        if prolog.repairs.contains(.leadingJunk) {
            problem = problem ?? FeedProblem(line: 1, column: 1, message: "something stands before the document")
        }
        if !canBeStrict, problem == nil, let first = feed.repairs.first(where: { $0.kind.isOfXML }) {
            problem = FeedProblem(line: first.line ?? 1, column: 1, message: first.kind.rawValue)
        }
        feed.problem = problem
        var log = document.repairs
        if problem != nil,
            let line = feed.repairs.first(where: { [.unclosedElement, .unclosedSection].contains($0.kind) })?.line,
            !XMLProlog.ends(text)
        {
            log.note(.broken, line: line)
        }
        for kind in prolog.repairs { log.note(kind, line: 1) }
        feed.repairs = log.repairs + feed.repairs
        return feed
    }
}
