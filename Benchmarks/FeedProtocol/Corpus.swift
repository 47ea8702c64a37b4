// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// The files of a folder with a manifest and what another parser makes of them.
struct Corpus {
    /// One feed.
    struct File {
        var name: String
        var bytes: [UInt8]
        var contentType: String?
        var base: String?
        var isWellFormed: Bool
        var expected: Expected?
    }

    /// What the other parser makes of a file; a line of `expected.jsonl.gz`.
    struct Expected: Decodable {
        /// The members of a feed or an entry that are compared.
        struct Fields: Decodable {
            var title: String?
            var link: String?
            var id: String?
            var published: String?
            var updated: String?
        }

        var file: String
        var accepted: Bool
        var feed: Fields?
        var entries: [Fields]?
    }

    private(set) var files: [File] = []

    /// Reads a folder: all feeds of the manifest but lists of feeds, web pages, and the JSON that holds another project's expectations.
    init(folder: URL) throws {
        let expected = try Self.expected(folder)
        let manifest = try String(contentsOf: folder.appending(path: "manifest.tsv"), encoding: .utf8)
        let rows = manifest.split(whereSeparator: \.isNewline).map(Self.cells)
        guard let header = rows.first else { return }
        let kinds: Set<String> = ["rss", "atom", "rdf", "cdf", "json", "other"]
        for row in rows.dropFirst() where row.count == header.count {
            let cell = Dictionary(zip(header, row)) { first, _ in first }
            guard let name = cell["file"], let kind = cell["kind"], kinds.contains(kind) else { continue }
            if cell["repo"] == "mmcdole/gofeed", kind == "json" { continue }
            let http = cell["http_header"].flatMap(Self.header)
            files.append(
                File(
                    name: name,
                    bytes: Array(try Data(contentsOf: folder.appending(path: name))),
                    contentType: http?.name == "content-type" ? http?.value : nil,
                    base: http?.name == "content-location" ? http?.value : nil,
                    isWellFormed: cell["expat_wellformed"] != "0",
                    expected: expected[name]
                )
            )
        }
    }

    /// The cells of a line; one in quotes has its quotes doubled.
    private static func cells(_ line: Substring) -> [String] {
        line.split(separator: "\t", omittingEmptySubsequences: false).map { cell in
            guard cell.count > 1, cell.hasPrefix("\""), cell.hasSuffix("\"") else { return String(cell) }
            return String(cell.dropFirst().dropLast()).replacing("\"\"", with: "\"")
        }
    }

    private static func header(_ text: String) -> (name: String, value: String)? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        return (text[..<colon].trimmingCharacters(in: .whitespaces).lowercased(), value)
    }

    private static func expected(_ folder: URL) throws -> [String: Expected] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", folder.appending(path: "expected.jsonl.gz").path(percentEncoded: false)]
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        var result: [String: Expected] = [:]
        for line in data.split(separator: UInt8(ascii: "\n")) {
            let expected = try JSONDecoder().decode(Expected.self, from: line)
            result[expected.file] = expected
        }
        return result
    }
}
