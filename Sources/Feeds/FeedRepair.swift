// SPDX-License-Identifier: Apache-2.0

/// One kind of repair, and how often it was made.
package struct FeedRepair: Hashable, Sendable {
    /// What can be repaired.
    package enum Kind: String, Sendable, CaseIterable {
        case charset = "the bytes are not of the stated character set; another was used"
        case invalidBytes = "bytes that are no UTF-8, read as windows-1252"
        case controlCharacters = "control characters, left out"
        case leadingJunk = "something before the document, left out"
        case trailingJunk = "something after the document, left out"
        case doctype = "a document type, not followed"
        case namedEntity = "HTML's named characters without a declaration"
        case unknownEntity = "references to entities that nobody declares, kept as text"
        case bareAmpersand = "a bare '&', kept as text"
        case bareAngle = "a bare '<', kept as text"
        case attribute = "attributes that XML does not allow"
        case unclosedSection = "a CDATA section, comment or tag that does not end"
        case unclosedElement = "elements that do not end"
        case strayEnd = "ends of elements that did not begin"
        case letterCase = "a begin and an end that differ in upper and lower case"
        case undeclaredPrefix = "namespace prefixes that nobody declares, taken by their names"
        case badDate = "dates that cannot be read, left out"
        case impossibleDate = "dates or times that there are not, counted on"
        case depth = "elements nested too deep: the rest was not read"
        case cut = "limits of the reader were reached: the rest was not read"
        case broken = "the document breaks off: the rest is missing"
        case noObject = "items that are no objects, left out"

        /// Whether a part of the document is missing from what was read.
        package var isLoss: Bool { [.depth, .cut, .broken, .noObject].contains(self) }

        /// Whether a document that needs it is no well-formed XML.
        var isOfXML: Bool {
            switch self {
            case .charset, .invalidBytes, .doctype, .badDate, .impossibleDate, .depth, .cut, .broken, .noObject: false
            default: true
            }
        }
    }

    package var kind: Kind
    package var count: Int
    /// The line of the first, counted from 1; nil where lines mean nothing.
    package var line: Int?
    /// What the first was, where that helps.
    package var example: String?
}

/// Repairs while they are made.
struct RepairLog {
    private(set) var repairs: [FeedRepair] = []

    mutating func note(_ kind: FeedRepair.Kind, line: Int? = nil, example: String? = nil) {
        if let index = repairs.firstIndex(where: { $0.kind == kind }) {
            repairs[index].count += 1
        } else {
            repairs.append(FeedRepair(kind: kind, count: 1, line: line, example: example))
        }
    }
}
