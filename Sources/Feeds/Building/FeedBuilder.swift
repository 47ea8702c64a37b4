// SPDX-License-Identifier: Apache-2.0
import Domain

/// Makes a feed of a document's elements, whichever reader they come from.
///
/// Elements are matched by what they mean (`FeedElement`), values are put where the innermost open feed, entry, source or image wants them.
final class FeedBuilder {
    /// An open element.
    struct Frame {
        var element: FeedElement
        /// Where its text begins in `text`.
        var start: Int
        var collects: Bool
        /// The name to close it with, when it is mark-up inside a text.
        var markup: String?
        var base: String
        var language: String?
    }

    /// The text that is open: a title, a summary, a content.
    struct OpenText {
        var type: String
        var isBase64: Bool
        /// Whether elements in it are written as mark-up, so that its text is written escaped.
        var isMarkup: Bool
        var isContent: Bool
    }

    var format: FeedFormat?
    var feed = FeedDraft()
    var schedule = FeedSchedule()
    var newLocation: String?
    var language: String?
    var entries: [FeedDraft] = []
    var log = RepairLog()
    /// What else the document may be, by its first element.
    var otherDocument: String?

    let limits: FeedLimits
    let firstBase: String
    var frames: [Frame] = []
    var text: [UInt8] = []
    var open: OpenText?
    /// The entries that are open, the innermost last.
    var openEntries: [Int] = []
    var isInFeed = false
    var sources = 0
    var images = 0
    var textInputs = 0
    var person: PersonRole?
    var idIsLink = true
    /// The scheme of a category whose term is its text.
    var categoryScheme: String?
    var updatePeriod: String?
    var updateFrequency: Int?

    /// Whom a name or an address belongs to.
    enum PersonRole {
        case author
        case other
    }

    /// Creates a builder.
    init(limits: FeedLimits, base: String?) {
        self.limits = limits
        firstBase = base ?? ""
    }

    var base: String { frames.last?.base ?? firstBase }

    /// Whether a value at this place belongs to a feed or an entry, and not to a source, an image or an input field.
    var isPlaced: Bool { sources == 0 && images == 0 && textInputs == 0 && (isInFeed || !openEntries.isEmpty) }

    /// Changes the innermost open entry, or the feed; nothing where the value belongs to something else.
    func change(_ body: (inout FeedDraft) -> Void) {
        guard isPlaced else { return }
        if let index = openEntries.last { body(&entries[index]) } else { body(&feed) }
    }

    /// Begins an element; answers whether to go on.
    func start(_ name: XMLName, _ attributes: [XMLAttribute]) -> Bool {
        guard frames.count < limits.depth else {
            log.note(.depth)
            return false
        }
        if name.isGuessed { log.note(.undeclaredPrefix, example: name.qualified) }
        var frame = Frame(element: name.element, start: text.count, collects: false, base: base)
        frame.language = frames.last?.language
        for attribute in attributes {
            switch attribute.name {
            case "xml:base", "base": frame.base = WebAddress.safe(attribute.value, relativeTo: frame.base) ?? frame.base
            case "xml:lang", "lang": frame.language = attribute.value.isEmpty ? nil : attribute.value
            default: break
            }
        }
        if open != nil {
            startMarkup(name, attributes, &frame)
            frames.append(frame)
            return true
        }
        frames.append(frame)
        return startElement(name, attributes)
    }

    /// Takes text.
    func characters(_ bytes: some Collection<UInt8>) {
        guard let frame = frames.last, frame.collects else { return }
        guard open?.isMarkup == true else {
            text.append(contentsOf: bytes)
            return
        }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "&"): text.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): text.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): text.append(contentsOf: "&gt;".utf8)
            default: text.append(byte)
            }
        }
    }

    /// Ends the innermost open element.
    func end() {
        guard let frame = frames.popLast() else { return }
        if let markup = frame.markup {
            if !markup.isEmpty {
                text.append(contentsOf: "</".utf8)
                text.append(contentsOf: markup.utf8)
                text.append(UInt8(ascii: ">"))
            }
            return
        }
        let value = frame.collects ? CleanText.string(text[frame.start...]) : ""
        text.removeSubrange(frame.start...)
        endElement(frame, value)
    }

    /// Ends whatever is still open, as at the end of a document that was cut off.
    func endAll() {
        while !frames.isEmpty { end() }
    }

    /// Writes an element inside a text as mark-up.
    private func startMarkup(_ name: XMLName, _ attributes: [XMLAttribute], _ frame: inout Frame) {
        frame.collects = true
        if open?.isMarkup == false {
            if name.local.lowercased() == "div" {
                // some software wraps escaped HTML in an element that means nothing
                frame.markup = ""
                return
            }
            open?.isMarkup = true
            open?.type = "application/xhtml+xml"
        }
        frame.markup = name.local
        text.append(UInt8(ascii: "<"))
        text.append(contentsOf: name.local.utf8)
        for attribute in attributes {
            text.append(UInt8(ascii: " "))
            text.append(contentsOf: attribute.name.utf8)
            text.append(contentsOf: "=\"".utf8)
            text.append(contentsOf: HTMLText.escaped(attribute.value, quotes: true).utf8)
            text.append(UInt8(ascii: "\""))
        }
        text.append(UInt8(ascii: ">"))
    }
}
