// SPDX-License-Identifier: Apache-2.0

import Domain

/// Writes the page on an analysed experiment.
struct AnalysisPageWriter: Sendable {
    /// How sure the answer is.
    enum Certainty: Sendable {
        /// The gain's interval lies on the good side, or without one some factor's effect is beyond chance.
        case clear
        /// Chance alone may explain what was seen.
        case open
        /// There is no best setting.
        case none
    }

    let content: AnalysisPageContent
    let wording: Wording

    init(_ content: AnalysisPageContent, _ wording: Wording) {
        self.content = content
        self.wording = wording
    }

    /// The page, answer first.
    func page(writtenAt: Timestamp) -> Page {
        Page(
            language: wording.language.rawValue,
            title: wording(.pageOfAnalysis, content.name),
            name: wording(.anAbout, content.response),
            details: [content.name],
            status: "",
            sections: [answer(), next(), evidence(), unknown(), method()],
            footer: wording.resultFooter(writtenAt: writtenAt)
        )
    }

    /// The names of the factors whose level is more than a preference.
    var decided: [String] { content.best.filter(\.isDecided).map(\.factor) }

    /// How values of the response are printed: shares in percent.
    var valueStyle: FigureStyle {
        guard content.scale == .share else { return .short }
        let share = content.expected.estimate.value ?? 1
        return .percent(share < 0.000_5 ? 4 : share < 0.005 ? 3 : 2)
    }

    /// How differences of values are printed: of shares in percentage points.
    var differenceStyle: FigureStyle {
        if case .percent(let decimals) = valueStyle { return .points(decimals) }
        return .signed
    }

    var certainty: Certainty {
        guard !content.best.isEmpty, content.expected.estimate.value != nil else { return .none }
        guard !content.isPresentBest else { return decided.isEmpty ? .open : .clear }
        if content.baselineKind == .present, content.gain?.drawable == nil { return .open }
        guard !decided.isEmpty else { return .open }
        return content.gain?.drawable == nil || isGainBeyondChance ? .clear : .open
    }

    /// Whether the gain's interval lies on the good side; of counts that of the ratio, which their tests go by.
    private var isGainBeyondChance: Bool {
        guard let gain = content.gain?.drawable else { return false }
        if let ratio = content.gainRatio?.drawable, content.aim != .nominal {
            return content.aim == .higher ? ratio.lower > 1 : ratio.upper < 1
        }
        switch content.aim {
        case .higher: return gain.lower > 0
        case .lower: return gain.upper < 0
        case .nominal: return gain.lower > 0 || gain.upper < 0
        }
    }
}

// The answer.
extension AnalysisPageWriter {
    private func answer() -> Section {
        let verdict: (ResultPhrase, String) =
            switch certainty {
            case .clear: (content.isPresentBest ? .verdictKeep : .verdictClear, "good")
            case .open: (.verdictOpen, "open")
            case .none: (.verdictNone, "bad")
            }
        let headline = Headline(
            verdict: wording(verdict.0),
            tone: verdict.1,
            sentence: sentence(),
            source: source()
        )
        var blocks = [Block(headline: headline), Block(facts: facts())]
        if !content.best.isEmpty { blocks.append(.table(best())) }
        blocks += certaintySentences().map(Block.paragraph)
        return Section(id: "answer", title: wording(.sectionAnswer), blocks: blocks)
    }

    private var baselineName: String {
        wording(content.baselineKind == .present ? .factBaselinePresent : .factBaselineMean)
    }

    private func sentence() -> Markup {
        guard certainty != .none else { return Markup(wording(.verdictNone)) }
        guard !content.isPresentBest else {
            return wording.marked(
                .anHeadlinePresent,
                wording.figure(content.expected.estimate, valueStyle),
                Markup(content.response)
            )
        }
        return wording.marked(
            .anHeadline,
            wording.figure(content.expected.estimate, valueStyle),
            Markup(content.response),
            Markup(wording.language == .english ? baselineName.lowercasedFirst : baselineName),
            wording.figure(content.baseline, valueStyle)
        )
    }

