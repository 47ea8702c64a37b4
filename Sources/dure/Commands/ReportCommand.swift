// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Foundation
import Reports
import Storage

/// `dure report`: writes a campaign's report as HTML, and as PDF.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a campaign's report.",
        discussion: "The page is one HTML file that needs nothing else, in the folder's reports unless --to names "
            + "another place. Works while another process runs the campaign. Exit codes: 0 written, 66 there is no "
            + "such campaign or database, 69 WeasyPrint is missing or fails, 73 the file cannot be made."
    )

    @OptionGroup var options: CampaignOptions

    @Option(help: "The report's language: en or ko.")
    var language = ReportLanguage.english

    @Flag(help: "Write a PDF file too, by WeasyPrint.")
    var pdf = false

    @Option(name: .customLong("to"), help: "Where to write it: the PDF file with --pdf, the HTML file without.")
    var target: String?

    func run() async throws {
        let dossier = try await options.read { store, campaign in
            try await CampaignDossier(of: campaign.id, in: campaign.workspace, from: store)
        }
        guard let dossier else {
            throw ExitCode.noInput.saying("the campaign was removed while it was read; look at 'dure list'")
        }
        let html = try CampaignReport(dossier).html(language: language, writtenAt: SystemClock().now)
        let standard = options.place.folder.reports
            .appending(path: "\(dossier.campaign.id).\(language.rawValue).html")
        try await PageFile(standard: standard, target: target, pdf: pdf).write(html)
    }
}
