// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Files
import Foundation
import Reports
import Storage
import Testing

@testable import dure

@Suite struct ExportTests {
    private let sample = Sample()

    private func table(_ store: any KnowledgeStore, _ campaign: Campaign) async throws -> ExportTable {
        try await ExportCommand.table(.trials, of: campaign, from: store)
    }

    /// The columns that an import keeps.
    private func kept(_ table: ExportTable) -> [[String: JSONValue]] {
        table.rows.map { row in
            Dictionary(zip(table.columns, row), uniquingKeysWith: { first, _ in first })
                .filter { !["id", "generation"].contains($0.key) }
        }
    }

    private func past(_ csv: String, goal: Goal) throws -> PastCampaign {
        var reader = try PastTrialsReader(data: Data(csv.utf8), goal: goal)
        return try PastCampaign(
            goal: goal,
            source: "past.csv",
            rows: try reader.rows(),
            ids: sample.ids,
            now: Sample.start
        )
    }

    @Test func `trials that were exported and imported are exported the same`() async throws {
        let store = MemoryStore()
        let campaign = sample.campaign()
        try await store.commit(try sample.change(campaign), durability: .process)
        let first = try await table(store, campaign)
        let past = try past(try first.text(.csv), goal: campaign.goal)
        try await store.commit(past.change, durability: .process)
        let second = try await table(store, past.campaign)
        #expect(first.columns == second.columns)
        #expect(kept(first) == kept(second))
        #expect(first.rows.count == 16)
    }

