// SPDX-License-Identifier: Apache-2.0
import Domain

/// Reads JSON Feed, versions 1 and 1.1.
struct JSONFeedReader {
    let limits: FeedLimits
    let base: String?

    /// Reads a document; what was read before it broke off is kept.
    func read(_ document: DecodedDocument) throws(FeedError) -> Feed {
        let (value, problem) = JSONScanner.read(document.bytes, depth: limits.depth)
        guard let value, case .object(let top) = value else {
            throw .invalidJSON(problem.map(Self.describe) ?? "an object with the key 'items' was expected")
        }
        let version = text(top["version"])
        guard version?.contains("jsonfeed.org") == true || top["items"] != nil else {
            throw .invalidJSON(
                problem.map(Self.describe)
                    ?? "the key 'version' should name https://jsonfeed.org/version/1.1, and 'items' is missing"
            )
        }
        switch top["items"] {
        case .array?: break
        case nil where problem != nil: break
        case nil: throw .invalidJSON("the key 'items' is missing; an array was expected")
        case let other?: throw .invalidJSON("'items' is \(Self.kind(of: other)); an array was expected")
        }
        var feed = Feed(format: .json)
        var log = document.repairs
        feed.charset = document.charset
        feed.problem = problem
        if let problem { log.note(.broken, line: problem.line, example: problem.message) }
        feed.title = text(top["title"]).map { FeedText($0) }
        feed.link = address(top["home_page_url"])
        feed.id = text(top["feed_url"])
        feed.summary = text(top["description"]).map { FeedText($0) }
        feed.language = text(top["language"])
        feed.authors = people(top)
        if case .array(let items)? = top["items"] {
            for item in items.prefix(limits.entries) {
                guard case .object(let members) = item else {
                    log.note(.noObject, example: Self.kind(of: item))
                    continue
                }
                feed.entries.append(entry(members, log: &log))
            }
            if items.count > limits.entries { log.note(.cut, example: "\(limits.entries) entries") }
        }
        feed.repairs = log.repairs
        return feed
    }

    private static func kind(of value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "true or false"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "an array"
        case .object: "an object"
        }
    }

    private static func describe(_ problem: FeedProblem) -> String {
        "line \(problem.line), column \(problem.column): \(problem.message)"
    }

    private func entry(_ members: [String: JSONValue], log: inout RepairLog) -> FeedEntry {
        var entry = FeedEntry()
        entry.id = text(members["id"])
        entry.link = address(members["url"])
        entry.originalLink = address(members["external_url"])
        entry.title = text(members["title"]).map { FeedText($0) }
        entry.content = text(members["content_html"]).map { FeedText(HTMLText.withoutScripts($0), isHTML: true) }
        if entry.content == nil { entry.content = text(members["content_text"]).map { FeedText($0) } }
        entry.summary = text(members["summary"]).map { FeedText($0) } ?? entry.content
        entry.authors = people(members)
        entry.language = text(members["language"])
        entry.published = date(members["date_published"], &log)
        entry.updated = date(members["date_modified"], &log) ?? entry.published
        if case .array(let tags)? = members["tags"] {
            for case .string(let tag) in tags where !tag.isEmpty {
                entry.categories.append(FeedCategory(term: tag, scheme: nil))
            }
        }
        if case .array(let attachments)? = members["attachments"] {
            for attachment in attachments {
                guard let link = address(attachment["url"]) else { continue }
                let size = attachment["size_in_bytes"]?.double.flatMap { Int(exactly: $0.rounded()) }
                entry.media.append(
                    FeedMedia(role: .enclosure, link: link, type: text(attachment["mime_type"]), bytes: size)
                )
            }
        }
        if let image = address(members["image"]) ?? address(members["banner_image"]) {
            entry.media.append(FeedMedia(role: .thumbnail, link: image, type: nil, bytes: nil))
        }
        return entry
    }

    /// Authors of version 1.1, else the author of version 1.
    private func people(_ members: [String: JSONValue]) -> [FeedPerson] {
        var list: [JSONValue] = []
        if case .array(let authors)? = members["authors"] { list = authors }
        if list.isEmpty, let author = members["author"] { list = [author] }
        return list.compactMap { value in
            if case .string(let name) = value { return FeedPerson(name: name) }
            let person = FeedPerson(name: text(value["name"]), link: address(value["url"]))
            return person.label == nil ? nil : person
        }
    }

    /// A text, or a number as text, as many write ids; nil if it is empty.
    private func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text)?:
            let clean = CleanText.string(Array(text.utf8)[...])
            return clean.isEmpty ? nil : clean
        case .integer(let number)?: return "\(number)"
        case .number(let number)?: return "\(number)"
        default: return nil
        }
    }

    private func address(_ value: JSONValue?) -> String? {
        guard case .string? = value else { return nil }
        return text(value).map { WebAddress.resolve($0, against: base ?? "") }
    }

    private func date(_ value: JSONValue?, _ log: inout RepairLog) -> Timestamp? {
        guard let stated = text(value) else { return nil }
        guard let date = FeedDate.read(stated) else {
            log.note(.badDate, example: String(stated.prefix(60)))
            return nil
        }
        if !date.isReal { log.note(.impossibleDate, example: String(stated.prefix(60))) }
        return date.instant
    }
}
