// SPDX-License-Identifier: Apache-2.0

/// The parts of a start tag, however it is written.
struct TagScanner {
    /// A name, and where its value stands.
    struct Attribute {
        var name: String
        var value: Range<Int>
    }

    let name: String
    private(set) var attributes: [Attribute] = []
    private(set) var isEmpty = false
    /// The place after it.
    private(set) var end: Int
    /// Whether XML would not take it: values without quotes or missing, a '<' inside.
    private(set) var isOdd = false

    /// Reads the tag that begins at a place; nil if it does not end within so many bytes.
    init?(_ bytes: [UInt8], at start: Int, limit: Int) {
        let reach = min(bytes.count, start + limit)
        var index = start + 1
        let first = index
        while index < reach, Self.isName(bytes[index]) { index += 1 }
        name = String(decoding: bytes[first..<index], as: UTF8.self)
        end = index
        while index < reach {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: ">"):
                end = index + 1
                return
            case UInt8(ascii: "<"):
                isOdd = true
                end = index
                return
            case UInt8(ascii: "/"):
                isEmpty = index + 1 < reach && bytes[index + 1] == UInt8(ascii: ">")
                index += 1
            case _ where Self.isName(byte):
                index = readAttribute(bytes, index, reach)
                if index < 0 { return nil }
            default:
                if byte > 0x20 { isOdd = true }
                index += 1
            }
        }
        return nil
    }

    /// Reads an attribute; the place after it, or -1 if the tag does not end.
    private mutating func readAttribute(_ bytes: [UInt8], _ start: Int, _ reach: Int) -> Int {
        var index = start
        while index < reach, Self.isName(bytes[index]) { index += 1 }
        let key = String(decoding: bytes[start..<index], as: UTF8.self)
        var place = index
        while place < reach, bytes[place] <= 0x20 { place += 1 }
        guard place < reach, bytes[place] == UInt8(ascii: "=") else {
            isOdd = true
            attributes.append(Attribute(name: key, value: index..<index))
            return index
        }
        place += 1
        while place < reach, bytes[place] <= 0x20 { place += 1 }
        guard place < reach else { return -1 }
        let quote = bytes[place]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let close = bytes[(place + 1)..<reach].firstIndex(of: quote)
        {
            attributes.append(Attribute(name: key, value: (place + 1)..<close))
            return close + 1
        }
        isOdd = true
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") { place += 1 }
        let first = place
        while place < reach, bytes[place] > 0x20, bytes[place] != UInt8(ascii: ">"), bytes[place] != UInt8(ascii: "<") {
            place += 1
        }
        attributes.append(Attribute(name: key, value: first..<place))
        return place
    }

    static func isNameStart(_ byte: UInt8) -> Bool {
        byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == 0x5F || byte >= 0x80
    }

    static func isName(_ byte: UInt8) -> Bool {
        isNameStart(byte) || byte >= 0x30 && byte <= 0x3A || byte == 0x2D || byte == 0x2E
    }
}
