// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs

/// What came of telling people.
package struct TrendTold: Codable, Hashable, Sendable {
    /// The ways by which notices went.
    package var channels: [String]
    /// Ways that did not deliver, or of which nobody knows because a process died in the middle (`dure effects`), with why.
    package var failed: [String: String]
    /// The watched subjects that were touched.
    package var touched: [TouchedSubject]

    /// Creates what came of it.
    package init(channels: [String], failed: [String: String], touched: [TouchedSubject]) {
        self.channels = channels
        self.failed = failed
        self.touched = touched
    }
}

/// A watched product or brand that a trend touches.
package struct TouchedSubject: Codable, Hashable, Sendable {
    package var name: String
    /// What it may be called, its name among them.
    package var aliases: [String]
    /// How many titles or videos name it, and how many were to be expected; nil where nothing tells.
    package var count: Int
    package var expected: Double?
    /// The trends that name it.
    package var trends: [String]

    /// Creates a touched subject.
    package init(name: String, aliases: [String], count: Int, expected: Double?, trends: [String]) {
        self.name = name
        self.aliases = aliases
        self.count = count
        self.expected = expected
        self.trends = trends
    }
}

/// Tells of what a run found: alerts in the store, notices to people, each once.
struct TrendTeller: Sendable {
    let services: TrendServices
    let context: WorkflowContext

    /// Writes an alert for every watched subject that a trend touches, under an identifier of run and subject, and one for every source that is
    /// missing, under an identifier of source and day: a second time is none, and a source that is away for a day is told of once.
    func raise(_ touched: [TouchedSubject], missing: [SourceRecord]) async throws {
        var change = KnowledgeChange()
        for source in missing {
            let day = TimeSpan.days(1).milliseconds
            let start = Timestamp(milliseconds: context.startedAt.milliseconds / day * day)
            guard let problem = source.problems.first,
                let id = alert("\(context.workspace) missing \(source.name)", at: WorkflowRun.identifier(at: start))
            else { continue }
            change.alerts.append(
                Alert(
                    id: id,
                    workspace: context.workspace,
                    campaign: nil,
                    time: context.startedAt,
                    kind: .sourceMissing,
                    severity: .warning,
                    message: "\(source.name) is not in the report of trends (\(problem.failure.message))."
                )
            )
        }
        for subject in touched {
            guard let id = alert("\(context.run) \(subject.name)", at: context.run.text) else { continue }
            change.alerts.append(
                Alert(
                    id: id,
                    workspace: context.workspace,
                    campaign: nil,
                    time: context.startedAt,
                    kind: .subjectTrending,
                    severity: .notice,
                    message: subject.sentence
                )
            )
        }
        guard !change.isEmpty else { return }
        try await services.store.commit(change, durability: .power)
    }

    /// The identifier of an alert, by its cause and the instant of a run's identifier.
    private func alert(_ cause: String, at run: String) -> AlertID? {
        let digits = NewsArchive.digest(cause)
        let time = run.dropFirst(WorkflowRun.identifierPrefix.count + 1).prefix(10)
        let padding = String(repeating: "0", count: 16 - digits.count)
        return AlertID("\(Alert.identifierPrefix)_\(time)\(padding)\(digits)")
    }

    /// Sends the notices by every way, once each; a way that fails or is in doubt stands in the way of no other, and not of the report.
    func tell(
        _ notices: [Notice],
        about touched: [TouchedSubject],
        in folder: String
    ) async throws -> TrendTold {
        var told = TrendTold(channels: [], failed: [:], touched: touched)
        guard !notices.isEmpty else { return told }
        for notifier in services.notifiers(folder) {
            do {
                try await send(notices, by: notifier)
                told.channels.append(notifier.channel)
            } catch let failure as Failure {
                // Nothing was sent for certain, and later it may be: the step is tried again, and skips what was sent.
                if failure.class == .rateLimit, context.attempt < Self.tries { throw failure }
                told.failed[notifier.channel] = failure.message
            }
        }
        return told
    }

    private static let tries = 3

    private func send(_ notices: [Notice], by notifier: any Notifier) async throws {
        let name = "notice-\(notifier.channel)"
        let key = context.key(of: name)
        _ = try await context.once(name, kind: "notice.\(notifier.channel)", intent: notices) {
            guard let asked = notifier as? any VerifiableNotifier else { return .unknown }
            return try await asked.hasDelivered(key) ? .done("{}") : .notDone
        } body: { key in
            try await notifier.deliver(notices, key: key)
            return "{}"
        }
    }
}

extension TouchedSubject {
    /// What is written or watched of it, in a sentence.
    package var sentence: String {
        let usual = expected.map { " where \(Int(min(1e9, max(0, $0)).rounded())) were to be expected" } ?? ""
        let named = trends.isEmpty ? "" : "; trends that name it: \(trends.joined(separator: ", "))"
        return "\(name) is named \(count) times\(usual)\(named)."
    }
}
