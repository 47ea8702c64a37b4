// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Subprocess

/// Turns a report's page into a PDF file by running WeasyPrint (https://weasyprint.org).
package struct PDFRenderer: Sendable {
    private let program: String

    /// Creates a renderer; `program` is a name that is looked up in `PATH`.
    package init(program: String = "weasyprint") {
        self.program = program
    }

    /// Writes the page as a PDF file, whole or not at all: it is made beside the file and then takes its place.
    ///
    /// Throws `PDFError` when WeasyPrint is missing or fails, and Foundation's errors when the folder cannot be written to.
    package func write(_ html: String, to file: URL) async throws {
        let folder = file.deletingLastPathComponent()
        let name = ".\(file.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier)"
        let scratch = folder.appending(path: name, directoryHint: .isDirectory)
        remove(scratch)
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: false)
        defer { remove(scratch) }
        let page = scratch.appending(path: "report.html")
        let made = scratch.appending(path: "report.pdf")
        try Data(html.utf8).write(to: page)
        try await render(page, to: made)
        guard FileManager.default.fileExists(atPath: made.path) else { throw PDFError.notWritten(program) }
        let pdf = try Data(contentsOf: made)
        guard pdf.starts(with: Data("%PDF-".utf8)) else { throw PDFError.notWritten(program) }
        try pdf.write(to: file, options: .atomic)
    }

    private func render(_ page: URL, to made: URL) async throws {
        do {
            let result = try await run(
                .name(program),
                arguments: ["--encoding", "utf-8", page.path, made.path],
                output: .discarded,
                error: .string(limit: 1 << 20)
            )
            guard result.terminationStatus.isSuccess else {
                let text = result.standardError
                let lines = text.split(whereSeparator: \.isNewline).suffix(5).map(String.init)
                throw PDFError.failed(program, lastLines: lines)
            }
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw PDFError.missing(program)
        }
    }

    /// Takes the scratch folder away; one that stays behind is the system's to clear, and no reason to fail.
    private func remove(_ scratch: URL) {
        do {
            try FileManager.default.removeItem(at: scratch)
        } catch {
            return
        }
    }
}

/// Why no PDF was written.
package enum PDFError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The program is not on this machine.
    case missing(String)
    /// The program ended with an error.
    case failed(String, lastLines: [String])
    /// The program ended well, but wrote no PDF.
    case notWritten(String)

    package var description: String {
        switch self {
        case .missing(let program):
            "'\(program)' is not installed, so no PDF can be written; run scripts/setup --with-pdf, or use the HTML file"
        case .failed(let program, let lines):
            "'\(program)' could not write the PDF; its last lines: \(lines.joined(separator: " | "))"
        case .notWritten(let program):
            "'\(program)' ended without an error but wrote no PDF; check that it is WeasyPrint"
        }
    }
}