    @Test func `an import's analysis is exported as a report shows it, every figure in its place`() async throws {
        let store = MemoryStore()
        let campaign = sample.campaign()
        try await store.commit(try sample.change(campaign), durability: .process)
        let past = try past(try await table(store, campaign).text(.csv), goal: campaign.goal)
        try await store.commit(past.change, durability: .process)
        let lines = try await ExportCommand.table(.analyses, of: past.campaign, from: store).text(.json)
        let line = try CanonicalJSON.decode(JSONValue.self, from: lines)
        #expect(line["kind"] == .string("effects"))
        let finding = try #require(line["finding"])
        let dossier = try #require(
            try await CampaignDossier(of: past.campaign.id, in: .default, from: store)
        )
        for language in ReportLanguage.allCases {
            let page = try CampaignReport(dossier).html(language: language, writtenAt: Sample.start)
            let audit = try FigureAudit(
                html: page,
                json: try CanonicalJSON.text(JSONValue.object(["effects": finding]))
            )
            #expect(audit.problems.isEmpty)
            #expect(audit.count > 10)
        }
    }

    @Test func `an import is a completed campaign with a recommendation and its account`() async throws {
        let store = MemoryStore()
        let campaign = sample.campaign()
        try await store.commit(try sample.change(campaign), durability: .process)
        let past = try past(try await table(store, campaign).text(.csv), goal: campaign.goal)
        try await store.commit(past.change, durability: .process)
        #expect(past.campaign.status == .completed)
        #expect(past.campaign.goal.name == campaign.goal.name + " (imported)")
        #expect(past.campaign.winner == Combination([1, 1]))
        let spending = try await store.spending(of: past.campaign.id, in: .default)
        #expect(spending == Spending(settledTrials: 16, settled: 15 * 150))
        let best = try await BestAnswer(of: past.campaign, from: store, leastSuccess: 0)
        #expect(best?.combination == Combination([1, 1]))
        #expect(best?.isProvisional == false)
    }

    @Test func `a formula is made harmless and a comma is quoted`() async throws {
        let store = MemoryStore()
        let campaign = sample.campaign()
        try await store.commit(try sample.change(campaign), durability: .process)
        let csv = try await table(store, campaign).text(.csv)
        #expect(csv.contains(",'=short,"))
        #expect(csv.contains("\"long, with a comma\""))
        #expect(csv.hasPrefix("id,generation,block,position,unit,purpose,status,started_at,ended_at,factor.제목,"))
    }

    @Test func `JSON lines hold factors and metrics as objects`() async throws {
        let store = MemoryStore()
        let campaign = sample.campaign()
        try await store.commit(try sample.change(campaign), durability: .process)
        let lines = try await table(store, campaign).text(.json).split(separator: "\n")
        let first = try CanonicalJSON.decode(JSONValue.self, from: String(try #require(lines.first)))
        #expect(lines.count == 16)
        #expect(first["factors"] == .object(["제목": .string("=short"), "price": .integer(329_000)]))
        #expect(first["metrics"]?["rank"]?.double == 80)
    }

    @Test func `columns may be named plainly, and strangers are named as passed over`() throws {
        let csv = "제목,price,rank,weather\n=short,329000,80,fine\n\"long, with a comma\",319000,70,wet\n"
        var reader = try PastTrialsReader(data: Data(csv.utf8), goal: Sample.goal())
        let rows = try reader.rows()
        #expect(rows.map(\.combination) == [Combination([0, 0]), Combination([1, 1])])
        #expect(rows.map(\.purpose) == [.control, .search])
        #expect(rows.map(\.metrics) == [["rank": 80], ["rank": 70]])
        #expect(reader.ignored == ["weather"])
    }

    @Test func `trials without any result can be imported, and recommend nothing`() throws {
        let past = try past("제목,price,rank\n=short,329000,\n=short,319000,\n", goal: Sample.goal())
        #expect(past.change.trials.map(\.status) == [.failed, .failed])
        #expect(past.campaign.winner == nil)
    }

    @Test(arguments: [
        ("제목,price,rank\n=short,329000,80\nlonger,329000,80\n", 3, "제목", "longer", "=short, long, with a comma"),
        ("제목,price,rank\n=short,329001,80\n", 2, "price", "329001", "329000, 319000"),
        ("제목,price,rank\n=short,329000,fast\n", 2, "rank", "fast", "number"),
        ("제목,rank\n=short,80\n", 1, "price", "price", "the columns are"),
        ("제목,price,rank,status\n=short,329000,80,done\n", 2, "status", "done", "completed"),
        ("제목,price,rank,block\n=short,329000,80,-1\n", 2, "block", "-1", "whole number"),
        ("제목,price,rank,started_at\n=short,329000,80,noon\n", 2, "started_at", "noon", "2025-06-01T09:00:00Z"),
        ("제목,price,rank,guardrails_held\n=short,329000,80,perhaps\n", 2, "guardrails_held", "perhaps", "true"),
        ("제목,price,rank,factor.image\n=short,329000,80,x\n", 1, "factor.image", "factor.image", "제목, price"),
        ("제목,price,rank\n", 1, "", "", "one row per trial"),
    ])
    func `a wrong cell is refused by line, column, value and remedy`(
        csv: String,
        line: Int,
        column: String,
        value: String,
        remedy: String
    ) throws {
        let error = try #require(throws: CSVError.self) {
            var reader = try PastTrialsReader(data: Data(csv.utf8), goal: Sample.goal())
            _ = try reader.rows()
        }
        #expect(error.line == line)
        #expect(error.column == column)
        #expect(error.value == value)
        #expect(error.remedy.contains(remedy))
    }

    @Test func `every kind of record can be exported, in both formats`() async throws {
        let store = MemoryStore()
        let campaign = sample.campaign()
        var change = try sample.change(campaign)
        change.decisions = [
            sample.decision(of: campaign, policy: "p", inputs: "{\"a\":1}", outcome: "{}", reason: "Because.")
        ]
        change.measurements = [
            Measurement(
                workspace: .default,
                campaign: campaign.id,
                unit: "u1",
                metric: "rank",
                value: 80,
                source: "simulated",
                observer: "o1",
                time: Sample.start
            )
        ]
        change.ledger = [
            LedgerEntry(
                id: sample.ids.next(),
                workspace: .default,
                campaign: campaign.id,
                trial: try #require(change.trials.first).id,
                kind: .reserved,
                amount: Money(minorUnits: 150, currency: .krw),
                time: Sample.start
            )
        ]
        change.analyses = [
            AnalysisRecord(
                id: sample.ids.next(),
                workspace: .default,
                campaign: campaign.id,
                time: Sample.start,
                kind: .patterns,
                body: try CanonicalJSON.text(PatternsFinding(sentences: [], trials: 1))
            )
        ]
        try await store.commit(change, durability: .process)
        for subject in ExportCommand.Subject.allCases {
            let table = try await ExportCommand.table(subject, of: campaign, from: store)
            #expect(!table.rows.isEmpty, "\(subject)")
            #expect(table.rows.allSatisfy { $0.count == table.columns.count }, "\(subject)")
            #expect(try table.text(.csv).hasPrefix(table.columns[0] + ","))
            #expect(try table.text(.json).split(separator: "\n").count == table.rows.count)
        }
    }
}
