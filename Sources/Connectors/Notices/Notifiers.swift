// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
import Jobs

/// The ways to people that a machine's environment names, and the rules by which notices take them.
package struct Notifiers: Sendable {
    /// Empty where none is set.
    package let ways: [any Notifier]
    package let rules: NoticePolicy.Rules

    /// Reads `DURE_SLACK_WEBHOOK_URL`, `DURE_WEBHOOK_SIGNING_SECRET`, `DURE_NOTICE_HOSTS`, `DURE_SMTP_URL`, `DURE_SMTP_USER`, `DURE_SMTP_PASSWORD`, `DURE_MAIL_FROM`, `DURE_MAIL_TO`,
    /// `DURE_QUIET_HOURS` and `DURE_TIME_ZONE`; throws `NoticeSettingError` for one that cannot be used, without repeating its value.
    package static func fromEnvironment(
        _ environment: [String: String] = ProcessInfo.processInfo.environment,
        clock: any TimeSource
    ) throws -> Notifiers {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        var ways: [any Notifier] = []
        if let address = value("DURE_SLACK_WEBHOOK_URL") {
            let hosts = (value("DURE_NOTICE_HOSTS") ?? "").split(separator: ",").map { host in
                host.trimmingCharacters(in: .whitespaces).lowercased()
            }
            let signature = try value("DURE_WEBHOOK_SIGNING_SECRET").map { try WebhookSignature($0, clock: clock) }
            ways.append(try WebhookNotifier(address, allowedHosts: Set(hosts), signature: signature))
        }
        if let server = value("DURE_SMTP_URL") {
            let to = (value("DURE_MAIL_TO") ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            ways.append(
                try MailNotifier(
                    server: server,
                    user: value("DURE_SMTP_USER"),
                    password: value("DURE_SMTP_PASSWORD"),
                    from: value("DURE_MAIL_FROM") ?? "",
                    to: to
                )
            )
        }
        var rules = NoticePolicy.Rules()
        if let zone = value("DURE_TIME_ZONE"), TimeZone(identifier: zone) == nil {
            throw NoticeSettingError("DURE_TIME_ZONE", "is no zone such as Asia/Seoul or UTC")
        }
        if let hours = value("DURE_QUIET_HOURS") {
            let zone = value("DURE_TIME_ZONE") ?? "GMT"
            guard let quiet = QuietHours(hours, zone: zone) else {
                throw NoticeSettingError(
                    "DURE_QUIET_HOURS",
                    "is no span such as 22:00-07:00"
                )
            }
            rules.quiet = quiet
        }
        return Notifiers(ways: ways, rules: rules)
    }
}

/// Sends what a policy lets out, again and again under one key until it is delivered, cannot be, or may have been.
package struct NoticeSender: Sendable {
    private static let waits = [TimeSpan.seconds(2), .seconds(10), .minutes(1)]

    private let way: any Notifier
    private let clock: any TimeSource

    /// Sends over a way.
    package init(_ way: any Notifier, clock: any TimeSource) {
        self.way = way
        self.clock = clock
    }

    /// Delivers a message in up to four tries.
    ///
    /// Throws the last failure: at once where another try makes no sense, or where nobody knows whether the message was taken.
    package func send(_ message: NoticePolicy.Message) async throws {
        var notices = message.notices
        if message.more > 0, var last = notices.popLast() {
            last.text += "\n(+\(message.more) more)"
            notices.append(last)
        }
        for wait in Self.waits {
            do {
                return try await way.deliver(notices, key: message.key)
            } catch  where error is Undone || (error as? Failure)?.class == .rateLimit {
                try await clock.sleep(for: wait)
            }
        }
        try await way.deliver(notices, key: message.key)
    }
}
