// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Notices as people read them.
enum NoticeText {
    /// The line that stands for all of them.
    static func subject(_ notices: [Notice]) -> String {
        guard let first = notices.first else { return "Dure" }
        let mark = first.urgency == .urgent ? "[urgent] " : ""
        let others = notices.count > 1 ? " (+\(notices.count - 1))" : ""
        return "\(mark)\(line(first.title))\(others)"
    }

    /// One after the other, as plain text.
    static func plain(_ notices: [Notice]) -> String {
        notices.map { notice in
            ([line(notice.title), notice.text] + ((address(notice.link) ?? path(notice.link)).map { [$0] } ?? []))
                .filter { !$0.isEmpty }
                .joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    /// What a Slack-compatible webhook takes: a JSON object with `text`, in which nothing is a mention or a link but ours.
    static func slack(_ notices: [Notice]) throws -> Data {
        let text = notices.map { notice in
            let link =
                (address(notice.link).map { "<\(escaped($0))>" } ?? path(notice.link).map(escaped)).map { [$0] } ?? []
            let title = "\(notice.urgency == .urgent ? ":rotating_light: " : "")*\(escaped(line(notice.title)))*"
            return ([title, escaped(notice.text)] + link).filter { !$0.isEmpty }.joined(separator: "\n")
        }.joined(separator: "\n\n")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(["text": String(text.prefix(30_000))])
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The path of a report's file in the data folder, for readers on its machine.
    private static func path(_ link: String?) -> String? {
        guard let link, link.hasSuffix(".html") || link.hasSuffix(".pdf"), !link.contains(":"),
            !link.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        return link
    }

    /// Addresses of the web alone, without what could end them in a message.
    private static func address(_ link: String?) -> String? {
        guard let link, link.hasPrefix("https://") || link.hasPrefix("http://"),
            !link.contains(where: { $0.isWhitespace || "<>|\"".contains($0) || $0.asciiValue.map { $0 < 0x20 } == true }
            )
        else { return nil }
        return link
    }
}
