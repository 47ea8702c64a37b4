// SPDX-License-Identifier: Apache-2.0

import Domain

/// Writes the page on an A/B test.
struct ABTestPageWriter: Sendable {
    let content: ABTestPageContent
    let wording: Wording

    init(_ content: ABTestPageContent, _ wording: Wording) {
        self.content = content
        self.wording = wording
    }

    /// The page, answer first.
    func page(writtenAt: Timestamp) -> Page {
        Page(
            language: wording.language.rawValue,
            title: wording(.pageOfTest, content.name),
            name: wording(.pageOfTest, content.name),
            details: [],
            status: "",
            sections: [answer(), next(), evidence(), unknown(), method()],
            footer: wording.resultFooter(writtenAt: writtenAt)
        )
    }

    /// The comparisons that decide, guardrails left out.
    var deciding: [ABTestPageContent.Comparison] { content.comparisons.filter { $0.guardrail == nil } }

    /// The comparison that the answer is about.
    var main: ABTestPageContent.Comparison? {
        let candidates = deciding.isEmpty ? content.comparisons : deciding
        switch content.verdict {
        case .better:
            return candidates.first { $0.verdict == .better && (content.winner ?? $0.variant) == $0.variant }
                ?? candidates.first
        case .worse: return candidates.first { $0.verdict == .worse } ?? candidates.first
        case .inconclusive, .invalid: return candidates.first { $0.verdict == content.verdict } ?? candidates.first
        }
    }

    /// A metric's value: a share in percent.
    func value(_ figure: Figure, _ kind: ABTestPageContent.Kind) -> Markup {
        wording.figure(figure, kind == .proportion ? .percent(2) : .short)
    }

    /// How a difference of a metric is printed.
    func style(_ kind: ABTestPageContent.Kind) -> FigureStyle { kind == .proportion ? .points(2) : .signed }

    /// A verdict in a word.
    func word(_ verdict: ABTestPageContent.Verdict) -> String {
        switch verdict {
        case .better: wording(.abBetter)
        case .worse: wording(.abWorse)
        case .inconclusive: wording(.abInconclusive)
        case .invalid: wording(.abInvalid)
        }
    }

    private func tone(_ verdict: ABTestPageContent.Verdict) -> String {
        switch verdict {
        case .better: "good"
        case .worse, .invalid: "bad"
        case .inconclusive: "open"
        }
    }
}

// The answer.
extension ABTestPageWriter {
    private func answer() -> Section {
        var blocks = [
            Block(
                headline: Headline(
                    verdict: word(content.verdict),
                    tone: tone(content.verdict),
                    sentence: sentence(),
                    source: source()
                )
            ),
            Block(facts: facts()),
        ]
        blocks += certainty().map(Block.paragraph)
        return Section(id: "answer", title: wording(.sectionAnswer), blocks: blocks)
    }

    private func sentence() -> Markup {
        guard content.verdict != .invalid else { return Markup(wording(.abHeadlineInvalid)) }
        guard let main else { return Markup(wording(.abHeadlineNone)) }
        let phrase: ResultPhrase =
            switch content.verdict {
            case .better: .abHeadlineBetter
            case .worse: .abHeadlineWorse
            case .inconclusive, .invalid: .abHeadlineOpen
            }
        return wording.marked(
            phrase,
            Markup(main.variant),
            Markup(main.control),
            Markup(main.metric),
            value(main.variantValue, main.kind),
            value(main.controlValue, main.kind)
        )
    }

    private func source() -> Markup {
        guard content.verdict != .invalid else {
            return wording.marked(
                .abSourceInvalid,
                wording.figure(content.split.p, .p),
                wording.figure(content.split.threshold, .short)
            )
        }
        guard let main else { return "" }
        let difference = wording.figure(main.difference.estimate, style(main.kind))
        let ends = wording.range(main.difference, style(main.kind))
        let confidence = wording.confidence(content.confidence)
        guard let lift = main.lift, lift.estimate.value != nil else {
            return wording.marked(.abSource, difference, confidence, ends)
        }
        return wording.marked(
            .abSourceLift,
            difference,
            confidence,
            ends,
            Markup(main.control),
            wording.figure(lift.estimate, .signedPercent(1))
        )
    }

    private func facts() -> [Fact] {
        var facts: [Fact] = []
        if content.verdict != .invalid, let main {
            if let lift = main.lift, lift.estimate.value != nil {
                facts.append(
                    Fact(
                        name: wording(.factLift),
                        value: wording.figure(lift.estimate, .signedPercent(1)),
                        note: lift.drawable == nil
                            ? nil
                            : wording.marked(
                                .factInterval,
                                wording.confidence(content.confidence),
                                wording.range(lift, .signedPercent(1))
                            )
                    )
                )
            }
            facts.append(
                Fact(name: main.metric, value: value(main.variantValue, main.kind), note: Markup(main.variant))
            )
            facts.append(
                Fact(name: main.metric, value: value(main.controlValue, main.kind), note: Markup(main.control))
            )
        }
        let units = content.variants.map { wording.figure($0.units, .count) }
        facts.append(
            Fact(
                name: wording(.factVisitors),
                value: Markup.joined(units, " · "),
                note: wording.list(content.variants.map(\.name))
            )
        )
        facts.append(
            Fact(
                name: wording(.factSplit),
                value: Markup(wording(content.split.isMismatch ? .splitBad : .splitGood)),
                note: wording.marked(.splitP, wording.figure(content.split.p, .p))
            )
        )
        return facts
    }

