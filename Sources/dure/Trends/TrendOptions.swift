// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Foundation
import Reports

/// What the commands that look for trends are asked for.
struct TrendOptions: ParsableArguments {
    /// How the result is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @Option(help: "Where to look, such as file:news.csv or https://example.org/feed.xml; may be given again.")
    var source: [String] = []

    @Option(help: "What to search for, in services that are searched; may be given again.")
    var term: [String] = []

    @Option(help: "The window's first day, such as 2025-12-01.")
    var since: String?

    @Option(help: "The window's last day; the day of the newest item by default.")
    var until: String?

    @Option(help: "The window's length where no first day is given, such as 7d (the default).")
    var window: String?

    @Option(help: "A product or brand to follow, with its other names after commas; may be given again.")
    var watch: [String] = []

    @Option(help: "Only what is in a language, such as ko.")
    var only: String?

    @Option(help: "The report's language: en or ko.")
    var language = ReportLanguage.english

    @Option(help: "How the result is printed: text or json.")
    var format = Format.text

    @Option(help: "How many trends to print; the report has all.")
    var top = 10

    @Option(help: "Write the page here, too.", completion: .file(extensions: ["html"]))
    var html: String?

    @Option(help: "Write the page as a PDF file, by WeasyPrint.", completion: .file(extensions: ["pdf"]))
    var pdf: String?

    @Option(help: "A host that may be asked although it is not open to the public; may be given again.")
    var allow: [String] = []

    @Option(help: "The instant that counts as now, to make a report again to the byte.")
    var at: String?

    @OptionGroup var place: DataPlace

    mutating func validate() throws {
        guard !source.isEmpty else {
            throw ValidationError(
                "--source: none is named; give one or more, such as file:news.csv or a feed's address"
            )
        }
        guard top > 0 else { throw ValidationError("--top is \(top); give 1 or more") }
        if let only {
            let code = only.prefix { $0 != "-" && $0 != "_" }.lowercased()
            guard Locale.LanguageCode.isoLanguageCodes.contains(where: { $0.identifier == code }) else {
                throw ValidationError(
                    "--only: got '\(only)'; give a language's code of two or three letters, such as ko, en, ja, zh or de"
                )
            }
        }
    }

    /// The request to the workflow.
    var request: TrendRequest {
        TrendRequest(
            sources: source.map(Self.absolute),
            terms: term.isEmpty ? nil : term,
            since: since,
            until: until,
            window: window,
            watch: watch.isEmpty ? nil : watch,
            language: only,
            report: language.rawValue,
            at: at,
            allow: allow.isEmpty ? nil : allow,
            folder: place.folder.url.absoluteURL.path
        )
    }

    /// A file's path from the root, for another process may go on with the run from another folder.
    static func absolute(_ source: String) -> String {
        guard TrendOrder.isFile(source), let colon = source.firstIndex(of: ":") else { return source }
        let path = source[colon...].dropFirst()
        guard !path.isEmpty, !path.hasPrefix("/") else { return source }
        return source[...colon] + URL(filePath: String(path)).absoluteURL.path
    }

    /// Checks the request before anything is begun: options throw exit code 64, and so do addresses that are none.
    ///
    /// What a source holds is looked at by the run, whose report names what cannot be had.
    func check(_ address: (String) throws(Failure) -> Void) throws {
        do throws(Failure) {
            for source in source { try address(source) }
        } catch {
            throw ExitCode.usage.saying("--source: " + error.message)
        }
        do throws(Failure) {
            _ = try request.resolved(startedAt: SystemClock().now, folder: "", watching: [])
        } catch {
            throw ExitCode.usage.saying("--" + error.message)
        }
    }

    /// Writes the page where the options say.
    func write(_ page: String) async throws {
        if let html { try Self.writing(html, "--html") { try Data(page.utf8).write(to: $0, options: .atomic) } }
        guard let pdf else { return }
        do {
            try await PDFRenderer().write(page, to: URL(filePath: pdf))
        } catch let error as PDFError {
            throw ExitCode.unavailable.saying("\(error)")
        } catch {
            throw Self.cannotWrite(pdf, "--pdf", error)
        }
    }

    private static func writing(_ path: String, _ option: String, _ body: (URL) throws -> Void) throws {
        do {
            try body(URL(filePath: path))
        } catch {
            throw cannotWrite(path, option, error)
        }
    }

    private static func cannotWrite(_ path: String, _ option: String, _ error: any Error) -> ExitCode {
        ExitCode.cannotCreate.saying(
            "\(path): cannot be written (\(error.localizedDescription)); name a file in a folder you own with \(option)"
        )
    }
}
