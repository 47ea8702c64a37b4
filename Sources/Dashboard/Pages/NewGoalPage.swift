// SPDX-License-Identifier: Apache-2.0

/// A new goal: said in a sentence or filled in, looked at as a plan, and created.
package struct NewGoalPage: Sendable {
    /// A field as a sentence or a person filled it.
    package struct Entry: Sendable {
        package var value: String
        /// The words that said it.
        package var words: String?
        /// What is asked of it.
        package var question: String?
        package var proposals: [String]

        /// Creates an entry.
        package init(value: String = "", words: String? = nil, question: String? = nil, proposals: [String] = []) {
            self.value = value
            self.words = words
            self.question = question
            self.proposals = proposals
        }
    }

    /// What a goal would take.
    package struct Plan: Sendable {
        package var trials: Int
        package var generations: Int
        package var seconds: Int64
        package var cost: String?
        package var combinations: Int?
        /// The chance to find an effect that matters, in a sentence; nil when it was not computed.
        package var power: String?
        package var notes: [String]

        /// Creates a plan.
        package init(
            trials: Int,
            generations: Int,
            seconds: Int64,
            cost: String?,
            combinations: Int?,
            power: String?,
            notes: [String]
        ) {
            self.trials = trials
            self.generations = generations
            self.seconds = seconds
            self.cost = cost
            self.combinations = combinations
            self.power = power
            self.notes = notes
        }
    }

    package var sentence: String
    package var entries: [String: Entry]
    package var unread: [String]
    /// Why some words are refused.
    package var refusal: String?
    /// What is wrong with the goal, field by field.
    package var problems: [String]
    package var plan: Plan?
    /// The goal file that the form makes, or that was given.
    package var yaml: String
    /// Whether the goal file itself was given.
    package var isFile: Bool
    /// Whether the sentence was read just now.
    package var isRead: Bool

    /// Creates a view.
    package init(
        sentence: String = "",
        entries: [String: Entry] = [:],
        unread: [String] = [],
        refusal: String? = nil,
        problems: [String] = [],
        plan: Plan? = nil,
        yaml: String = "",
        isFile: Bool = false,
        isRead: Bool = false
    ) {
        self.sentence = sentence
        self.entries = entries
        self.unread = unread
        self.refusal = refusal
        self.problems = problems
        self.plan = plan
        self.yaml = yaml
        self.isFile = isFile
        self.isRead = isRead
    }

    /// The names of the form's fields.
    package static let fields = [
        "name", "product", "url", "product_id", "marketplace", "keywords", "target", "deadline", "budget", "price",
        "factors", "units",
        "window", "cost", "generation_size", "replicates", "apply", "measure",
    ]

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor.language)
        var sections = [sentenceSection(words)]
        if isRead { sections.append(readSection(words)) }
        if let plan { sections.append(planSection(plan, words)) }
        sections.append(formSection(words))
        sections.append(fileSection(words))
        return DashboardPage(.newGoal, words(.newGoal), lead: words(.newGoalLead), sections)
    }

    private func sentenceSection(_ words: Words) -> PageSection {
        PageSection(
            "sentence",
            nil,
            [
                .form(
                    Form(
                        "/goals/new",
                        [.area("sentence", words(.goalSentence), sentence, rows: 2, hint: words(.goalSentenceHint))],
                        [.init(words(.readSentence), "read", tone: plan == nil && !isRead ? .primary : .plain)]
                    )
                )
            ]
        )
    }

    private func readSection(_ words: Words) -> PageSection {
        var pieces: [Piece] = []
        if let refusal { pieces.append(.note(refusal, .bad, isAlert: true)) }
        let understood = Self.fields.compactMap { field -> [DataTable.Cell]? in
            guard let entry = entries[field], let said = entry.words, !entry.value.isEmpty else { return nil }
            return [.short(label(field, words)), .text(entry.value), .text(words(.fromWords, said))]
        }
        if !understood.isEmpty {
            pieces.append(
                .table(DataTable(words(.understood), [words(.field), words(.value), words(.goalSentence)], understood))
            )
        }
        let asked = Self.fields.compactMap { entries[$0]?.question }
        if !asked.isEmpty { pieces += [.heading(words(.asked)), .list(asked)] }
        if !unread.isEmpty { pieces += [.heading(words(.notRead)), .paragraph(unread.joined(separator: ", "))] }
        return PageSection("understood", words(.understood), pieces)
    }

    private func planSection(_ plan: Plan, _ words: Words) -> PageSection {
        var pieces: [Piece] = [
            .figures([
                .init(words(.planTrials), words.count(plan.trials)),
                .init(words(.planGenerations), words.count(plan.generations)),
                .init(words(.planDuration), words.span(seconds: plan.seconds)),
                .init(words(.planCost), plan.cost ?? "–"),
                .init(words(.planCombinations), plan.combinations.map { words.count($0) } ?? "–"),
            ]),
            .paragraph(words(.planPower) + ": " + (plan.power ?? words(.powerNone))),
        ]
        if !plan.notes.isEmpty { pieces += [.heading(words(.planNotes)), .list(plan.notes.map { words.told($0) })] }
        pieces.append(
            .form(
                Form(
                    "/goals/new",
                    [.area("yaml", words(.goalFile), yaml, rows: 14)],
                    [
                        .init(words(.createButton), "create"),
                        .init(words(.rehearseButton), "rehearse", tone: .plain),
                    ]
                )
            )
        )
        pieces.append(.paragraph(words(.createHint)))
        return PageSection("plan", words(.plan), pieces)
    }

    private func label(_ field: String, _ words: Words) -> String {
        switch field {
        case "name": words(.name)
        case "product": words(.product)
        case "url": words(.productURL)
        case "product_id": words(.productID)
        case "marketplace": words(.marketplace)
        case "keywords": words(.keywords)
        case "target": words(.targetRank)
        case "deadline": words(.deadline)
        case "budget": words(.budget)
        case "price": words(.price)
        case "factors": words(.factors)
        case "units": words(.unitsCount)
        case "window": words(.window)
        case "cost": words(.cost)
        case "generation_size": words(.generationSize)
        case "apply": words(.applyCommand)
        case "measure": words(.measureCommand)
        default: words(.replicates)
        }
    }

    private func line(_ field: String, _ words: Words, hint: Word? = nil, width: Form.Width = .half) -> Form.Field {
        let entry = entries[field] ?? Entry()
        return .line(
            field,
            label(field, words),
            entry.value,
            hint: entry.question ?? hint.map { words($0) },
            width: width,
            words: entry.words.map { words(.fromWords, $0) },
            proposals: entry.proposals
        )
    }

    private func formSection(_ words: Words) -> PageSection {
        let factors = entries["factors"] ?? Entry()
        let markets = [
            ("", words(.marketNone)), ("simulated", words(.marketSimulated)), ("naver", words(.marketNaver)),
            ("coupang", words(.marketCoupang)),
        ]
        var pieces: [Piece] = []
        if !problems.isEmpty { pieces.append(.note(words(.wrongGoal), .bad, list: problems, isAlert: true)) }
        pieces.append(
            .form(
                Form(
                    "/goals/new",
                    [
                        line("product", words), line("url", words),
                        .choice(
                            "marketplace",
                            words(.marketplace),
                            markets.map { (value: $0.0, name: $0.1) },
                            chosen: entries["marketplace"]?.value ?? "",
                            hint: entries["marketplace"]?.question,
                            width: .half
                        ),
                        line("keywords", words), line("target", words, width: .third),
                        line("deadline", words, hint: .deadlineHint, width: .third),
                        line("budget", words, hint: .budgetHint, width: .third),
                        .area(
                            "factors",
                            words(.factors),
                            factors.value,
                            rows: 5,
                            hint: words(.factorsHint)
                        ),
                        line("units", words, hint: .unitsHint, width: .third), line("window", words, width: .third),
                        line("cost", words, width: .third), line("generation_size", words, width: .third),
                        line("replicates", words, width: .third), line("price", words, width: .third),
                        line("apply", words, hint: .commandHint), line("measure", words, hint: .commandHint),
                        line("name", words), line("product_id", words),
                    ],
                    [.init(words(.previewButton), "preview", tone: plan == nil ? .primary : .plain)]
                )
            )
        )
        return PageSection("form", words(.goalForm), pieces)
    }

    private func fileSection(_ words: Words) -> PageSection {
        PageSection(
            "file",
            words(.orGoalFile),
            [
                .form(
                    Form(
                        "/goals/new",
                        [.area("file", words(.goalFile), isFile ? yaml : "", rows: 6, hint: words(.goalFileHint))],
                        [.init(words(.previewButton), "preview-file", tone: .plain)]
                    )
                )
            ]
        )
    }
}
