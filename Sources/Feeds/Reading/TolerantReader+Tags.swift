// SPDX-License-Identifier: Apache-2.0

extension TolerantReader {
    /// Reads a start tag; answers whether to go on.
    mutating func takeStart() -> Bool {
        guard let tag = TagScanner(bytes, at: index, limit: limits.tagBytes) else {
            if bytes.count - index > limits.tagBytes {
                note(.cut, "a tag of more than \(limits.tagBytes) bytes")
                return false
            }
            note(.unclosedSection)
            index = bytes.count
            return true
        }
        if rootHasEnded, stack.isEmpty {
            note(.trailingJunk)
            index = tag.end
            return true
        }
        if tag.isOdd { note(.attribute) }
        index = tag.end
        let before = bindings.count
        for attribute in tag.attributes where attribute.name == "xmlns" || attribute.name.hasPrefix("xmlns:") {
            bindings.append((String(attribute.name.dropFirst(6)), value(of: attribute)))
        }
        let name = resolve(tag.name)
        closeForgotten(before: name.element)
        var attributes: [XMLAttribute] = []
        attributes.reserveCapacity(tag.attributes.count)
        for attribute in tag.attributes where attribute.name != "xmlns" && !attribute.name.hasPrefix("xmlns:") {
            let parts = Self.split(attribute.name)
            let key = XMLAttribute.name(
                local: parts.local,
                prefix: parts.prefix,
                namespace: parts.prefix.flatMap(namespace)
            )
            if !attributes.contains(where: { $0.name == key }) {
                attributes.append(XMLAttribute(name: key, value: value(of: attribute)))
            }
        }
        guard builder.start(name, attributes) else { return false }
        if tag.isEmpty {
            bindings.removeSubrange(min(before, bindings.count)...)
            builder.end()
        } else {
            stack.append(Open(name: tag.name, element: name.element, bindings: before))
        }
        return true
    }

    /// Reads an end tag; answers whether to go on.
    mutating func takeEnd() -> Bool {
        let start = index + 2
        var end = start
        while end < bytes.count, TagScanner.isName(bytes[end]) { end += 1 }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        var bracket = end
        while bracket < bytes.count, bytes[bracket] != UInt8(ascii: ">"), bytes[bracket] != UInt8(ascii: "<") {
            bracket += 1
        }
        let isWhole = bracket < bytes.count && bytes[bracket] == UInt8(ascii: ">")
        if !isWhole { note(.unclosedSection) }
        close(name)
        index = isWhole ? bracket + 1 : bracket
        return true
    }

    /// Ends an element, and what is still open in it; an end without a beginning is passed over.
    private mutating func close(_ name: String) {
        // only so far up: a document of open tags only must not cost the square of its length
        let reach = stack.suffix(256)
        guard
            let place = reach.lastIndex(where: { $0.name == name })
                ?? reach.lastIndex(where: { $0.name.lowercased() == name.lowercased() })
        else {
            note(.strayEnd, name)
            return
        }
        if stack[place].name != name { note(.letterCase, name) }
        if place < stack.count - 1 { note(.unclosedElement, stack[stack.count - 1].name) }
        while stack.count > place { pop() }
    }

    private mutating func pop() {
        guard let last = stack.popLast() else { return }
        if last.bindings < bindings.count { bindings.removeSubrange(last.bindings...) }
        builder.end()
        if stack.isEmpty { rootHasEnded = isComplete(last) }
    }

    /// Whether nothing may come after an element; a document that has items after its channel, or several elements, goes on.
    private func isComplete(_ last: Open) -> Bool {
        last.element == .rss || last.element == .rdf || last.element == .feed
    }

    /// Ends elements whose end was forgotten: text of a title in which the next element begins, an item in which the next item begins.
    private mutating func closeForgotten(before element: FeedElement) {
        if let last = stack.last, last.element.isLeaf, element.isFeedOnly || element == .link || element == .title {
            note(.unclosedElement, last.name)
            pop()
        }
        guard element == .item || element == .channel else { return }
        guard let place = stack.suffix(64).lastIndex(where: { $0.element == .item }), stack[place].name != "channel"
        else { return }
        guard element == .item else { return }
        note(.unclosedElement, stack[place].name)
        while stack.count > place { pop() }
    }

    private mutating func value(of attribute: TagScanner.Attribute) -> String {
        let range = attribute.value
        guard bytes[range].contains(where: { $0 == UInt8(ascii: "&") || $0 < 0x20 }) else {
            return String(decoding: bytes[range], as: UTF8.self)
        }
        scratch.removeAll(keepingCapacity: true)
        decode(range, resolving: true)
        for place in scratch.indices where scratch[place] < 0x20 { scratch[place] = 0x20 }
        return String(decoding: scratch, as: UTF8.self)
    }

    private static func split(_ name: String) -> (prefix: String?, local: String) {
        guard let colon = name.firstIndex(of: ":"), colon > name.startIndex else { return (nil, name) }
        return (String(name[..<colon]), String(name[name.index(after: colon)...]))
    }

    private func namespace(_ prefix: String) -> String? {
        prefix == "xml"
            ? "http://www.w3.org/XML/1998/namespace" : bindings.last { $0.prefix == prefix }?.namespace
    }

    private mutating func resolve(_ name: String) -> XMLName {
        let parts = Self.split(name)
        let uri = namespace(parts.prefix ?? "")
        if root == nil { root = uri ?? "" }
        let key = name + " " + (uri ?? "")
        if let known = names[key] { return known }
        let resolved = XMLName(local: parts.local, prefix: parts.prefix, namespace: uri, root: root)
        if names.count < 4_096 { names[key] = resolved }
        return resolved
    }
}
