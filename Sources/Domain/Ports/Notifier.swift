// SPDX-License-Identifier: Apache-2.0

/// Something that a person should hear of.
package struct Notice: Hashable, Codable, Sendable {
    /// How much it hurries.
    package enum Urgency: String, Codable, Sendable, CaseIterable {
        /// It may wait for the end of quiet hours and for others of its group.
        case normal
        /// It goes out at once, in quiet hours too.
        case urgent
    }

    /// What it is about: notices with one cause are one notice.
    package var cause: String
    package var title: String
    /// Plain text, a few lines.
    package var text: String
    /// Where more is to be read.
    package var link: String?
    package var urgency: Urgency
    package var at: Timestamp

    /// Creates a notice.
    package init(
        cause: String,
        title: String,
        text: String,
        link: String? = nil,
        urgency: Urgency = .normal,
        at: Timestamp
    ) {
        self.cause = cause
        self.title = title
        self.text = text
        self.link = link
        self.urgency = urgency
        self.at = at
    }
}

/// Takes notices to people: a webhook, e-mail.
package protocol Notifier: Sendable {
    /// What names the way in the ledger of effects, such as `slack` or `mail`.
    var channel: String { get }
    /// Delivers a message with one or several notices, under a key by which the other side may know a repetition; throws `Failure`.
    func deliver(_ notices: [Notice], key: String) async throws
}
