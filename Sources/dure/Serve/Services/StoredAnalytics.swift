// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Experiments
import Files
import Foundation
import Reports
import Server
import Statistics

/// Analyses on request, and what the store has of campaigns and trends.
struct StoredAnalytics: AnalyticsService {
    private static let mostRuns = 1_000

    let store: any Store
    let folder: DataFolder
    let clock: any TimeSource
    let work: BackgroundWork
    /// What campaigns' completed trials say before the search has ended.
    private let provisional = KeptValues<CampaignID, EffectsFinding?>(most: 32)

    /// Creates the service.
    init(store: any Store, folder: DataFolder, clock: any TimeSource, work: BackgroundWork) {
        self.store = store
        self.folder = folder
        self.clock = clock
        self.work = work
    }

    // MARK: On request

    func analyse(_ wish: AnalysisWish) async throws -> JSONValue {
        let report = try await report(on: wish)
        return try CanonicalJSON.decode(JSONValue.self, from: try report.json())
    }

    func analysisPage(_ wish: AnalysisWish, language: String) async throws -> String {
        let report = try await report(on: wish)
        guard let content = AnalysisPageContent(report, response: 0) else {
            throw Problem(
                .invalid,
                "this analysis has no page",
                field: "responses",
                expected: "a response that was measured"
            )
        }
        return try AnalysisPage(content).html(language: Self.language(language), writtenAt: clock.now)
    }

