// SPDX-License-Identifier: Apache-2.0

import Dashboard
import Domain
import Files
import Foundation
import Reports

/// A new goal, from a sentence or a form to a plan, and from there to a campaign or a rehearsal.
extension PageEndpoints {
    func newGoal(_ call: Call, _ visitor: Visitor, _ fields: FormFields) async throws -> FormOutcome {
        let words = Words(visitor)
        switch fields["step"] {
        case "read":
            var page = read(fields, words)
            page.commands = try await commands(call)
            return .page(page.page(for: visitor))
        case "preview-file": return .page(try await previewed(file: fields.raw("file"), call, words).page(for: visitor))
        case "create": return try await create(call, visitor, fields)
        case "rehearse": return try await rehearse(call, visitor, fields)
        default: return .page(try await previewed(form: fields, call, words).page(for: visitor))
        }
    }

    /// The form as it is before anything was filled in.
    func newGoal(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        NewGoalPage(commands: try await commands(call)).page(for: visitor)
    }

    private func commands(_ call: Call) async throws -> [String] {
        try await services.commands.commands(in: call.workspace, paging: Paging(limit: Paging.most)).items.map(\.name)
    }

    /// The page with what a sentence says; its questions are in the page's language, whatever the sentence's is.
    private func read(_ fields: FormFields, _ words: Words) -> NewGoalPage {
        let sentence = fields["sentence"] ?? ""
        guard !sentence.isEmpty else { return NewGoalPage(problems: [words(.emptySentence)]) }
        let read = GoalSentence.read(sentence, now: clock.now, timeZone: TimeZone(identifier: "Asia/Seoul") ?? .gmt)
        let isKorean = words.language == .korean
        var entries: [String: NewGoalPage.Entry] = [:]
        for field in GoalSentence.Field.allCases {
            let findings = read.findings.filter { $0.field == field }
            var entry = NewGoalPage.Entry(
                value: findings.map(\.value).joined(separator: ", "),
                words: findings.isEmpty ? nil : findings.map(\.words).joined(separator: ", ")
            )
            if let question = read.questions.first(where: { $0.field == field }) {
                entry.question = question.text(isKorean: isKorean)
                entry.proposals = question.proposals
            }
            // How a setting is tried is filled in as two commands.
            entries[field == .trial ? "apply" : field.rawValue] = entry
        }
        return NewGoalPage(
            sentence: sentence,
            entries: entries,
            unread: read.unread,
            refusal: read.refused.isEmpty ? nil : GoalSentence.refusal(read.refused, isKorean: isKorean),
            isRead: true
        )
    }

    private func previewed(form fields: FormFields, _ call: Call, _ words: Words) async throws -> NewGoalPage {
        var entries: [String: NewGoalPage.Entry] = [:]
        for field in NewGoalPage.fields { entries[field] = NewGoalPage.Entry(value: fields[field] ?? "") }
        var page = NewGoalPage(entries: entries)
        page.commands = try await commands(call)
        var draft = GoalSketch()
        draft.name = fields["name"]
        draft.product = fields["product"]
        draft.url = fields["url"]
        draft.productID = fields["product_id"]
        draft.marketplace = fields["marketplace"]
        draft.keywords = fields.list("keywords")
        draft.target = fields["target"]
        draft.deadline = fields["deadline"]
        draft.budget = fields["budget"]
        draft.price = fields["price"]
        draft.units = fields["units"]
        draft.window = fields["window"]
        draft.cost = fields["cost"]
        draft.generationSize = fields["generation_size"]
        draft.replicates = fields["replicates"]
        draft.apply = fields["apply"].map { GoalSketch.Program(text: $0, isRegistered: true) }
        draft.measure = fields["measure"].map { GoalSketch.Program(text: $0, isRegistered: true) }
        page.problems = Self.gaps(fields, page, words)
        do {
            draft.levers = try GoalSketch.levers(fields.raw("factors"))
        } catch {
            page.problems.append(words(.wrongFactor, error.value))
        }
        guard page.problems.isEmpty else { return page }
        page.yaml = draft.yaml()
        return try await withPlan(page, call, words)
    }

