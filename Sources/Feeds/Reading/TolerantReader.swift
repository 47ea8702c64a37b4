// SPDX-License-Identifier: Apache-2.0

/// Gives the events of a document that is no well-formed XML to a builder, repairing what it can and noting what it repaired.
///
/// It never fails: at worst everything is text. Each byte is looked at a bounded number of times.
struct TolerantReader {
    /// An open element.
    struct Open {
        var name: String
        var element: FeedElement
        /// How many namespaces were declared before it.
        var bindings: Int
    }

    let bytes: [UInt8]
    let limits: FeedLimits
    let entities: [String: String]
    let builder: FeedBuilder
    var index: Int
    var stack: [Open] = []
    var bindings: [(prefix: String, namespace: String)] = []
    var root: String?
    var names: [String: XMLName] = [:]
    var scratch: [UInt8] = []
    /// The line of `counted`.
    private var line = 1
    private var counted = 0
    /// Endings that were looked for in vain, so that a search through the whole rest is made once.
    var missing: Set<String> = []
    var rootHasEnded = false

    private init(_ bytes: [UInt8], _ prolog: XMLProlog, _ limits: FeedLimits, _ builder: FeedBuilder) {
        self.bytes = bytes
        self.limits = limits
        self.builder = builder
        entities = prolog.entities
        index = prolog.start
    }

    /// Reads a document in UTF-8.
    static func read(_ bytes: [UInt8], _ prolog: XMLProlog, limits: FeedLimits, into builder: FeedBuilder) {
        var reader = TolerantReader(bytes, prolog, limits, builder)
        reader.run()
    }

    private mutating func run() {
        while index < bytes.count {
            let open = bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
            if open > index { takeText(index..<open) }
            index = open
            guard index < bytes.count else { break }
            guard takeMarkup() else {
                builder.endAll()
                return
            }
        }
        if !stack.isEmpty { note(.unclosedElement, stack.last?.name) }
        builder.endAll()
    }

    /// Notes a repair at the present place.
    mutating func note(_ kind: FeedRepair.Kind, _ example: String? = nil) {
        if index > counted {
            line += bytes[counted..<min(index, bytes.count)].count { $0 == UInt8(ascii: "\n") }
            counted = index
        }
        builder.log.note(kind, line: line, example: example)
    }

    /// Reads what begins with a '<'; answers whether to go on.
    private mutating func takeMarkup() -> Bool {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch next {
        case UInt8(ascii: "!"):
            if XMLProlog.has("<![CDATA[", bytes, index) {
                takeSection()
            } else if XMLProlog.has("<!--", bytes, index) {
                skip(to: "-->", from: index + 4)
            } else if XMLProlog.has("<!doctype", bytes, index) {
                index = XMLProlog.endOfDoctype(bytes, index)
            } else {
                skip(to: ">", from: index + 2)
            }
            return true
        case UInt8(ascii: "?"):
            skip(to: "?>", from: index + 2)
            return true
        case UInt8(ascii: "/"): return takeEnd()
        default:
            if TagScanner.isNameStart(next) { return takeStart() }
            note(.bareAngle)
            takeText(index..<(index + 1))
            index += 1
            return true
        }
    }

    /// Passes over a comment, an instruction or a declaration; one without an end is just a '<'.
    private mutating func skip(to ending: String, from start: Int) {
        if !missing.contains(ending), let end = bytes.firstIndex(of: Array(ending.utf8), from: start) {
            index = end + ending.utf8.count
            return
        }
        missing.insert(ending)
        note(.unclosedSection)
        index = (bytes[index...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count - 1) + 1
    }

    /// A CDATA section; one without an end goes to the end of its element, else to the end of the document.
    private mutating func takeSection() {
        let start = index + 9
        if !missing.contains("]]>"), let end = bytes.firstIndex(of: Array("]]>".utf8), from: start) {
            takeRaw(start..<end)
            index = end + 3
            return
        }
        missing.insert("]]>")
        note(.unclosedSection, "CDATA")
        let closing = "</" + (stack.last?.name ?? "")
        let end = stack.isEmpty ? nil : bytes.firstIndex(of: Array(closing.utf8), from: start)
        takeRaw(start..<(end ?? bytes.count))
        index = end ?? bytes.count
    }

    /// Text without references.
    private mutating func takeRaw(_ range: Range<Int>) {
        takeBytes(range, resolving: false)
    }

    /// Text with references.
    private mutating func takeText(_ range: Range<Int>) {
        if stack.isEmpty {
            if rootHasEnded, bytes[range].contains(where: { $0 > 0x20 }) { note(.trailingJunk) }
            return
        }
        takeBytes(range, resolving: true)
    }

    private mutating func takeBytes(_ range: Range<Int>, resolving: Bool) {
        if !bytes[range].contains(where: { $0 == UInt8(ascii: "&") && resolving || $0 < 0x20 && !Self.isKept($0) }) {
            builder.characters(bytes[range])
            return
        }
        scratch.removeAll(keepingCapacity: true)
        decode(range, resolving: resolving)
        builder.characters(scratch)
    }

    private static func isKept(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A }

    /// Appends text to `scratch`, its references resolved and its control characters left out.
    mutating func decode(_ range: Range<Int>, resolving: Bool) {
        var place = range.lowerBound
        while place < range.upperBound {
            let byte = bytes[place]
            if byte == 0x0D {
                // XML knows one kind of line end
                scratch.append(0x0A)
                place += place + 1 < range.upperBound && bytes[place + 1] == 0x0A ? 2 : 1
            } else if byte < 0x20, !Self.isKept(byte) {
                note(.controlCharacters)
                place += 1
            } else if resolving, byte == UInt8(ascii: "&") {
                place = decodeReference(place, end: range.upperBound)
            } else {
                scratch.append(byte)
                place += 1
            }
        }
    }

    private mutating func decodeReference(_ place: Int, end: Int) -> Int {
        guard let reference = CharacterReference(bytes, at: place), reference.end <= end else {
            note(.bareAmpersand)
            scratch.append(UInt8(ascii: "&"))
            return place + 1
        }
        guard let value = reference.characters(declared: entities) else {
            if case .number = reference.kind {
                note(.controlCharacters)
                return reference.end
            }
            note(reference.hasSemicolon ? .unknownEntity : .bareAmpersand)
            scratch.append(UInt8(ascii: "&"))
            return place + 1
        }
        if case .named(let name) = reference.kind, entities[name] == nil,
            !["amp", "lt", "gt", "quot", "apos"].contains(name)
        {
            note(.namedEntity, "&\(name);")
        }
        scratch.append(contentsOf: value.utf8)
        return reference.end
    }
}
