// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Reports

/// Where a page is written, as HTML and on demand as PDF.
struct PageFile {
    /// Where it goes unless told otherwise.
    let standard: URL
    /// What a person named: the PDF file with `pdf`, the HTML file without.
    let target: String?
    let pdf: Bool

    /// Writes the page and prints where it is; throws exit code 73 when a file cannot be made, 69 when WeasyPrint fails.
    func write(_ html: String) async throws {
        let page = pdf ? standard : target.map { URL(filePath: $0) } ?? standard
        do {
            if target == nil || pdf {
                try FileManager.default.createDirectory(
                    at: page.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
            }
            try Data(html.utf8).write(to: page, options: .atomic)
        } catch {
            throw cannotWrite(page, error)
        }
        try Console.line(page.path)
        guard pdf else { return }
        let file = target.map { URL(filePath: $0) } ?? standard.deletingPathExtension().appendingPathExtension("pdf")
        do {
            try await PDFRenderer().write(html, to: file)
        } catch let error as PDFError {
            throw ExitCode.unavailable.saying("\(error)")
        } catch {
            throw cannotWrite(file, error)
        }
        try Console.line(file.path)
    }

    private func cannotWrite(_ file: URL, _ error: any Error) -> ExitCode {
        ExitCode.cannotCreate.saying(
            "\(file.path): cannot be written (\(error.localizedDescription)); name a file in a folder you own with --to"
        )
    }
}