    private func report(on wish: AnalysisWish) async throws -> AnalysisReport {
        guard !wish.responses.isEmpty else {
            throw Problem(.invalid, "no response is named", field: "responses", expected: "the names of columns")
        }
        let goals = try Self.goals(wish)
        return try await work.run {
            let place = FileManager.default.temporaryDirectory
                .appending(path: "dure-analysis-\(UUID().uuidString)", directoryHint: .isDirectory)
            try FileManager.default.createDirectory(
                at: place,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            defer { Self.remove(place) }
            let file = place.appending(path: "table.csv")
            try Data(wish.csv.utf8).write(to: file)
            var request = AnalysisRequest(path: file.path, responses: wish.responses)
            request.factors = wish.factors
            request.blocks = wish.blocks ?? []
            request.numbers = wish.numeric ?? []
            request.model = wish.model
            request.analysis.confidence = wish.confidence ?? 0.95
            request.analysis.goals = goals
            do {
                return try request.report()
            } catch {
                throw Self.problem(of: error, wish)
            }
        }
    }

    /// A folder that cannot be removed is the system's to clear.
    private static func remove(_ place: URL) {
        do { try FileManager.default.removeItem(at: place) } catch { return }
    }

    private static func goals(_ wish: AnalysisWish) throws -> [String: BestCombination.Direction] {
        guard let goal = wish.goal else { return [:] }
        let words = goal.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard words.count == 1 || words.count == wish.responses.count else {
            throw Problem(
                .invalid,
                "there are \(words.count) for \(wish.responses.count) responses",
                field: "goal",
                value: goal,
                expected: "one for all or one each"
            )
        }
        var goals: [String: BestCombination.Direction] = [:]
        for (place, response) in wish.responses.enumerated() {
            do {
                goals[response] = try AnalyzeCommand.direction(words.count == 1 ? words[0] : words[place])
            } catch {
                throw Problem(
                    .invalid,
                    "there is no such goal",
                    field: "goal",
                    value: goal,
                    expected: "higher, lower or nominal:<target>"
                )
            }
        }
        return goals
    }

    /// What is wrong with a file or a model, with the request's field; anything else goes on as it is.
    private static func problem(of error: any Error, _ wish: AnalysisWish) -> any Error {
        switch error {
        case let fault as CSVError:
            let names = [("responses", wish.responses), ("factors", wish.factors ?? []), ("blocks", wish.blocks ?? [])]
            // A column that the request names and the file has not is the request's mistake; a cell is the file's.
            let named = fault.line > 1 ? nil : names.first { $0.1.contains(fault.column) }?.0
            let place = [
                fault.line > 0 ? "line \(fault.line)" : "", fault.column.isEmpty ? "" : "column '\(fault.column)'",
            ]
            let scene = place.filter { !$0.isEmpty }.joined(separator: ", ")
            return Problem(
                .invalid,
                (scene.isEmpty ? fault.problem : "\(scene): \(fault.problem)").printable,
                field: named ?? "csv",
                value: fault.value.isEmpty ? (named == nil ? nil : fault.column) : fault.value,
                expected: fault.remedy.replacing("--", with: "").printable
            )
        case is StatisticsError: return Problem(.invalid, "\(error)".printable, field: "csv")
        case is FormulaError: return Problem(.invalid, "\(error)".printable, field: "model", value: wish.model)
        case let fault as AnalysisOptionError:
            return Problem(
                .invalid,
                fault.problem.printable,
                field: String(fault.option.drop { $0 == "-" }),
                value: fault.value,
                expected: fault.remedy.printable
            )
        default: return error
        }
    }

    private static func language(_ code: String) -> ReportLanguage { ReportLanguage(rawValue: code) ?? .english }

    // MARK: Of campaigns

    func effects(of id: CampaignID, in workspace: WorkspaceID) async throws -> EffectsView? {
        guard let campaign = try await store.campaign(id, in: workspace) else { return nil }
        var view = EffectsView(campaign: id)
        let finding: EffectsFinding
        if let record = try await store.analyses(of: id, in: workspace, kind: .effects).last {
            finding = try CanonicalJSON.decode(EffectsFinding.self, from: record.body)
            view.notes = finding.notes
        } else if let found = try await effectsSoFar(campaign, try await store.trials(of: id, in: workspace)) {
            finding = found
            view.notes = ["The search has not ended: this is what its \(found.trials) completed trials say so far."]
            view.notes += found.notes
        } else {
            view.notes = ["No trial has completed yet."]
            return view
        }
        view.isThere = true
        view.trials = finding.trials
        view.anova = (finding.anova?.rows ?? []).map { row in
            EffectsView.Term(
                term: row.term,
                degreesOfFreedom: Double(row.df),
                sumOfSquares: row.sumOfSquares,
                f: Self.finite(row.f),
                p: Self.finite(row.p)
            )
        }
        view.significant = finding.significantFactors
        view.insignificant = finding.insignificantFactors
        view.best = finding.best.map { Self.candidate($0, campaign.goal) }
        view.control = Self.candidate(finding.control, campaign.goal)
        view.gain = finding.gain.map(IntervalView.init)
        view.candidates = finding.candidates.map { Self.candidate($0, campaign.goal) }
        return view
    }

    /// What the completed trials of a campaign say that has not been analysed; nil before one has completed.
    ///
    /// While a campaign runs it is looked at anew when the trials have become a twentieth more, since each look fits every model.
    private func effectsSoFar(_ campaign: Campaign, _ trials: [Trial]) async throws -> EffectsFinding? {
        let completed = trials.count { $0.status == .completed }
        guard completed > 0 else { return nil }
        let isExact = completed <= 20 || campaign.status != .running
        let step = isExact ? "\(completed)" : "step \(Int(log(Double(completed)) / log(1.05)))"
        let goal = campaign.goal
        return try await provisional.value(campaign.id, at: step) {
            try await work.run { () throws -> EffectsFinding? in
                let effects = try CampaignEffects(goal: goal, trials: trials)
                guard effects.trialCount > 0 else { return nil }
                return try effects.finding()
            }
        }
    }

    private static func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }

    private static func candidate(_ candidate: EffectsFinding.Candidate, _ goal: Goal) -> EffectsView.Candidate {
        EffectsView.Candidate(
            settings: goal.values(of: candidate.combination),
            trials: candidate.trials,
            expected: IntervalView(candidate.expected),
            score: candidate.score,
            grade: candidate.grade.rawValue
        )
    }

    func prediction(
        _ settings: [String: JSONValue],
        of id: CampaignID,
        in workspace: WorkspaceID
    ) async throws -> PredictionView? {
        guard let campaign = try await store.campaign(id, in: workspace) else { return nil }
        let combination = try Self.combination(settings, of: campaign.goal)
        let trials = try await store.trials(of: id, in: workspace)
        let goal = campaign.goal
        let found = try await work.run {
            let effects = try CampaignEffects(goal: goal, trials: trials)
            return (count: effects.trialCount, mean: try effects.expectation(of: combination))
        }
        return PredictionView(
            campaign: id,
            settings: goal.values(of: combination),
            trials: found.count,
            mean: found.mean.map(IntervalView.init),
            notes: found.mean == nil ? ["A prediction needs four results of two combinations at least."] : []
        )
    }

