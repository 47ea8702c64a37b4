// SPDX-License-Identifier: Apache-2.0

import Dashboard
import Domain
import Files
import Foundation
import Reports

/// A new goal, from a sentence or a form to a plan, and from there to a campaign or a rehearsal.
extension PageEndpoints {
    func newGoal(_ call: Call, _ visitor: Visitor, _ fields: FormFields) async throws -> FormOutcome {
        let words = Words(visitor.language)
        switch fields["step"] {
        case "read": return .page(read(fields, words).page(for: visitor))
        case "preview-file": return .page(try await previewed(file: fields.raw("file"), call, words).page(for: visitor))
        case "create": return try await create(call, visitor, fields)
        case "rehearse": return try await rehearse(call, visitor, fields)
        default: return .page(try await previewed(form: fields, call, words).page(for: visitor))
        }
    }

    /// The page with what a sentence says; its questions are in the page's language, whatever the sentence's is.
    private func read(_ fields: FormFields, _ words: Words) -> NewGoalPage {
        let sentence = fields["sentence"] ?? ""
        guard !sentence.isEmpty else { return NewGoalPage() }
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
        do {
            draft.levers = try GoalSketch.levers(fields.raw("factors"))
        } catch {
            page.problems = [error.description]
            return page
        }
        page.yaml = draft.yaml()
        return try await withPlan(page, call, words)
    }

    private func previewed(file text: String, _ call: Call, _ words: Words) async throws -> NewGoalPage {
        try await withPlan(NewGoalPage(yaml: text, isFile: true), call, words)
    }

    /// The page with its plan, or with what is wrong with the goal.
    private func withPlan(_ page: NewGoalPage, _ call: Call, _ words: Words) async throws -> NewGoalPage {
        var page = page
        // What a registered command runs is not the page's to know: its name is enough to read the goal.
        let names = try await services.commands.commands(in: call.workspace, paging: Paging(limit: Paging.most))
        let command = Command(arguments: ["true"], directory: "/", timeout: .minutes(1), environment: [:])
        let registered = Dictionary(names.items.map { ($0.name, command) }, uniquingKeysWith: { first, _ in first })
        let goal: Goal
        do throws(GoalFileErrors) {
            goal = try GoalFile.read(page.yaml, directory: "/", registered: registered)
        } catch {
            page.problems = error.errors.map(\.message)
            return page
        }
        do {
            let preview = try await services.campaigns.preview(CampaignDraft(goal: page.yaml), in: call.workspace)
            page.plan = NewGoalPage.Plan(
                trials: preview.trials,
                generations: preview.generations,
                seconds: preview.durationSeconds,
                cost: preview.cost?.text,
                combinations: preview.combinations,
                power: power(goal, preview.trials).map { sentence($0, words) },
                notes: preview.notes
            )
        } catch let problem as Problem {
            page.problems = [Self.line(problem)]
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
            return .page(
                NewGoalPage(problems: [Self.line(problem)], yaml: fields.raw("yaml"), isFile: true).page(for: visitor)
            )
        }
    }

    private func rehearse(_ call: Call, _ visitor: Visitor, _ fields: FormFields) async throws -> FormOutcome {
        do {
            _ = try await services.rehearsals.begin(RehearsalDraft(goal: fields.raw("yaml")), by: call.caller, key: nil)
            return .leads("/campaigns")
        } catch let problem as Problem {
            return .page(
                NewGoalPage(problems: [Self.line(problem)], yaml: fields.raw("yaml"), isFile: true).page(for: visitor)
            )
        }
    }
}
