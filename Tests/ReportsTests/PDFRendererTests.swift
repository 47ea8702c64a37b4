// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Reports

@Suite struct PDFRendererTests {
    private static let hasWeasyPrint = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/weasyprint") }

    private func inFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure-reports-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(folder))
        } catch {
            result = .failure(error)
        }
        try FileManager.default.removeItem(at: folder)
        try result.get()
    }

    @Test func `a missing program is named with its remedy`() async throws {
        try await inFolder { folder in
            let file = folder.appending(path: "report.pdf")
            await #expect(throws: PDFError.missing("no-such-weasyprint")) {
                try await PDFRenderer(program: "no-such-weasyprint").write("<p>", to: file)
            }
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
        #expect(PDFError.missing("weasyprint").description.contains("scripts/setup --with-pdf"))
    }

    @Test func `a program that fails or writes nothing leaves the old file as it was`() async throws {
        try await inFolder { folder in
            let file = folder.appending(path: "report.pdf")
            try Data("old".utf8).write(to: file)
            await #expect(throws: PDFError.failed("false", lastLines: [])) {
                try await PDFRenderer(program: "false").write("<p>", to: file)
            }
            await #expect(throws: PDFError.notWritten("true")) {
                try await PDFRenderer(program: "true").write("<p>", to: file)
            }
            #expect(try Data(contentsOf: file) == Data("old".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.pdf"])
        }
    }

    @Test(.enabled(if: hasWeasyPrint, "WeasyPrint is not installed; scripts/setup --with-pdf installs it"))
    func `a report becomes a PDF file`() async throws {
        let dossier = try await SampleDossier().dossier()
        let html = try CampaignReport(dossier).html(language: .korean, writtenAt: SampleDossier.writtenAt)
        try await inFolder { folder in
            let file = folder.appending(path: "report.pdf")
            try await PDFRenderer().write(html, to: file)
            #expect(try Data(contentsOf: file).starts(with: Data("%PDF-".utf8)))
        }
    }
}