    /// How sure, in plain words.
    private func certainty() -> [Markup] {
        guard content.verdict != .invalid, let main else { return [] }
        var sentences: [Markup] = []
        let confidence = wording.confidence(content.confidence)
        if main.kind == .proportion, main.difference.drawable != nil {
            sentences.append(
                wording.marked(
                    .abPerThousand,
                    wording.figure(main.difference.estimate, .perThousand(1)),
                    wording.range(main.difference, .perThousand(1))
                )
            )
        }
        if content.verdict == .inconclusive {
            if main.difference.drawable != nil {
                sentences.append(
                    wording.marked(.abOpenRange, confidence, wording.range(main.difference, style(main.kind)))
                )
            }
        } else if let p = main.adjustedP ?? main.p, p.value != nil {
            let isMany = main.adjustedP != nil && (content.tests.value ?? 1) > 1
            sentences.append(
                isMany
                    ? wording.marked(.abCertainMany, wording.figure(p, .p), wording.figure(content.tests, .count))
                    : wording.marked(.abCertain, wording.figure(p, .p))
            )
            if content.looks == .once, let always = main.alwaysValid, let excludes = always.excludes(0) {
                sentences.append(
                    excludes
                        ? Markup(wording(.abStable))
                        : wording.marked(.abUnstable, wording.range(always, style(main.kind)))
                )
            }
        }
        return sentences
    }
}

// What to do, and what is not known.
extension ABTestPageWriter {
    private func next() -> Section {
        var items: [Markup] = []
        let control = Markup(main?.control ?? "")
        let variant = Markup(content.winner ?? main?.variant ?? "")
        let isGoingOn =
            deciding.contains { $0.hasStopped == false } || content.looks == .unplanned || main?.more?.isPlan == true
        switch content.verdict {
        case .better: items.append(wording.marked(.abNextRollOut, variant, Markup(main?.metric ?? "")))
        case .worse: items.append(wording.marked(.abNextKeep, control, variant))
        case .inconclusive where main?.mayGiveUp == true:
            items.append(wording.marked(.abNextGiveUp, control))
        case .inconclusive where isGoingOn:
            items.append(Markup(wording(content.looks == .unplanned ? .abNextGoOnAnyTime : .abNextGoOn)))
        case .inconclusive: items.append(wording.marked(.abNextOpen, control, variant))
        case .invalid: items.append(Markup(wording(.abNextRepair)))
        }
        let endangered = content.comparisons.filter { $0.guardrail == .breached || $0.guardrail == .unclear }
        if content.verdict == .better, !endangered.isEmpty {
            items.insert(wording.marked(.abNextGuardrail, wording.list(Self.unique(endangered.map(\.metric)))), at: 0)
        }
        if content.verdict == .inconclusive, let main, main.mayGiveUp != true {
            items.append(main.more.map { more($0, main) } ?? Markup(wording(.abMoreUnknown)))
        }
        return Section(id: "next", title: wording(.sectionNext), blocks: [.list(items)])
    }

    /// How much more would tell.
    private func more(_ more: ABTestPageContent.More, _ main: ABTestPageContent.Comparison) -> Markup {
        let chance = wording.figure(more.chance, .percent(0))
        switch (more.days, more.units) {
        case (let days?, let units?):
            return wording.marked(
                more.isPlan ? .abMorePlanDays : .abMoreDays,
                wording.figure(days, .count),
                wording.figure(units, .count),
                chance
            )
        case (let days?, nil):
            return wording.marked(
                more.isPlan ? .abMorePlanDaysAlone : .abMoreDaysAlone,
                wording.figure(days, .count),
                chance
            )
        case (nil, let units?):
            return wording.marked(
                more.isPlan ? .abMorePlanUnits : .abMoreUnits,
                wording.figure(units, .count),
                chance
            )
        case (nil, nil):
            if let times = more.times {
                return wording.marked(.abMoreTimes, wording.figure(times, .fixed(1)))
            }
            let size: FigureStyle = main.kind == .proportion ? .points(2) : .short
            return wording.marked(.abMoreNone, wording.figure(more.detectable, size), chance)
        }
    }

    private func unknown() -> Section {
        var items: [Markup] = []
        if content.verdict == .invalid {
            items = [Markup(wording(.unknownInvalid))]
        } else {
            for comparison in content.comparisons
            where comparison.verdict == .inconclusive && comparison.guardrail != .held
                && comparison.difference.excludes(0) == false
            {
                items.append(
                    wording.marked(
                        .unknownMetric,
                        Markup(comparison.variant),
                        Markup(comparison.metric),
                        wording.figure(comparison.difference.lower, style(comparison.kind)),
                        wording.figure(comparison.difference.upper, style(comparison.kind))
                    )
                )
            }
            items += [Markup(wording(.unknownLong)), Markup(wording(.unknownWho))]
        }
        return Section(id: "not-learned", title: wording(.sectionUnknown), blocks: [.list(items)])
    }

    private func method() -> Section {
        let looks: ResultPhrase =
            switch content.looks {
            case .once: .methodOnce
            case .planned: .methodPlanned
            case .unplanned: .methodUnplanned
            }
        let risk = wording.marked(.methodLevel, wording.confidence(content.level))
        var blocks: [Block] = [.paragraph(Markup(wording(looks)) + " " + risk)]
        blocks += wording.notes(content.notes)
        return Section(id: "method", title: wording(.sectionMethod), blocks: blocks)
    }

    static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
