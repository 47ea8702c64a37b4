// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments

// What is not in its list now.
extension RankPageWriter {
    /// The products that are off their lists, or were not looked at; nil where there are none.
    func absences() -> Section? {
        let absent = content.outlook.absent
        guard !absent.isEmpty else { return nil }
        let rows = absent.prefix(Self.limits.products).map { absence in
            let last = absence.lastRank.flatMap { rank in
                absence.lastListed.map { wording(.lastOn, wording.count(rank), day($0)) }
            }
            return Table.Row(cells: [
                Table.Cell(
                    text: absence.name + (absence.isOwn ? " · " + wording(.own) : ""),
                    style: absence.isOwn ? "s" : ""
                ),
                .text(absence.keyword), .text(since(absence)), .text(last ?? wording(.absentNever)),
                .text(chance(absence)),
            ])
        }
        let head: [RankPhrase] = [.columnProduct, .columnList, .columnGone, .columnLast, .columnReturn]
        var blocks: [Block] = [
            .table(Table(head: head.map { .text(wording($0)) }, rows: Array(rows))),
            .caption(wording(.absentCaption, wording.count(absent[0].within))),
        ]
        if absent.count > rows.count {
            blocks.append(.caption(wording(.more, wording.count(absent.count - rows.count))))
        }
        return Section(id: "absent", title: wording(.sectionAbsent), blocks: blocks)
    }

    private func since(_ absence: RankAbsence) -> String {
        guard absence.isOffList, let since = absence.since else { return wording(.absentUnseen, day(absence.newest)) }
        return wording(.absentSince, day(since), wording.count(absence.steps))
    }

    private func chance(_ absence: RankAbsence) -> String {
        guard absence.isOffList, absence.lastRank != nil else { return Wording.absent }
        guard let chance = absence.returnProbability else { return wording(.returnUnknown) }
        return wording(
            .returnChance,
            wording.probability(chance),
            wording.count(absence.returns),
            wording.count(absence.cases)
        )
    }
}
