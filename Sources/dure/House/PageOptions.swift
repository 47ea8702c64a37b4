// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Reports

/// The options of commands that can write what they found as a page to read.
struct PageOptions: ParsableArguments {
    @Option(
        name: .customLong("report"),
        help: "Write the result as a page to read, too: out.html.",
        completion: .file(extensions: ["html"])
    )
    var file: String?

    @Option(help: "The page's language: en or ko.")
    var language = ReportLanguage.english

    /// Writes pages: the first where the option says, each further one beside it, with its name before the extension.
    ///
    /// Throws exit code 73 when a file cannot be written.
    func write(_ pages: [(name: String, html: String)]) throws {
        guard let file else { return }
        for (place, page) in pages.enumerated() {
            let path = URL(filePath: place == 0 ? file : Self.path(beside: file, name: page.name))
            do {
                try Data(page.html.utf8).write(to: path, options: .atomic)
            } catch {
                throw ExitCode.cannotCreate.saying(
                    "\(path.path): cannot be written (\(error.localizedDescription)); name a file in a folder you own "
                        + "with --report"
                )
            }
            Console.note("Page: \(path.path)")
        }
    }

    /// The file for a further page, such as `out.cost.html` beside `out.html`.
    static func path(beside file: String, name: String) -> String {
        let url = URL(filePath: file)
        let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_"))
        let safe = String(String.UnicodeScalarView(name.unicodeScalars.map { allowed.contains($0) ? $0 : "_" }))
        return url.deletingPathExtension().path + ".\(safe)." + (url.pathExtension.isEmpty ? "html" : url.pathExtension)
    }
}