    /// What the form leaves out that a plan needs, in the words of the form.
    private static func gaps(_ fields: FormFields, _ page: NewGoalPage, _ words: Words) -> [String] {
        var wanted = ["marketplace", "keywords", "target", "deadline", "budget", "factors"]
        if fields["name"] == nil { wanted.insert("product", at: 0) }
        var gaps = wanted.filter { fields[$0] == nil }.map { words(.isMissing, page.label($0, words)) }
        switch fields["marketplace"].flatMap(Marketplace.init(rawValue:)) {
        case .naver where fields["apply"] == nil && fields["measure"] == nil: gaps.append(words(.needsApply))
        case .coupang where fields["measure"] == nil: gaps.append(words(.needsMeasure))
        default: break
        }
        return gaps
    }

    private func previewed(file text: String, _ call: Call, _ words: Words) async throws -> NewGoalPage {
        try await withPlan(NewGoalPage(yaml: text, isFile: true, commands: try await commands(call)), call, words)
    }

    /// Registered commands for a look at a goal that names them; what they run is the service's to know.
    private static func named(_ commands: [String]) -> [String: Command] {
        Dictionary(commands.map { ($0, Command(arguments: [$0])) }) { first, _ in first }
    }

    /// The page with its plan, or with what is wrong with the goal.
    private func withPlan(_ page: NewGoalPage, _ call: Call, _ words: Words) async throws -> NewGoalPage {
        var page = page
        let goal: Goal
        do throws(GoalFileErrors) {
            goal = try GoalFile.read(page.yaml, directory: "/", registered: Self.named(page.commands))
        } catch {
            page.problems = error.errors.map { fault in
                (fault.field.isEmpty ? "" : fault.field + ": ") + words.server(fault.problem) + "; "
                    + words.server(fault.remedy)
            }
            return page
        }
        // Without a price of a trial there is no cost, which is not the same as none.
        let hasCost = goal.trial.cost != nil
        do {
            let preview = try await services.campaigns.preview(CampaignDraft(goal: page.yaml), in: call.workspace)
            page.plan = NewGoalPage.Plan(
                trials: preview.trials,
                generations: preview.generations,
                seconds: preview.durationSeconds,
                cost: hasCost ? preview.cost?.text : nil,
                combinations: preview.combinations,
                power: power(goal, preview.trials).map { sentence($0, words) },
                notes: preview.notes
            )
        } catch let problem as Problem {
            page.problems = [Self.line(problem, words)]
        }
        return page
    }

    private func sentence(_ power: Power, _ words: Words) -> String {
        let confirmation = power.confirmation.map {
            words(.powerConfirm, words.number($0, decimals: 1), words.count(power.confirmationTrials))
        }
        return [words(.powerSentence, words.number(power.search, decimals: 1)), confirmation]
            .compactMap(\.self)
            .joined(separator: " ")
    }

    private func create(_ call: Call, _ visitor: Visitor, _ fields: FormFields) async throws -> FormOutcome {
        do {
            let draft = CampaignDraft(goal: fields.raw("yaml"), needsApproval: true)
            let detail = try await services.campaigns.create(draft, by: call.caller, key: nil)
            return .leads("/campaigns/\(detail.summary.id.text)")
        } catch let problem as Problem {
            return .page(try await refused(problem, call, visitor, fields).page(for: visitor))
        }
    }

    private func rehearse(_ call: Call, _ visitor: Visitor, _ fields: FormFields) async throws -> FormOutcome {
        do {
            _ = try await services.rehearsals.begin(RehearsalDraft(goal: fields.raw("yaml")), by: call.caller, key: nil)
            return .leads("/campaigns")
        } catch let problem as Problem {
            return .page(try await refused(problem, call, visitor, fields).page(for: visitor))
        }
    }

    private func refused(
        _ problem: Problem,
        _ call: Call,
        _ visitor: Visitor,
        _ fields: FormFields
    ) async throws -> NewGoalPage {
        NewGoalPage(
            problems: [Self.line(problem, Words(visitor))],
            yaml: fields.raw("yaml"),
            isFile: true,
            commands: try await commands(call)
        )
    }
}
