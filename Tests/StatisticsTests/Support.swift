// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import Statistics

/// A small seeded generator (SplitMix64, by Steele, Lea and Flood 2014) so that simulations repeat.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func normal() -> Double {
        StandardNormal.sample(using: &self)
    }
}

/// Whether two numbers agree to a relative or, near zero, an absolute tolerance.
func isClose(_ a: Double?, _ b: Double?, relative: Double = 1e-9, absolute: Double = 1e-12) -> Bool {
    guard let a, let b else {
        return a == nil && b == nil
    }
    return (a - b).magnitude <= max(absolute, relative * max(a.magnitude, b.magnitude))
}

/// A decoder of the reference files, whose keys are in snake case.
func snakeCaseDecoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
}

/// The values made by `Reference/make_reference.py`.
struct Reference: Decodable {
    struct Distribution: Decodable {
        let name: String
        let parameters: [Double]
        let x: Double?
        let cdf: Double?
        let sf: Double?
        let p: Double?
        let quantile: Double?
    }

    struct Blocked: Decodable {
        struct Data: Decodable {
            let a: [Int]
            let b: [Int]
            let c: [Int]
            let block: [Int]
            let y: [Double]
        }

        struct Row: Decodable {
            let term: String
            let df: Int
            let ss: Double
            let f: Double
            let p: Double
        }

        struct Mean: Decodable {
            let mean: Double
            let se: Double
        }

        struct Contrast: Decodable {
            let term: String
            let level: String
            let difference: Double
            let se: Double
            let p: Double
            let holm: Double
        }

        struct Prediction: Decodable {
            let mean: Double
            let se: Double
            let ci: [Double]
            let pi: [Double]
        }

        struct Gain: Decodable {
            let difference: Double
            let se: Double
        }

        let data: Data
        let dfResid: Int
        let ssResid: Double
        let r2: Double
        let adjR2: Double
        let sigma: Double
        let rows: [Row]
        let means: [String: [Mean]]
        let contrasts: [Contrast]
        let best: [String: Int]
        let prediction: Prediction
        let gain: Gain
    }

    struct Multiple: Decodable {
        let p: [Double]
        let holm: [Double]
        let bh: [Double]
    }

    struct RankSum: Decodable {
        let a: [Double]
        let b: [Double]
        let u: Double
        let p: Double
        let exact: Bool
    }

    struct Kruskal: Decodable {
        let groups: [[Double]]
        let h: Double
        let p: Double
    }

    struct TTest: Decodable {
        let a: [Double]
        let b: [Double]
        let t: Double
        let df: Double?
        let p: Double
        let ci: [Double]
    }

    struct Power: Decodable {
        let n: Int
        let effect: Double
        let power: Double
        let needed: Int
    }

    let distributions: [Distribution]
    let blocked: Blocked
    let multiple: Multiple
    let rankSum: [RankSum]
    let kruskal: Kruskal
    let welch: TTest
    let paired: TTest
    let power: Power

    static func load() throws -> Reference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference/reference.json")
        return try snakeCaseDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
}

/// The L9 and L18 experiments of chapters 3 and 4 of Phadke, Quality Engineering Using Robust Design (1989).
enum Phadke {
    private static let threeLevels = ["1", "2", "3"]

    /// Chapter 3: signal-to-noise ratio of surface defects; A temperature, B pressure, C settling time, D cleaning.
    static let defects = table(
        names: ["A", "B", "C", "D"],
        runs: ["1111", "1222", "1333", "2123", "2231", "2312", "3132", "3213", "3321"],
        response: [-20, -10, -30, -25, -45, -65, -45, -65, -70]
    )

    /// Chapter 4: surface defects of deposited polysilicon; e1 and e2 are the empty columns.
    static let polysilicon = table(
        names: ["e1", "A", "B", "C", "D", "E", "e2", "F"],
        runs: [
            "11111111", "11222222", "11333333", "12112233", "12223311", "12331122", "13121323", "13232131", "13313212",
            "21133221", "21211332", "21322113", "22123132", "22231213", "22312321", "23132312", "23213123", "23321231",
        ],
        response: [
            0.51, -37.3, -45.17, -25.76, -62.54, -62.23, -59.88, -71.69, -68.15, -3.47, -5.08, -54.85, -49.38, -36.54,
            -64.18, -27.31, -71.51, -72.0,
        ]
    )

    static func table(names: [String], runs: [String], response: [Double]) -> FactorialTable {
        FactorialTable(
            responseName: "eta",
            response: response,
            factors: names.enumerated().map { index, name in
                FactorColumn(name: name, labels: runs.map { String(Array($0)[index]) })
            }
        )
    }
}

extension FactorialTable {
    /// The table with only some of its factors.
    func with(factors names: [String]) -> FactorialTable {
        FactorialTable(
            responseName: responseName,
            response: response,
            factors: factors.filter { names.contains($0.name) },
            blocks: blocks
        )
    }
}
