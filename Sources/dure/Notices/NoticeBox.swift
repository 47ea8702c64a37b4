// SPDX-License-Identifier: Apache-2.0

import Agents
import Connectors
import Domain
import Foundation
import Jobs

/// What waits to be told by one way, in a file of the data folder that processes share: what `NoticePolicy` says of when goes for all of them.
///
/// A notice that is taken in is safe. A message that goes out is an effect of the ledger, so that one is sent once whoever dies, and one of
/// which nobody knows whether it was taken is put to a person.
struct NoticeBox: Sendable {
    /// What the file holds.
    private struct Contents: Codable {
        var policy: NoticePolicy
        /// The keys of what was taken in lately, the newest last.
        var taken: [String] = []
        /// What is on its way, or was when its process died.
        var going: NoticePolicy.Message?
        /// How often it could not be sent in a row, and when it is tried again.
        var failures = 0
        var notBefore: Timestamp?
    }

    /// How a way stands after it was looked at.
    struct Standing: Sendable {
        var channel: String
        /// How many notices wait, and until when at least.
        var waiting = 0
        var due: Timestamp?
        var failure: Failure?
    }

    private static let mostKeys = 1_000
    private static let longestWait = TimeSpan.hours(1)

    let way: any Notifier
    private let file: URL
    private let rules: NoticePolicy.Rules

    /// The box of a way in a data folder.
    init(_ way: any Notifier, rules: NoticePolicy.Rules, in folder: DataFolder) {
        self.way = way
        self.rules = rules
        file = folder.url.appending(path: "notices/\(way.channel).json")
    }

    /// Takes notices in under a key; a second time does nothing.
    func take(_ notices: [Notice], key: String, now: Timestamp) throws {
        try change { contents in
            guard !contents.taken.contains(key) else { return }
            for notice in notices { contents.policy.add(notice, now: now) }
            contents.taken = (contents.taken + [key]).suffix(Self.mostKeys)
        }
    }

    /// Whether notices were taken in under a key.
    func hasTaken(_ key: String) throws -> Bool { try read()?.taken.contains(key) ?? false }

    /// Sends what is to go out now, unless another process does.
    ///
    /// `isLast` says that nobody looks again soon: nothing waits for others then, only for the end of quiet hours and of a flood.
    func flush(isLast: Bool, by runner: EffectRunner, clock: any TimeSource) async throws -> Standing {
        var standing = Standing(channel: way.channel)
        guard try read() != nil, let sending = try SafeFile.Hold(file.appendingPathExtension("sending")) else {
            return standing
        }
        defer { sending.end() }
        while standing.failure == nil, let message = try next(isLast: isLast, now: clock.now) {
            standing.failure = try await send(message, by: runner, clock: clock)
        }
        if let contents = try read() {
            standing.waiting = contents.policy.count
            standing.due = [contents.policy.due, contents.notBefore].compactMap(\.self).max()
        }
        return standing
    }

    /// What goes out now, written down as on its way.
    private func next(isLast: Bool, now: Timestamp) throws -> NoticePolicy.Message? {
        var message: NoticePolicy.Message?
        try change { contents in
            if contents.going == nil, isLast || contents.notBefore.map({ $0 <= now }) ?? true {
                if isLast { contents.policy.rules.gathering = TimeSpan(milliseconds: 0) }
                contents.going = contents.policy.next(now: now)
            }
            message = contents.going
        }
        return message
    }

    /// Sends a message; returns why it could not be.
    private func send(
        _ message: NoticePolicy.Message,
        by runner: EffectRunner,
        clock: any TimeSource
    ) async throws -> Failure? {
        let effect = Effect(
            key: "notice/\(way.channel)/\(message.key)",
            workspace: .default,
            kind: "notice.\(way.channel).send",
            intent: try CanonicalJSON.text(message),
            now: clock.now
        )
        var isUndone = false
        do {
            _ = try await runner.once(
                effect,
                verify: { .unknown },
                body: { _ in
                    do {
                        try await NoticeSender(way, clock: clock).send(message)
                        return "{}"
                    } catch {
                        isUndone = error is Undone || (error as? Failure)?.class.isCertain == true
                        throw error
                    }
                }
            )
            try change { contents in
                contents.going = nil
                contents.failures = 0
                contents.notBefore = nil
            }
            return nil
        } catch let failure as Failure {
            let now = clock.now
            try change { contents in
                contents.going = nil
                // What may have been taken is not sent again: a person is asked, in the ledger.
                guard isUndone else { return }
                contents.policy.putBack(message)
                contents.failures = min(contents.failures + 1, 10)
                let wait = min(TimeSpan.minutes(1) * (1 << Int64(contents.failures - 1)), Self.longestWait)
                contents.notBefore = now + wait
            }
            return failure
        }
    }

    private func read() throws -> Contents? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        do {
            return try CanonicalJSON.decode(Contents.self, from: try Data(contentsOf: file))
        } catch {
            throw Failure(.invalid, "\(file.path): what waits to be told cannot be read; delete the file to give it up")
        }
    }

    private func change(_ body: (inout Contents) throws -> Void) throws {
        try FolderShelf.writing(file) {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try SafeFile.alone(with: file) {
                var contents = try read() ?? Contents(policy: NoticePolicy(rules))
                // The environment of whoever looks counts, not that of whoever wrote.
                contents.policy.rules = rules
                try body(&contents)
                try SafeFile.write(try CanonicalJSON.encode(contents), to: file)
            }
        }
    }
}

/// A way to people by its box.
struct BoxNotifier: VerifiableNotifier {
    let box: NoticeBox
    let clock: any TimeSource

    var channel: String { box.way.channel }

    func deliver(_ notices: [Notice], key: String) async throws { try box.take(notices, key: key, now: clock.now) }

    func hasDelivered(_ key: String) async throws -> Bool { try box.hasTaken(key) }
}
