// SPDX-License-Identifier: Apache-2.0
import Domain

extension FeedBuilder {
    /// Begins an element that is not mark-up inside a text; answers whether to go on.
    func startElement(_ name: XMLName, _ attributes: [XMLAttribute]) -> Bool {
        noteDocument(name, attributes)
        switch name.element {
        case .rss, .rdf, .unknown, .wrapper, .plain, .html, .skipHours, .skipDays: break
        case .feed, .channel:
            isInFeed = true
            if let stated = frames.last?.language ?? nil { language = stated }
            startPush(name.element, attributes)
        case .item: return startItem(attributes)
        case .image:
            images += 1
            if openEntries.isEmpty { feed.ownTitleDepth = nil }
        case .textInput: textInputs += 1
        case .source:
            sources += 1
            collect()
        case .title, .mediaTitle, .abstract, .subtitle, .rights, .info: startText(attributes, type: "text/plain")
        case .summary, .content: startText(attributes, type: "text/plain", isContent: name.element == .content)
        case .description: startText(attributes, type: "text/html")
        case .encoded: startText(attributes, type: "text/html", isContent: true)
        case .body: startText(attributes, type: "application/xhtml+xml", isContent: true)
        case .link: startLink(attributes)
        case .id:
            idIsLink = (attributes["ispermalink"] ?? "true") == "true"
            collect()
        case .author:
            person = .author
            change { $0.entry.authors.append(FeedPerson()) }
            collect()
        case .contributor, .publisher, .owner, .contributorName:
            person = .other
            collect()
        case .category, .labelledCategory: startCategory(name, attributes)
        case .enclosure, .mediaContent, .mediaThumbnail, .mediaStatistics: startMedia(name.element, attributes)
        default: collect()
        }
        return true
    }

    /// Has the text of the element that just began kept.
    func collect() {
        if let last = frames.indices.last { frames[last].collects = true }
    }

    /// The first elements tell the format.
    private func noteDocument(_ name: XMLName, _ attributes: [XMLAttribute]) {
        if frames.count == 1, name.element == .html || name.element == .unknown, otherDocument == nil {
            otherDocument =
                name.element == .html ? "a web page" : "an XML document whose first element is <\(name.local)>"
        }
        switch name.element {
        case .rss:
            if let known = format, !known.isAtom { return }
            let version = attributes["version"] ?? ""
            format =
                switch version {
                case "0.90": .rss090
                case "0.91": .rss091
                case "0.92": .rss092
                case "0.93": .rss093
                case "0.94": .rss094
                default: version.hasPrefix("2.") ? .rss20 : .rss
                }
        case .rdf: format = format ?? .rss10
        case .feed:
            guard format == nil else { return }
            let isAtom10 = name.namespace.lowercased() == "http://www.w3.org/2005/atom"
            format = isAtom10 ? .atom10 : attributes["version"] == "0.3" ? .atom03 : .atom
        case .channel, .item:
            if format == .rss10, name.namespace.lowercased().contains("netscape.com") { format = .rss090 }
            guard format == nil else { return }
            let isAtom = name.qualified == "entry"
            format = isAtom ? .atom10 : name.namespace.isEmpty ? (name.element == .channel ? .cdf : .rss) : .rss10
        default: break
        }
    }

    private func startItem(_ attributes: [XMLAttribute]) -> Bool {
        guard entries.count < limits.entries else {
            log.note(.cut, example: "\(limits.entries) entries")
            return false
        }
        var draft = FeedDraft()
        if let about = attributes["rdf:about"], !about.isEmpty { draft.entry.id = about }
        draft.entry.language = frames.last?.language
        entries.append(draft)
        openEntries.append(entries.count - 1)
        idIsLink = false
        startPush(.item, attributes)
        return true
    }

    /// CDF gives addresses and dates as attributes of channel and item.
    private func startPush(_ element: FeedElement, _ attributes: [XMLAttribute]) {
        if let modified = attributes["lastmod"] { takeDate(.updated, modified) }
        if let link = attributes["href"], !link.isEmpty {
            let resolved = WebAddress.resolve(link, against: base)
            change { $0.entry.link = resolved }
        }
    }

    private func startText(_ attributes: [XMLAttribute], type fallback: String, isContent: Bool = false) {
        // a page's <body> and <title> around a feed are no text of it
        guard isInFeed || !openEntries.isEmpty || sources > 0 else { return }
        collect()
        let type = Self.mediaType(attributes["type"] ?? fallback)
        let mode = attributes["mode"]
        let isXML = type.hasSuffix("+xml") || type.hasSuffix("/xml")
        open = OpenText(
            type: type,
            isBase64: mode == "base64" || !type.hasPrefix("text/") && !isXML,
            isMarkup: type == "application/xhtml+xml",
            isContent: isContent
        )
    }

    /// The type of a text, in full and in lower case.
    private static func mediaType(_ stated: String) -> String {
        switch stated.lowercased() {
        case "text", "plain": "text/plain"
        case "html": "text/html"
        case "xhtml": "application/xhtml+xml"
        case let type: type
        }
    }

    private func startLink(_ attributes: [XMLAttribute]) {
        let relation = attributes["rel"]?.lowercased() ?? "alternate"
        guard let address = attributes["href"] ?? attributes["url"] ?? attributes["uri"] else {
            collect()
            return
        }
        let resolved = WebAddress.resolve(address, against: base)
        let type = attributes["type"].map(Self.mediaType) ?? "text/html"
        if relation == "alternate" {
            if type == "text/html" || type == "application/xhtml+xml" { change { $0.entry.link = resolved } }
        } else if relation == "enclosure" {
            let size = attributes["length"].flatMap { Int($0) }
            change {
                $0.entry.media.append(
                    FeedMedia(role: .enclosure, link: resolved, type: attributes["type"], bytes: size)
                )
            }
        }
    }

    private func startCategory(_ name: XMLName, _ attributes: [XMLAttribute]) {
        let term = attributes["term"] ?? (name.element == .labelledCategory ? attributes["text"] : nil) ?? ""
        let scheme = attributes["scheme"] ?? attributes["domain"]
        change { $0.add(FeedCategory(term: CleanText.string(Array(term.utf8)[...]), scheme: scheme)) }
        categoryScheme = scheme
        if term.isEmpty { collect() }
    }

    private func startMedia(_ element: FeedElement, _ attributes: [XMLAttribute]) {
        if element == .mediaStatistics {
            let views = attributes["views"].flatMap { Int($0) }
            change { $0.entry.views = views ?? $0.entry.views }
            return
        }
        guard let address = attributes["url"] ?? attributes["href"], !address.isEmpty else { return }
        let role: FeedMedia.Role =
            element == .enclosure ? .enclosure : element == .mediaContent ? .content : .thumbnail
        let media = FeedMedia(
            role: role,
            link: WebAddress.resolve(address, against: base),
            type: attributes["type"],
            bytes: (attributes["length"] ?? attributes["filesize"]).flatMap { Int($0) }
        )
        change { $0.entry.media.append(media) }
    }
}

extension [XMLAttribute] {
    /// The value of the attribute with a name; nil if there is none.
    subscript(name: String) -> String? { first { $0.name == name }?.value }
}
