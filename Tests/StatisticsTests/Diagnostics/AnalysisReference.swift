// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The values made by `Reference/make_analysis_reference.py`.
struct AnalysisReference: Decodable {
    struct Studentized: Decodable {
        let groups: Int
        let df: Double?
        let q: Double
        let sf: Double
    }

    struct Normality: Decodable {
        let x: [Double]
        let w: Double
        let p: Double
    }

    struct Variance: Decodable {
        let groups: [[Double]]
        let centre: String
        let f: Double
        let p: Double
    }

    struct Order: Decodable {
        let residuals: [Double]
        let design: [[Double]]
        let d: Double
        let p: Double
    }

    struct Power: Decodable {
        let y: [Double]
        let group: [Int]
        let lambda: Double
        let lower: Double
        let upper: Double
        let atZero: Double
        let atOne: Double
    }

    struct Counts: Decodable {
        struct Row: Decodable {
            enum CodingKeys: String, CodingKey {
                case a = "A"
                case b = "B"
                case c = "C"
                case trials
                case k
                case events
            }

            let a: String
            let b: String
            let c: String
            let trials: Double
            let k: Double
            let events: Double
        }

        struct Model: Decodable {
            let deviance: Double
            let nullDeviance: Double
            let pearson: Double
            let df: Int
            let rows: [String: [String: Double]]
            let logRatio: Double
            let logRatioSe: Double
            let logRatioP: Double
            let rateOfA1: [Double]
        }

        let rows: [Row]
        let binomial: Model
        let poisson: Model
    }

    let studentizedRange: [Studentized]
    let shapiroWilk: [Normality]
    let levene: [Variance]
    let durbinWatson: [Order]
    let boxCox: Power
    let glm: Counts

    static func load() throws -> AnalysisReference {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appending(path: "Reference/analysis.json")
        return try snakeCaseDecoder().decode(AnalysisReference.self, from: Data(contentsOf: file))
    }
}

/// The folder of published experiments, which is not a part of the repository; nil where it is absent.
enum PublishedExperiments {
    static let folder: URL? = {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
        let shared =
            ProcessInfo.processInfo.environment["DURE_SHARED"].map { URL(filePath: $0) }
            ?? root.appending(path: "../shared").standardizedFileURL
        let folder = shared.appending(path: "data/experiments")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// A set's cells by column, and its expected answers.
    static func read(_ name: String) throws -> (columns: [String: [String]], expected: Data) {
        guard let folder else {
            throw CocoaError(.fileNoSuchFile)
        }
        let text = try String(contentsOf: folder.appending(path: name + ".csv"), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
        var columns: [String: [String]] = [:]
        for (index, header) in (lines.first ?? []).enumerated() {
            columns[header] = lines.dropFirst().map { $0[index] }
        }
        return (columns, try Data(contentsOf: folder.appending(path: name + ".expected.json")))
    }
}
