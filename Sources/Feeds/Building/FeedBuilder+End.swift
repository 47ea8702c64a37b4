// SPDX-License-Identifier: Apache-2.0
import Domain

extension FeedBuilder {
    /// Ends an element that is not mark-up inside a text.
    func endElement(_ frame: Frame, _ value: String) {
        switch frame.element {
        case .item: _ = openEntries.popLast()
        case .feed, .channel: isInFeed = false
        case .image: images = max(0, images - 1)
        case .textInput: textInputs = max(0, textInputs - 1)
        case .source: sources = max(0, sources - 1)
        case .link: endLink(value, base: frame.base)
        case .originalLink: change { $0.entry.originalLink = value.isEmpty ? nil : value }
        case .id: endID(value, base: frame.base)
        case .published, .updated, .created, .prismDate: takeDate(frame.element, value)
        case .author: endAuthor(value)
        case .contributor, .publisher, .owner, .contributorName: person = nil
        case .name: changeAuthor { $0.name = value }
        case .email: changeAuthor { $0.email = value }
        case .uri: changeAuthor { $0.link = value }
        case .category, .labelledCategory:
            let scheme = categoryScheme
            change { $0.add(FeedCategory(term: value, scheme: scheme)) }
        case .keywords:
            for term in value.split(separator: ",") {
                change { $0.add(FeedCategory(term: String(term.trimmed), scheme: nil)) }
            }
        default:
            if frame.element.isText { endText(frame.element, value) } else { endSchedule(frame.element, value) }
        }
    }

    private func endText(_ element: FeedElement, _ raw: String) {
        guard let open else { return }
        self.open = nil
        var value = open.isBase64 ? Base64.text(raw) ?? raw : raw
        var type = open.type
        if format?.isAtom != true, type == "text/plain", HTMLText.looksLikeHTML(value) { type = "text/html" }
        let isHTML = type == "text/html" || type == "application/xhtml+xml"
        if isHTML { value = HTMLText.withoutScripts(value) }
        let text = FeedText(value, isHTML: isHTML)
        let depth = frames.count + 1
        switch element {
        case .title, .mediaTitle:
            change { $0.take(title: text, depth: depth, isForeign: element == .mediaTitle) }
        case .description, .abstract, .summary:
            change { draft in
                // a second description is the longer text, unless the content has a place of its own
                if element != .abstract, draft.entry.summary != nil, !draft.hasContent, !self.openEntries.isEmpty {
                    draft.entry.content = text
                } else {
                    draft.take(summary: text, depth: depth)
                }
            }
        case .subtitle:
            if openEntries.isEmpty { change { $0.take(summary: text, depth: depth) } }
        case .content, .encoded, .body:
            guard !value.isEmpty else { return }
            change {
                $0.hasContent = true
                $0.entry.content = text
            }
        default: break
        }
    }

    private func endLink(_ value: String, base: String) {
        let address = value.isEmpty ? nil : WebAddress.resolve(WebAddress.withoutEntities(value), against: base)
        change { $0.entry.link = address ?? $0.entry.link }
    }

    private func endID(_ value: String, base: String) {
        guard !value.isEmpty else { return }
        let isLink = idIsLink
        let id = isLink ? WebAddress.resolve(value, against: base) : value
        let depth = frames.count + 1
        change {
            $0.take(id: id, depth: depth)
            if isLink, $0.entry.link == nil { $0.entry.link = id }
        }
    }

    /// Takes a date; one that cannot be read leaves what was known before.
    func takeDate(_ element: FeedElement, _ text: String) {
        guard !text.isEmpty, isPlaced else { return }
        guard let (date, isReal) = FeedDate.read(text) else {
            log.note(.badDate, example: String(text.prefix(60)))
            return
        }
        if !isReal { log.note(.impossibleDate, example: String(text.prefix(60))) }
        change {
            switch element {
            case .published: $0.entry.published = date
            case .updated: $0.entry.updated = date
            case .prismDate: $0.coverDate = date
            default: break
            }
        }
    }

    private func endAuthor(_ value: String) {
        person = nil
        change { draft in
            guard let last = draft.entry.authors.indices.last else { return }
            if draft.entry.authors[last].label == nil {
                if value.isEmpty {
                    draft.entry.authors.removeLast()
                } else {
                    draft.entry.authors[last] = FeedPerson(text: value)
                }
            }
        }
    }

    private func changeAuthor(_ body: (inout FeedPerson) -> Void) {
        guard person == .author else { return }
        change { draft in
            if let last = draft.entry.authors.indices.last { body(&draft.entry.authors[last]) }
        }
    }

    private func endSchedule(_ element: FeedElement, _ value: String) {
        switch element {
        case .language: if isPlaced, openEntries.isEmpty, !value.isEmpty { language = value }
        case .ttl:
            if let minutes = Int(value), minutes > 0 { schedule.interval = .minutes(min(minutes, 525_600)) }
        case .hour:
            if let hour = Int(value), (0...24).contains(hour) { schedule.skipHours.append(hour % 24) }
        case .day:
            let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
            if let day = names.firstIndex(of: String(value.lowercased().prefix(3))) { schedule.skipDays.append(day) }
        case .updatePeriod: updatePeriod = value.lowercased()
        case .updateFrequency: updateFrequency = Int(value)
        case .newLocation: if !value.isEmpty { newLocation = WebAddress.safe(value, relativeTo: base) }
        default: break
        }
    }
}

extension FeedPerson {
    /// Reads an author from one text: a name, a mailbox, or both, as in `ann@example.org (Ann)` and `Ann <ann@example.org>`.
    init(text: String) {
        let parts = text.split { $0.isWhitespace || "()<>".contains($0) }
        guard let mail = parts.first(where: { $0.contains("@") && $0.contains(".") && !$0.contains("/") }) else {
            name = text
            return
        }
        email = String(mail)
        let rest = text.split { $0.isWhitespace }.map(String.init).joined(separator: " ")
        var label = rest
        if let range = label.range(of: String(mail)) { label.removeSubrange(range) }
        for pair in ["()", "<>", "&lt;&gt;"] {
            if let range = label.range(of: pair) { label.removeSubrange(range) }
        }
        let trimmed = label.trimmed.drop { $0 == "(" }
        let end = trimmed.last == ")" ? trimmed.dropLast() : trimmed
        let found = String(end.trimmed)
        name = found.isEmpty ? nil : found
    }
}
