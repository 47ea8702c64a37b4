// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension ReportWriter {
    /// Section 6: trials and money used, against their limits.
    func spend() -> Section {
        let settled = dossier.ledger.filter { $0.kind == .settled }.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        guard let first = settled.first, let last = settled.last else {
            return Section(id: "spend", title: wording(.spendTitle), blocks: [.paragraph(wording(.spendNothing))])
        }
        let start = min(campaign.startedAt ?? first.time, first.time)
        let x = Axis(from: start, to: last.time, wording: wording)
        var blocks: [Block] = [.paragraph(spentLine()), .chart(trialsSpent(settled, x))]
        if let currency = settled.lazy.compactMap(\.amount?.currency).first {
            blocks.append(.chart(moneySpent(settled, x, currency)))
        }
        let reserved = dossier.spending.reservedTrials
        if reserved > 0 { blocks.append(.caption(wording(.factReserved, wording.count(reserved)))) }
        return Section(id: "spend", title: wording(.spendTitle), blocks: blocks)
    }

    private func trialsSpent(_ settled: [LedgerEntry], _ x: Axis) -> String {
        let points = settled.enumerated()
            .map { ChartPoint(x: Double($0.element.time.milliseconds), y: Double($0.offset + 1)) }
        let limit = goal.budget.trials
        return StepChart(
            title: wording(.spendTrialsChart),
            description: wording(
                .spendTrialsDescription,
                wording.count(settled.count),
                settled.first.map { wording.time($0.time) } ?? "",
                settled.last.map { wording.time($0.time) } ?? "",
                limit.map { wording(.legendBudget, wording.count($0)) } ?? wording(.spendUnlimited)
            ),
            x: x,
            y: Axis(
                around: points.map(\.y) + (limit.map { [Double($0)] } ?? []),
                title: wording(.axisTrials),
                includesZero: true,
                steps: 4
            ) { wording.short($0) },
            points: Self.thinned(points),
            limit: limit.map { (Double($0), wording(.legendBudget, wording.count($0))) }
        )
        .svg()
    }

    private func moneySpent(_ settled: [LedgerEntry], _ x: Axis, _ currency: Currency) -> String {
        let scale = (0..<currency.fractionDigits).reduce(1.0) { value, _ in value * 10 }
        var total = 0.0
        let points = settled.compactMap { entry -> ChartPoint? in
            guard let amount = entry.amount, amount.currency == currency else { return nil }
            total += Double(amount.minorUnits) / scale
            return ChartPoint(x: Double(entry.time.milliseconds), y: total)
        }
        let limit = goal.budget.amount.flatMap { $0.currency == currency ? $0 : nil }
        let limitValue = limit.map { Double($0.minorUnits) / scale }
        let shown = Money(minorUnits: dossier.spending.settled, currency: currency).description
        return StepChart(
            title: wording(.spendMoneyChart),
            description: wording(
                .spendMoneyDescription,
                shown,
                settled.first.map { wording.time($0.time) } ?? "",
                settled.last.map { wording.time($0.time) } ?? "",
                limit.map { wording(.legendBudget, $0.description) } ?? wording(.spendUnlimited)
            ),
            x: x,
            y: Axis(
                around: points.map(\.y) + (limitValue.map { [$0] } ?? []),
                title: wording(.axisMoney, currency.symbol),
                includesZero: true,
                steps: 4
            ) { wording.short($0) },
            points: Self.thinned(points),
            limit: limitValue.map { ($0, wording(.legendBudget, limit?.description ?? "")) }
        )
        .svg()
    }

    /// Every so manieth point and the last, so that a chart has no more than it can show.
    private static func thinned(_ points: [ChartPoint]) -> [ChartPoint] {
        let size = max(1, (points.count + pointLimit - 1) / pointLimit)
        return points.enumerated().filter { $0.offset.isMultiple(of: size) || $0.offset == points.count - 1 }
            .map(\.element)
    }
}