    private func source() -> Markup {
        guard certainty != .none else { return Markup(wording(.anNoBest)) }
        let confidence = wording.confidence(content.confidence)
        if let gain = content.gain, gain.drawable != nil {
            let difference = wording.marked(
                .anSourceGain,
                wording.figure(gain.estimate, differenceStyle),
                confidence,
                wording.range(gain, differenceStyle)
            )
            guard let ratio = content.gainRatio, ratio.drawable != nil else { return difference }
            let phrase: ResultPhrase = content.scale == .share ? .anSourceOdds : .anSourceRate
            return difference + " "
                + wording.marked(
                    phrase,
                    wording.figure(ratio.estimate, .short),
                    confidence,
                    wording.range(ratio, .short)
                )
        }
        guard content.expected.drawable != nil else { return Markup(wording(.anSourceNone)) }
        return wording.marked(.anSourceExpected, confidence, wording.range(content.expected, valueStyle))
    }

    private func facts() -> [Fact] {
        let confidence = wording.confidence(content.confidence)
        func range(_ interval: FigureInterval, _ style: FigureStyle) -> Markup? {
            interval.drawable == nil
                ? nil : wording.marked(.factInterval, confidence, wording.range(interval, style))
        }
        var facts = [
            Fact(
                name: wording(.factExpected),
                value: wording.figure(content.expected.estimate, valueStyle),
                note: range(content.expected, valueStyle)
            ),
            Fact(name: baselineName, value: wording.figure(content.baseline, valueStyle)),
        ]
        if let gain = content.gain {
            facts.append(
                Fact(
                    name: wording(.factDifference),
                    value: wording.figure(gain.estimate, differenceStyle),
                    note: range(gain, differenceStyle)
                )
            )
        }
        facts.append(Fact(name: wording(.factRuns), value: wording.figure(content.rows, .count)))
        return facts
    }

    private func best() -> Table {
        let hasPresent = content.best.contains { $0.present != nil }
        let rows = content.best.map { setting in
            var cells: [Table.Cell] = [.text(setting.factor), .text(setting.level)]
            if hasPresent { cells.append(.text(setting.present ?? Wording.absent)) }
            cells.append(.text(verdict(on: setting)))
            return Table.Row(cells: cells, style: setting.isDecided ? "changed" : "quiet")
        }
        var head: [Table.Cell] = [.text(wording(.anColumnFactor)), .text(wording(.anColumnBest))]
        if hasPresent { head.append(.text(wording(.anColumnPresent))) }
        head.append(.text(wording(.anColumnSure)))
        return Table(head: head, rows: rows)
    }

    private func verdict(on setting: AnalysisPageContent.Setting) -> String {
        guard setting.isDecided else { return wording(.anUndecided) }
        return setting.rival.map { wording(.anDecidedTie, $0) } ?? wording(.anDecided)
    }

    /// How sure, in plain words.
    private func certaintySentences() -> [Markup] {
        guard certainty != .none else { return [] }
        var sentences: [Markup] = []
        if content.isPerfectFit, !content.isSaturated {
            sentences.append(Markup(wording(.anPerfect)))
        } else if content.isSaturated {
            sentences.append(Markup(wording(.anSaturated)))
        }
        if content.gain?.drawable != nil, content.aim != .nominal {
            let phrase: ResultPhrase =
                !isGainBeyondChance ? .anUncertainGain : certainty == .clear ? .anCertainGain : .anSelectedGain
            sentences.append(wording.marked(phrase, wording.confidence(content.confidence)))
        }
        sentences.append(
            decided.isEmpty
                ? Markup(wording(.anUncertainFactors))
                : wording.marked(.anCertainFactors, wording.list(decided))
        )
        if let run = content.newRun, run.drawable != nil {
            sentences.append(
                wording.marked(.anNewRun, wording.range(run, .short), wording.confidence(content.confidence))
            )
        }
        return sentences
    }
}

