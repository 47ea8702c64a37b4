// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A file of synthetic problems with every effect listed.
struct ProblemFile: Decodable {
    let problems: [Problem]
}

/// A noisy function of factors' levels whose greatest value is known.
struct Problem: Decodable {
    struct Interaction: Decodable {
        let i: Int
        let j: Int
        let table: [[Double]]
    }

    struct ThirdOrder: Decodable {
        let ijk: [Int]
        let table: [[[Double]]]
    }

    enum CodingKeys: String, CodingKey {
        case name
        case levels
        case kinds
        case main
        case inter
        case third
        case noise = "noise_sd"
        case optimum = "f_opt"
        case mean = "f_mean"
    }

    let name: String
    let levels: [Int]
    let kinds: [String]
    let main: [[Double]]
    let inter: [Interaction]
    let third: [ThirdOrder]?
    let noise: Double
    let optimum: Double
    let mean: Double

    /// The noise-free value.
    func value(_ x: [Int]) -> Double {
        var sum = 0.0
        for (factor, level) in x.enumerated() { sum += main[factor][level] }
        for pair in inter { sum += pair.table[x[pair.i]][x[pair.j]] }
        for triple in third ?? [] { sum += triple.table[x[triple.ijk[0]]][x[triple.ijk[1]]][x[triple.ijk[2]]] }
        return sum
    }

    /// The standard deviation of the noise-free value over all combinations; every effect is centred.
    var signal: Double {
        func meanSquare(_ values: [Double]) -> Double {
            values.reduce(0) { $0 + $1 * $1 } / Double(max(1, values.count))
        }
        let tables =
            main + inter.map { $0.table.flatMap { $0 } } + (third ?? []).map { $0.table.flatMap { $0.flatMap { $0 } } }
        return tables.map(meanSquare).reduce(0, +).squareRoot()
    }

    /// 0 for the optimum, 1 for an average combination.
    func regret(_ x: [Int]) -> Double { (optimum - value(x)) / (optimum - mean) }

    /// What evaluation `index` (from 0) of the run of a seed measures.
    func measure(_ x: [Int], seed: Int, index: Int) -> Double {
        value(x) + noise * Self.standardNoise(seed: UInt64(seed), index: UInt64(index))
    }

    /// The problem file's noise stream, the same for every optimiser.
    static func standardNoise(seed: UInt64, index: UInt64) -> Double {
        func mixed(_ word: UInt64) -> UInt64 {
            var v = word
            v = (v ^ (v >> 30)) &* 0xBF58_476D_1CE4_E5B9
            v = (v ^ (v >> 27)) &* 0x94D0_49BB_1331_11EB
            return v ^ (v >> 31)
        }
        let base = seed &* 0x9E37_79B9_7F4A_7C15
        let a = mixed(base &+ (2 * index + 1) &* 0xD1B5_4A32_D192_ED03)
        let b = mixed(base &+ (2 * index + 2) &* 0xD1B5_4A32_D192_ED03)
        let u1 = (Double(a >> 11) + 1) * 0x1p-53
        let u2 = Double(b >> 11) * 0x1p-53
        return (-2 * log(u1)).squareRoot() * cos(2 * Double.pi * u2)
    }
}
