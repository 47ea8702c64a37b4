// SPDX-License-Identifier: Apache-2.0

internal import CCurl
package import Domain
import Foundation

/// Sends notices as e-mail by SMTP, always under TLS unless the server is on this machine.
package struct MailNotifier: Notifier {
    private let server: NoticeAddress
    private let user: String?
    private let password: String?
    private let from: MailAddress
    private let to: [MailAddress]
    private let timeOut: TimeSpan

    package var channel: String { "mail" }

    /// Creates a notifier; throws `NoticeSettingError` for a setting that cannot be used.
    package init(
        server: String,
        user: String? = nil,
        password: String? = nil,
        from: String,
        to: [String],
        timeOut: TimeSpan = .seconds(30)
    ) throws {
        self.server = try NoticeAddress(server, secure: ["smtp", "smtps"], local: [], setting: "DURE_SMTP_URL")
        guard (user == nil) == (password == nil) else {
            throw NoticeSettingError("DURE_SMTP_USER", "and DURE_SMTP_PASSWORD go together: set both or none")
        }
        guard let sender = MailAddress(from) else {
            throw NoticeSettingError("DURE_MAIL_FROM", "is no address such as dure@example.org")
        }
        let receivers = to.map(MailAddress.init)
        guard !receivers.isEmpty, receivers.count <= 50, receivers.allSatisfy({ $0 != nil }) else {
            throw NoticeSettingError("DURE_MAIL_TO", "is no list of 1 to 50 addresses with commas between")
        }
        (self.user, self.password, self.from, self.timeOut) = (user, password, sender, timeOut)
        self.to = receivers.compactMap(\.self)
    }

    package func deliver(_ notices: [Notice], key: String) async throws {
        guard let first = notices.first else { return }
        let message = MailMessage(
            from: from,
            to: to,
            subject: NoticeText.subject(notices),
            text: NoticeText.plain(notices),
            at: notices.map(\.at).max() ?? first.at,
            key: key
        ).bytes
        let (url, isLocal, milliseconds) = (server.secret, server.isLocal, Int(timeOut.milliseconds))
        let (user, password, sender) = (user, password, "<\(from.text)>")
        let receivers = to.map { "<\($0.text)>" }
        try await Transfer.run("the mail server at \(server)") { answer in
            unsafe CStrings.with(receivers) { lines in
                unsafe message.withUnsafeBytes { bytes in
                    unsafe ccurl_mail(
                        url,
                        user,
                        password,
                        sender,
                        lines.baseAddress,
                        lines.count,
                        bytes.baseAddress,
                        bytes.count,
                        isLocal ? 1 : 0,
                        milliseconds,
                        &answer
                    )
                }
            }
        }
    }
}