// What to do, what is not known, and how it was found.
extension AnalysisPageWriter {
    private func next() -> Section {
        var items: [Markup] = []
        let chosen = content.best.filter { $0.isDecided && $0.level != $0.present }
            .map { "\($0.factor) = \($0.level)" }
        let ties = content.best.compactMap { setting in
            setting.isDecided ? setting.rival.map { "\(setting.factor) = \(setting.level), \($0)" } : nil
        }
        let rest = content.best.filter { !$0.isDecided }.map(\.factor)
        switch certainty {
        case .clear where content.isPresentBest: items.append(Markup(wording(.anNextKeep)))
        case .clear where !chosen.isEmpty:
            items.append(wording.marked(.anNextApply, wording.list(chosen)))
            items.append(Markup(wording(.anNextConfirm)))
        case .clear: items.append(Markup(wording(.anNextConfirm)))
        case .open, .none: items.append(Markup(wording(content.isSaturated ? .anNextRepeat : .anNextMore)))
        }
        if !ties.isEmpty, certainty == .clear {
            items.append(wording.marked(.anNextEither, Markup(ties.joined(separator: "; "))))
        }
        if !rest.isEmpty, certainty == .clear { items.append(wording.marked(.anNextCheap, wording.list(rest))) }
        if content.checks.contains(where: \.isConcern) { items.append(Markup(wording(.anNextConcern))) }
        return Section(id: "next", title: wording(.sectionNext), blocks: [.list(items)])
    }

    private func unknown() -> Section {
        var items: [Markup] = []
        if content.baselineKind == .overallMean, certainty != .none { items.append(Markup(wording(.unknownPresent))) }
        let factors = content.terms.filter { $0.kind == .factor }
        let weak = factors.filter { !$0.isSignificant }.map(\.name)
        if content.isSaturated, content.twoLevel == nil { items.append(Markup(wording(.unknownChance))) }
        if !weak.isEmpty { items.append(wording.marked(.unknownWeak, wording.list(weak))) }
        if factors.count > 1, !content.terms.contains(where: { $0.kind == .interaction }) {
            items.append(Markup(wording(.unknownInteractions)))
        }
        // Terms name each other: every group is told once.
        var groups: [Set<String>] = []
        var aliased: [String] = []
        for term in content.terms where !term.aliases.isEmpty {
            let group = Set([term.name] + term.aliases)
            guard !groups.contains(group) else { continue }
            groups.append(group)
            aliased.append("\(term.name) = \(term.aliases.joined(separator: " = "))")
        }
        if !aliased.isEmpty { items.append(wording.marked(.unknownAliased, wording.list(aliased))) }
        if !content.leftOut.isEmpty {
            items.append(wording.marked(.unknownLeftOut, wording.list(content.leftOut.map(\.column))))
        }
        if (content.rowsLeftOut.value ?? 0) > 0 {
            items.append(wording.marked(.unknownRows, wording.figure(content.rowsLeftOut, .count)))
        }
        let isOrderChecked = content.checks.contains { $0.kind == "order" && $0.p.value != nil }
        if content.residuals?.order == nil, !isOrderChecked, !content.isSaturated {
            items.append(Markup(wording(.unknownOrder)))
        }
        items.append(Markup(wording(.unknownBeyond)))
        return Section(id: "not-learned", title: wording(.sectionUnknown), blocks: [.list(items)])
    }

    /// Whether counts scatter more than chance alone would have them, and what was done about it.
    func dispersionSentence() -> Markup? {
        guard let dispersion = content.dispersion, dispersion.p.value != nil else { return nil }
        let phrase: ResultPhrase =
            dispersion.isConcern
            ? dispersion.isAllowedFor ? .anDispersionAllowed : .anDispersionIgnored
            : .anDispersionFine
        return wording.marked(phrase, wording.figure(dispersion.ratio, .short), wording.figure(dispersion.p, .p))
    }

    private func method() -> Section {
        var blocks: [Block] = [
            .paragraph(
                wording.marked(
                    .methodAnalysis,
                    Markup(content.model),
                    wording.figure(content.rows, .count),
                    wording.figure(content.rowsLeftOut, .count),
                    wording.confidence(content.confidence)
                )
            )
        ]
        blocks += wording.notes(content.notes)
        return Section(id: "method", title: wording(.sectionMethod), blocks: blocks)
    }
}

extension String {
    /// The text with its first letter small.
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
