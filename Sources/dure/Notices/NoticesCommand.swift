// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Jobs

/// `dure notices`: how people are told.
struct NoticesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notices",
        abstract: "Tell people by a Slack-compatible webhook and by e-mail.",
        discussion: "The ways are set by the environment; see docs/notices.md.",
        subcommands: [NoticesTestCommand.self, NoticesSendCommand.self]
    )
}

/// `dure notices test`: sends one notice over each way that is set.
struct NoticesTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a notice over each way that is set, and say what came of it.",
        discussion: """
            Reads DURE_SLACK_WEBHOOK_URL, DURE_WEBHOOK_SIGNING_SECRET, DURE_SMTP_URL, DURE_SMTP_USER, DURE_SMTP_PASSWORD, DURE_MAIL_FROM, DURE_MAIL_TO, \
            DURE_QUIET_HOURS and DURE_TIME_ZONE. One try for each way, at any hour. Exit codes: 0 all delivered, 64 a setting cannot be used, \
            69 no way is set, 75 try again later, 77 not allowed, 1 anything else.
            """
    )

    @Option(help: "Only this way: slack or mail.")
    var channel: String?

    @Flag(help: "Print one JSON object per way.")
    var json = false

    /// What came of one way.
    private struct Outcome: Encodable {
        let channel: String
        let delivered: Bool
        let failure: Failure?
    }

    func validate() throws {
        guard let channel, !["slack", "mail"].contains(channel) else { return }
        throw ValidationError("--channel: got '\(channel)'; give slack or mail")
    }

    func run() async throws {
        let notifiers: Notifiers
        do {
            notifiers = try Notifiers.fromEnvironment(HouseEnvironment.present, clock: SystemClock())
        } catch let error as NoticeSettingError {
            throw ExitCode.usage.saying("\(error)")
        }
        let ways = notifiers.ways.filter { channel == nil || $0.channel == channel }
        guard !ways.isEmpty else {
            throw ExitCode.unavailable.saying(
                "no way \(channel.map { "\($0) " } ?? "")is set: DURE_SLACK_WEBHOOK_URL, or DURE_SMTP_URL with DURE_MAIL_FROM and DURE_MAIL_TO"
            )
        }
        let now = SystemClock().now
        let notice = Notice(
            cause: "test",
            title: "A test notice from Dure",
            text: "If you read this, notices arrive. 이 글이 보이면 알림이 도착한 것입니다.",
            at: now
        )
        var worst: Failure?
        for way in ways {
            var failure: Failure?
            do {
                try await way.deliver([notice], key: "dure-test-\(now.milliseconds)")
            } catch {
                failure = (error as? Undone)?.failure ?? error as? Failure ?? Failure(.unknown, "\(error)")
                worst = failure
            }
            let outcome = Outcome(channel: way.channel, delivered: failure == nil, failure: failure)
            if json {
                try Console.json(outcome)
            } else {
                try Console.line("\(way.channel): \(failure.map { $0.message } ?? "delivered")")
            }
        }
        if let worst { throw Self.code(worst) }
    }

    static func code(_ failure: Failure) -> ExitCode {
        switch failure.class {
        case .timeOut, .rateLimit: .temporary
        case .permission: .notAllowed
        default: .failure
        }
    }
}

/// `dure notices send`: sends what waits.
struct NoticesSendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send the notices that wait in a folder and may go out now.",
        discussion: """
            Notices of a command that has ended wait for the end of quiet hours, or for a way that was out of reach; the next run, 'dure run', \
            'dure serve' and 'dure worker' send them, and so does this. Exit codes: 0 nothing is left that may go out; 64 a setting cannot be \
            used; 69 no way is set; 75 try again later; 77 not allowed; 1 anything else.
            """
    )

    @OptionGroup var place: DataPlace

    func run() async throws {
        do {
            guard try !Notifiers.fromEnvironment(HouseEnvironment.present, clock: SystemClock()).ways.isEmpty else {
                throw ExitCode.unavailable.saying("no way is set; see docs/notices.md")
            }
        } catch let error as NoticeSettingError {
            throw ExitCode.usage.saying("\(error)")
        }
        let folder = place.folder
        let standings = try await place.writing { store in
            try await NoticePost(ledger: store, clock: SystemClock(), folder: folder).flush(isLast: true)
        }
        for standing in standings {
            let until = standing.due.map { " until \($0) at least" } ?? ""
            let rest = standing.waiting == 0 ? "nothing waits" : "\(standing.waiting) notices wait\(until)"
            try Console.line("\(standing.channel): \(standing.failure.map { $0.message + "; " } ?? "")\(rest)")
        }
        if let worst = standings.compactMap(\.failure).last { throw NoticesTestCommand.code(worst) }
    }
}
