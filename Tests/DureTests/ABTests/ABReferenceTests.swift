// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Reports
import Testing

@testable import dure

/// The commands against values that `Tests/StatisticsTests/Reference/make_ab_reference.py` computed with other programs.
struct ABReferenceTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let command: String
        let csv: String?
        let arguments: [String]
        let expect: [String: Double]

        var testDescription: String { name }
    }

    private struct File: Decodable {
        let cases: [Case]
    }

    private static func cases() throws -> [Case] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../StatisticsTests/Reference/ab.json").standardized
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
    }

    private static func json(_ sample: Case, _ folder: TemporaryFolder) throws -> JSONValue {
        let text: String
        if sample.command == "plan" {
            let command = try ABPlanCommand.parse(sample.arguments)
            text = try ABCommand.json(command.plan())
        } else {
            let path = try folder.file("test.csv", sample.csv ?? "")
            let command = try ABAnalyzeCommand.parse([path] + sample.arguments)
            text = try ABCommand.json(command.result())
        }
        return try CanonicalJSON.decode(JSONValue.self, from: text)
    }

    @Test func `every figure agrees with NumPy, SciPy and statsmodels to nine digits`() throws {
        let folder = try TemporaryFolder()
        var count = 0
        for sample in try Self.cases() {
            let result = try Self.json(sample, folder)
            for (key, expected) in sample.expect.sorted(by: { $0.key < $1.key }) {
                let found = try #require(FigureAudit.number(at: key, in: result), "\(sample.name): \(key)")
                let allowed = max(1e-9 * expected.magnitude, 1e-13)
                #expect(
                    (found - expected).magnitude <= allowed,
                    "\(sample.name): \(key) is \(found), not \(expected)"
                )
                count += 1
            }
        }
        #expect(count > 500)
    }
}
