// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Experiments

/// The report on one campaign: one HTML file that needs nothing else.
///
/// A pure function of its parts: the same dossier, language and time give the same bytes. The page has no outside address and no
/// script; styles are inline, for light, dark and print.
package struct CampaignReport: Sendable {
    private let dossier: CampaignDossier

    /// Creates a report on what is known about a campaign.
    package init(_ dossier: CampaignDossier) {
        self.dossier = dossier
    }

    /// Writes the page; `writtenAt` is shown as the time of writing.
    ///
    /// Times are those of a zone by its IANA name; where none is named, or this machine does not know it, those of the goal's.
    /// Throws only when the page's own template is broken.
    package func html(
        language: ReportLanguage,
        writtenAt: Timestamp,
        timeZone: String? = nil
    ) throws -> String {
        try ReportWriter(dossier, language: language, writtenAt: writtenAt, timeZone: timeZone).page().html()
    }
}

extension ReportWriter {
    /// The page, section by section.
    func page() -> Page {
        Page(
            language: wording.language.rawValue,
            title: wording(.pageTitle, goal.name),
            name: goal.product.title ?? goal.name,
            details: details(),
            status: status(),
            sections: [
                answer(), overTime(), mainEffects(), variance(), generations(), spend(), weakFactors(), future(),
                failures(), nextSteps(), method(),
            ],
            footer: [
                wording(.writtenAt, wording.time(writtenAt)) + " · " + wording(.timesIn, wording.timeZoneName),
                campaign.id.text + " · " + wording(.recordedNote),
            ]
        )
    }

    private func details() -> [String] {
        var first: [String] = []
        if goal.product.title != nil { first.append(goal.name) }
        if let price = goal.product.price { first.append(price.description) }
        if !goal.keywords.isEmpty { first.append(wording(.keywordsAre, goal.keywords.joined(separator: ", "))) }
        return [first.joined(separator: " · "), period()].filter { !$0.isEmpty }
    }

    private func period() -> String {
        guard let start = campaign.startedAt else { return wording(.notStarted) }
        guard let end = campaign.endedAt else { return wording(.periodOpen, wording.time(start)) }
        return wording(.period, wording.time(start), wording.time(end))
    }

    private func status() -> String {
        let phrase: Phrase =
            switch campaign.status {
            case .draft, .awaitingApproval, .ready: .statusDraft
            case .rejected, .expired: .statusRejected
            case .running: .statusRunning
            case .paused: .statusPaused
            case .completed: .statusCompleted
            case .stopped: .statusStopped
            case .failed: .statusFailed
            }
        let simulated = goal.trial.kind == .simulated ? " " + wording(.methodSimulated) : ""
        guard let reason = campaign.endReason else { return wording(phrase) + simulated }
        return wording(phrase) + " " + wording(.endReason, recorded(reason)) + simulated
    }
}
