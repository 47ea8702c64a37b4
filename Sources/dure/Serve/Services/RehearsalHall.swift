// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Logging
import Reports
import Server
import Storage

/// Rehearsals that people ask for, one after another; each has a database of its own, and is gone when the server ends.
actor RehearsalHall: RehearsalService {
    private static let kept = 20
    private static let mostWaiting = 4

    private struct Entry {
        var view: RehearsalView
        let workspace: WorkspaceID
        /// The caller's key, by which a second request finds the first.
        let key: String?
    }

    private let folder: URL
    private let commands: CommandShelf
    private let clock: any TimeSource
    private let ids: IdentifierGenerator
    private let logger: Logger
    private let work = BackgroundWork("rehearsals", most: RehearsalHall.mostWaiting)
    private var entries: [Entry] = []

    /// Creates a hall with its databases in a folder; those of a former process are removed.
    init(
        _ folder: DataFolder,
        commands: CommandShelf,
        clock: any TimeSource,
        ids: IdentifierGenerator,
        logger: Logger
    ) {
        self.commands = commands
        self.folder = folder.url.appending(path: "rehearsals", directoryHint: .isDirectory)
        self.clock = clock
        self.ids = ids
        self.logger = logger
        Self.remove(self.folder, logger)
    }

    private static func remove(_ place: URL, _ logger: Logger) {
        guard FileManager.default.fileExists(atPath: place.path) else { return }
        do {
            try FileManager.default.removeItem(at: place)
        } catch {
            logger.warning("What a rehearsal left could not be removed.", metadata: ["error": "\(error)"])
        }
    }

    func begin(_ draft: RehearsalDraft, by caller: Caller, key: String?) async throws -> RehearsalView {
        let key = key.map { "\(caller.id)/\($0)" }
        if let key, let known = entries.first(where: { $0.key == key && $0.workspace == caller.workspace }) {
            return known.view
        }
        var (goal, digest) = try await GoalDraft.read(
            draft.goal,
            registered: commands.commands(in: caller.workspace)
        )
        if let seed = draft.seed { goal.seed = UInt64(seed) }
        guard entries.count(where: { $0.view.endedAt == nil }) < Self.mostWaiting else {
            throw Problem(.tooMany, "\(Self.mostWaiting) rehearsals are waiting or running", retryAfter: 10)
        }
        let view = RehearsalView(id: ids.next(), name: goal.name, begunAt: clock.now.description)
        entries.append(Entry(view: view, workspace: caller.workspace, key: key))
        forget()
        Task { await carryOut(view.id, goal, digest) }
        return view
    }

    /// Drops the oldest that have ended.
    private func forget() {
        while entries.count > Self.kept, let oldest = entries.firstIndex(where: { $0.view.endedAt != nil }) {
            entries.remove(at: oldest)
        }
    }

    private func update(_ id: CampaignID, _ change: (inout RehearsalView) -> Void) {
        guard let place = entries.firstIndex(where: { $0.view.id == id }) else { return }
        change(&entries[place].view)
    }

    private func carryOut(_ id: CampaignID, _ goal: Goal, _ digest: String) async {
        let place = folder.appending(path: id.text, directoryHint: .isDirectory)
        do {
            let result = try await work.run { [self] in
                Task { await update(id) { $0.state = .running } }
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                return try Rehearsal(goal: goal, digest: digest).run(
                    database: place.appending(path: "dure.sqlite").path
                )
            }
            let store = try SQLiteStore(path: place.appending(path: "dure.sqlite").path, mode: .readOnly, clock: clock)
            let dossier = try await CampaignDossier(of: result.campaign.id, in: .default, from: store)
            try store.close()
            update(id) { view in
                view.state = .completed
                view.trials = result.trials
                view.virtualSeconds = result.span.milliseconds / 1_000
                view.regret = result.regret.isFinite ? result.regret : nil
                view.isReached = result.campaign.reachedAt != nil
                view.summary = dossier.map { ReportSummary($0, language: .english).lines } ?? []
                view.endedAt = clock.now.description
            }
        } catch {
            logger.warning("A rehearsal failed.", metadata: ["rehearsal": "\(id)", "error": "\(error)"])
            update(id) { view in
                view.state = .failed
                view.failure = "The rehearsal could not be carried out; the server's log knows why."
                view.endedAt = clock.now.description
            }
        }
        Self.remove(place, logger)
    }

    func rehearsal(_ id: CampaignID, in workspace: WorkspaceID) -> RehearsalView? {
        entries.first { $0.view.id == id && $0.workspace == workspace }?.view
    }

    func rehearsals(in workspace: WorkspaceID, paging: Paging) async throws -> Page<RehearsalView> {
        let own = entries.filter { $0.workspace == workspace }.map(\.view)
        return try await paging.page(of: own.reversed(), key: \.id.text) { $0 }
    }
}
