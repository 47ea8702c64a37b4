// SPDX-License-Identifier: Apache-2.0

import Domain
package import Experiments

/// A campaign in five plain lines, for a terminal: result, certainty, goal, spend, what to do next.
package struct ReportSummary: Sendable {
    /// The five lines, without line ends.
    package let lines: [String]

    /// Writes the lines in a language; control characters of the records' texts are left out.
    package init(_ dossier: CampaignDossier, language: ReportLanguage) {
        let writer = ReportWriter(dossier, language: language, writtenAt: dossier.campaign.createdAt)
        lines = writer.summary().map { line in
            String(
                String.UnicodeScalarView(
                    line.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
                )
            )
        }
    }
}

extension ReportWriter {
    /// The five lines.
    func summary() -> [String] {
        let sure = certaintySentences().first ?? wording(result.certainty == .keep ? .verdictKeep : .verdictNothing)
        return [
            wording(.summaryResult, resultLine()),
            wording(.summaryCertainty, sure),
            wording(.summaryGoal, goalSentence()),
            wording(.summarySpent, spentLine()),
            wording(.summaryNext, recommendations().first ?? wording(.nextCampaignNone)),
        ]
    }

    private func resultLine() -> String {
        guard let winner = result.winner else { return headlineSentence() }
        let present = levels(of: goal.control)
        let changes = zip(goal.factors, levels(of: winner)).enumerated()
            .filter { $0.element.1 != present[$0.offset] }
            .map { "\($0.element.0.name)=\($0.element.1)" }
        return headlineSentence() + " – " + changes.joined(separator: ", ")
    }
}
