// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Storage
import Testing

/// A clock that stands still, for what only asks for the time.
struct StandingClock: TimeSource {
    var now = Timestamp(milliseconds: 1_800_000_000_000)

    func sleep(until instant: Timestamp) async throws {}
}

/// A folder of a test's own, removed when the test lets it go.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "dure-storage-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            FileHandle.standardError.write(Data("\(path) was not removed: \(error)\n".utf8))
        }
    }

    /// The database's path.
    var database: String { path + "/dure.db" }

    /// The size of the database's file, without its log.
    func databaseBytes() throws -> Int {
        try FileManager.default.attributesOfItem(atPath: database)[.size] as? Int ?? 0
    }

    /// Opens the database.
    func open(_ mode: SQLiteStore.Mode) throws -> SQLiteStore {
        try SQLiteStore(path: database, mode: mode, clock: StandingClock())
    }
}

/// The implementations that keep one contract.
enum Implementation: CaseIterable, CustomTestStringConvertible {
    case memory
    case live
    case simulation
    case fileless
    case postgres

    /// All of them; PostgreSQL where there is a server, or where there has to be one.
    static var allCases: [Implementation] {
        [.memory, .live, .simulation, .fileless] + (PostgresServer.isWanted ? [.postgres] : [])
    }

    var testDescription: String { "\(self)" }

    /// Makes an empty store, and calls with it.
    func with(_ body: (any Store) async throws -> Void) async throws {
        if self == .memory { return try await body(MemoryStore()) }
        if self == .postgres { return try await PostgresSchema.with { try await $0.store(body) } }
        let folder = try Folder()
        let store =
            self == .fileless
            ? try SQLiteStore(path: ":memory:", mode: .simulation, clock: StandingClock())
            : try folder.open(self == .live ? .live : .simulation)
        do {
            try await body(store)
        } catch {
            try store.close()
            throw error
        }
        try store.close()
    }
}

/// Makes records with identifiers that rise in the order of making.
struct Sample {
    static let start = StandingClock().now
    let ids: IdentifierGenerator
    var workspace = WorkspaceID.default
    var campaign: CampaignID
    let generation: GenerationID

    init(ids: IdentifierGenerator = IdentifierGenerator(clock: StandingClock(), seed: 7)) {
        self.ids = ids
        campaign = ids.next()
        generation = ids.next()
    }

    static func at(_ seconds: Int) -> Timestamp { start + .seconds(seconds) }

    func campaign(id: CampaignID? = nil, createdAt: Timestamp = Sample.start) -> Campaign {
        let goal = Goal(
            name: "goal",
            objective: Objective(metric: "rank", direction: .lower, target: 20),
            factors: [Factor(name: "title", levels: [.text("제목"), .text("b")])],
            trial: TrialTemplate(kind: .simulated)
        )
        return Campaign(
            id: id ?? campaign,
            workspace: workspace,
            goal: goal,
            plan: Plan(difficulty: 0.5, trials: 8, generations: 1, duration: .days(1)),
            createdAt: createdAt
        )
    }

    func generation(number: Int) -> Generation {
        Generation(
            id: ids.next(),
            workspace: workspace,
            campaign: campaign,
            number: number,
            createdAt: Self.start,
            strategy: "array",
            seed: .max,
            members: [.init(combination: Combination([0, 1]), origin: .array, replicates: 2)],
            notes: ["L8"]
        )
    }

    func trial(position: Int) -> Trial {
        Trial(
            id: ids.next(),
            workspace: workspace,
            campaign: campaign,
            generation: generation,
            block: 0,
            position: position,
            unit: "unit",
            combination: Combination([1, 0, 2]),
            purpose: .search
        )
    }

    func measurement(_ value: Double, at time: Timestamp, trial: TrialID? = nil) -> Domain.Measurement {
        Domain.Measurement(
            workspace: workspace,
            campaign: campaign,
            trial: trial,
            unit: "unit",
            metric: "rank",
            value: value,
            isCensored: value > 900,
            isCounted: value > 1,
            source: "simulated",
            observer: "observer-1",
            time: time
        )
    }

    func decision(at time: Timestamp) -> Decision {
        Decision(
            id: ids.next(),
            workspace: workspace,
            campaign: campaign,
            time: time,
            agent: "orchestrator",
            policy: "scale",
            inputs: #"{"a":1}"#,
            outcome: #"{"b":2}"#,
            reason: "because"
        )
    }

    func alert(at time: Timestamp, campaign: CampaignID?) -> Alert {
        Alert(
            id: ids.next(),
            workspace: workspace,
            campaign: campaign,
            time: time,
            kind: .rankFell,
            severity: .warning,
            message: "it fell"
        )
    }

    func analysis(_ kind: AnalysisRecord.Kind, at time: Timestamp) -> AnalysisRecord {
        AnalysisRecord(id: ids.next(), workspace: workspace, campaign: campaign, time: time, kind: kind, body: "{}")
    }

    func entry(_ kind: LedgerEntry.Kind, _ trial: TrialID, _ amount: Int64?, at time: Timestamp) -> LedgerEntry {
        LedgerEntry(
            id: ids.next(),
            workspace: workspace,
            campaign: campaign,
            trial: trial,
            kind: kind,
            amount: amount.map { Money(minorUnits: $0, currency: .krw) },
            time: time
        )
    }

    func job(
        _ kind: JobKind = .trialRun,
        priority: JobPriority = .normal,
        runAt: Timestamp? = nil,
        maxAttempts: Int = 3,
        key: String? = nil,
        payload: String = #"{"trial":1}"#
    ) -> Job {
        Job(
            id: ids.next(),
            workspace: workspace,
            campaign: campaign,
            kind: kind,
            priority: priority,
            payload: payload,
            createdAt: Self.start,
            runAt: runAt,
            maxAttempts: maxAttempts,
            idempotencyKey: key
        )
    }

    func change(_ edit: (inout KnowledgeChange) -> Void) -> KnowledgeChange {
        var change = KnowledgeChange()
        edit(&change)
        return change
    }
}
