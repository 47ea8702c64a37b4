// SPDX-License-Identifier: Apache-2.0

import Agents
import Connectors
import Domain
import Foundation
import Jobs

/// Takes notices to people by the ways that the environment names, each way with a box in the data folder.
final class NoticePost: Sendable {
    /// How often the boxes are looked at.
    private static let interval = TimeSpan.seconds(15)

    private let runner: EffectRunner
    private let clock: any TimeSource
    /// The data folders whose boxes this process looks after.
    private let folders: Locked<Set<String>>
    private let environment: [String: String]

    /// Looks after the boxes of a folder, and of every folder that it is asked about.
    init(
        ledger: any EffectLedger,
        clock: any TimeSource,
        folder: DataFolder,
        environment: [String: String] = HouseEnvironment.present
    ) {
        runner = EffectRunner(ledger: ledger, clock: clock)
        self.clock = clock
        self.environment = environment
        folders = Locked([folder.url.absoluteURL.path])
    }

    /// The ways to people of a data folder; the file of notices where none is named, or what cannot be used.
    func notifiers(of folder: String) -> [any Notifier] {
        _ = folders.withLock { $0.insert(folder) }
        do {
            let boxes = try boxes(of: folder)
            if !boxes.isEmpty { return boxes.map { BoxNotifier(box: $0, clock: clock) } }
        } catch {
            Console.note("Notices go to the data folder's notices.jsonl: \(error)")
        }
        return [FileNotifier(file: NoticeFile(DataFolder(path: folder)))]
    }

    private func boxes(of folder: String) throws -> [NoticeBox] {
        let notifiers = try Notifiers.fromEnvironment(environment, clock: clock)
        return notifiers.ways.map { NoticeBox($0, rules: notifiers.rules, in: DataFolder(path: folder)) }
    }

    /// Sends what is to go out now, by every way of every folder; with `isLast` what only waits for others, too.
    func flush(isLast: Bool) async throws -> [NoticeBox.Standing] {
        var standings: [NoticeBox.Standing] = []
        for folder in folders.withLock({ $0.sorted() }) {
            // A setting that cannot be used was told of when the notices were taken in.
            for box in (try? boxes(of: folder)) ?? [] {
                do {
                    standings.append(try await box.flush(isLast: isLast, by: runner, clock: clock))
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    let failure = error as? Failure ?? Failure(.unknown, "\(error)")
                    standings.append(NoticeBox.Standing(channel: box.way.channel, failure: failure))
                }
            }
        }
        return standings
    }

    /// Sends what is due until it is cancelled.
    func run() async throws {
        while true {
            for standing in try await flush(isLast: false) {
                if let failure = standing.failure { Console.note("\(standing.channel): \(failure.message)") }
            }
            try await clock.sleep(for: Self.interval)
        }
    }

    /// Sends what is due at the end of a command, and tells what is not sent and why.
    func close() async throws {
        for standing in try await flush(isLast: true) {
            if let failure = standing.failure { Console.note("\(standing.channel): \(failure.message)") }
            guard standing.waiting > 0 else { continue }
            let until = standing.due.map { ", until \($0) at least" } ?? ""
            Console.note(
                "\(standing.channel): \(standing.waiting) notices wait\(until); the next run, 'dure notices send' or 'dure run' sends them"
            )
        }
    }
}
