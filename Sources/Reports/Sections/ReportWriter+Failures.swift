// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments

extension ReportWriter {
    /// The classes of failure of this campaign's trials, commonest first.
    func failureClasses() -> [(class: Failure.Class, count: Int, first: Failure)] {
        let failures = dossier.trials.filter { $0.status == .failed }.compactMap(\.failure)
        return Failure.Class.allCases.compactMap { kind in
            let members = failures.filter { $0.class == kind }
            return members.first.map { (kind, members.count, $0) }
        }
        .enumerated()
        .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
        .map(\.element)
    }

    /// Section 9: what failed, how often, with a first example of each class.
    func failures() -> Section {
        let ended = dossier.trials.count { [.completed, .failed, .discarded].contains($0.status) }
        let failed = dossier.trials.count { $0.status == .failed }
        var blocks: [Block] = []
        if failed == 0 {
            blocks.append(.paragraph(wording(.failuresNone)))
        } else {
            let share = wording.percent(Double(failed) / Double(max(1, ended)), 1)
            blocks.append(.paragraph(wording(.failuresSummary, wording.count(failed), wording.count(ended), share)))
            blocks.append(.table(failureTable(of: failed)))
            for kind in failureClasses().prefix(3) where !kind.first.lastLines.isEmpty {
                blocks.append(.caption(wording(.lastLines) + " (" + name(of: kind.class) + ")"))
                blocks.append(
                    .output(kind.first.lastLines.suffix(5).map { String($0.prefix(400)) }.joined(separator: "\n"))
                )
            }
        }
        let discarded = dossier.trials.count { $0.status == .discarded }
        if discarded > 0 { blocks.append(.paragraph(wording(.failuresDiscarded, wording.count(discarded)))) }
        if let alerts = alertCounts() { blocks.append(.paragraph(wording(.failuresAlerts, alerts))) }
        return Section(id: "failures", title: wording(.failuresTitle), blocks: blocks)
    }

    private func failureTable(of failed: Int) -> Table {
        let rows = failureClasses().map { kind in
            Table.Row(cells: [
                .text(name(of: kind.class)), .number(wording.count(kind.count)),
                .number(wording.percent(Double(kind.count) / Double(failed))), .text(kind.first.message),
            ])
        }
        let head: [Table.Cell] = [
            .text(wording(.columnClass)), .number(wording(.columnCount)), .number(wording(.columnShare)),
            .text(wording(.columnExample)),
        ]
        return Table(head: head, rows: rows)
    }

    private func alertCounts() -> String? {
        let counts = Alert.Kind.allCases.compactMap { kind in
            let count = dossier.alerts.count { $0.kind == kind }
            return count > 0 ? "\(wording(Self.phrase(of: kind))) \(wording.count(count))" : nil
        }
        return counts.isEmpty ? nil : counts.joined(separator: ", ")
    }

    /// What a class of failure is called.
    func name(of kind: Failure.Class) -> String {
        switch kind {
        case .timeOut: wording(.failureTimeOut)
        case .rateLimit: wording(.failureRateLimit)
        case .permission: wording(.failurePermission)
        case .notFound: wording(.failureNotFound)
        case .invalid: wording(.failureInvalid)
        case .unknown: wording(.failureUnknown)
        }
    }
}