    /// The combination of named levels; factors that are not named stay as they are now.
    private static func combination(_ settings: [String: JSONValue], of goal: Goal) throws -> Combination {
        var levels = goal.control.levels
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard let place = goal.factors.firstIndex(where: { $0.name == name }) else {
                throw Problem(
                    .invalid,
                    "the goal has no such factor",
                    field: "settings",
                    value: name,
                    expected: goal.factors.map(\.name).joined(separator: ", ")
                )
            }
            let factor = goal.factors[place]
            guard let level = factor.levels.firstIndex(where: { $0.json == value }) else {
                throw Problem(
                    .invalid,
                    "the factor has no such level",
                    field: "settings.\(name)",
                    expected: factor.levels.map(\.description).joined(separator: ", ")
                )
            }
            levels[place] = level
        }
        return Combination(levels)
    }

    func forecast(of id: CampaignID, in workspace: WorkspaceID) async throws -> ForecastView? {
        guard try await store.campaign(id, in: workspace) != nil else { return nil }
        let record = try await store.analyses(of: id, in: workspace, kind: .forecast).last
        guard let record else {
            return ForecastView(campaign: id, summary: "There are too few rounds for a forecast yet.")
        }
        let finding = try CanonicalJSON.decode(ForecastFinding.self, from: record.body)
        var view = ForecastView(campaign: id, summary: finding.summary)
        view.isThere = true
        view.method = finding.method
        view.skill = Self.finite(finding.skill)
        view.points = finding.points.map { point in
            ForecastView.Point(
                time: point.time.description,
                value: point.value,
                interval: point.interval.map(IntervalView.init)
            )
        }
        view.targetDate = finding.targetDate?.description
        return view
    }

    func report(
        of id: CampaignID,
        in workspace: WorkspaceID,
        language: String,
        zone: String?
    ) async throws -> String? {
        guard var dossier = try await CampaignDossier(of: id, in: workspace, from: store) else { return nil }
        if dossier.effects == nil { dossier.effects = try await effectsSoFar(dossier.campaign, dossier.trials) }
        let shown = dossier
        let now = clock.now
        return try await work.run {
            try CampaignReport(shown).html(language: Self.language(language), writtenAt: now, timeZone: zone)
        }
    }

    // MARK: Trends

    func trends(in workspace: WorkspaceID, paging: Paging) async throws -> Page<TrendView> {
        let runs = try await store.workflowRuns(in: workspace, state: nil, limit: Self.mostRuns)
            .filter { Self.kinds.contains($0.workflow) }
        return try await paging.page(of: runs, key: \.id.text) { run in
            TrendView(
                id: run.id.text,
                kind: run.workflow == NewsWorkflow.name ? .news : .video,
                startedAt: run.createdAt.description,
                endedAt: run.endedAt?.description,
                state: run.state
            )
        }
    }

    private static let kinds: Set<String> = [NewsWorkflow.name, VideoWorkflow.name]

    func trendPage(_ id: String, in workspace: WorkspaceID, language: String) async throws -> String? {
        guard let id = WorkflowRunID(id), let run = try await store.workflowRun(id, in: workspace),
            Self.kinds.contains(run.workflow)
        else { return nil }
        let shelf = FolderShelf(folder)
        for language in [language] + ReportLanguage.allCases.map(\.rawValue) {
            if let bytes = try shelf.bytes(of: "reports/\(run.workflow).\(run.id).\(language).html") {
                return String(decoding: bytes, as: UTF8.self)
            }
        }
        return nil
    }
}

extension IntervalView {
    /// Shows an interval.
    init(_ interval: Interval) {
        self.init(
            estimate: interval.estimate,
            lower: interval.lower,
            upper: interval.upper,
            confidence: interval.confidence
        )
    }
}
