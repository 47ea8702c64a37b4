// SPDX-License-Identifier: Apache-2.0

import Domain
import Files
import Foundation
import Statistics

/// What stops a measurement.
enum AnalysisBenchmarkError: Error {
    /// The analysis gave no table, or no F ratio.
    case noTable(String)
    /// A cell is no decimal number.
    case noNumber(String)
}

private func table(_ analysis: LinearModelAnalysis, _ columns: ModelColumns) throws -> LinearModelTable {
    guard let fitted = try analysis.fit(columns).first else { throw AnalysisBenchmarkError.noTable("no response") }
    return fitted.table
}

private func ratio(_ table: LinearModelTable, _ row: Int) throws -> Double {
    guard table.rows.indices.contains(row), let f = table.rows[row].f else {
        throw AnalysisBenchmarkError.noTable("no F ratio in row \(row)")
    }
    return f
}

/// An unreplicated L18 with all eight columns used: one factor of two levels and seven of three.
///
/// The array is Taguchi's; the response has known effects of the first three factors and noise from the seed.
func measureL18() throws {
    let runs = [
        "11111111", "11222222", "11333333", "12112233", "12223311", "12331122", "13121323", "13232131", "13313212",
        "21133221", "21211332", "21322113", "22123132", "22231213", "22312321", "23132312", "23213123", "23321231",
    ].map { $0.utf8.map { $0 - 49 } }
    var draws = SplitMix64(seed: 18)
    let names = (0..<8).map { "f\($0)" }
    let response = runs.map { run in
        10 + Double(run[0]) + 2 * Double(run[1]) + 3 * Double(run[2]) + draws.unit()
    }
    let columns = ModelColumns(
        factors: names.enumerated().map { index, name in
            CodedFactor(name: name, levels: index == 0 ? ["1", "2"] : ["1", "2", "3"], codes: runs.map { $0[index] })
        },
        responses: [ResponseColumn(name: "y", values: response)]
    )
    let analysis = LinearModelAnalysis(formula: .mainEffects(factors: names), type: .two)
    var times: [Double] = []
    var f = 0.0
    for _ in 0..<2_000 { times.append(try milliseconds { f = try ratio(table(analysis, columns), 1) }) }
    report("l18.milliseconds", median(times))
    report("l18.best", times.min() ?? 0)
    report("l18.f", f)
}

/// 1,000,000 rows of eight factors of three levels, whose columns are in memory before the clock starts.
func measureMillion() throws {
    let rows = 1_000_000
    var draws = SplitMix64(seed: 1_000_000)
    var codes = [[UInt8]](repeating: [UInt8](repeating: 0, count: rows), count: 8)
    var response = [Double](repeating: 0, count: rows)
    for row in 0..<rows {
        var digits = (draws.next() >> 33) % 6_561
        for factor in 0..<8 {
            codes[factor][row] = UInt8(digits % 3)
            digits /= 3
        }
        var noise = 0.0
        for _ in 0..<4 { noise += draws.unit() }
        response[row] = Double(codes[0][row]) * 0.1 + (codes[1][row] == 2 ? 0.05 : 0) + (noise - 2)
    }
    let names = (0..<8).map { "f\($0)" }
    let columns = ModelColumns(
        factors: names.enumerated().map { CodedFactor(name: $1, levels: ["1", "2", "3"], codes: codes[$0]) },
        responses: [ResponseColumn(name: "y", values: response)]
    )
    let analysis = LinearModelAnalysis(formula: .mainEffects(factors: names), type: .two)
    let canTell = ProcessMemory.resetPeak()
    let before = ProcessMemory.megabytes("VmRSS")
    var times: [Double] = []
    var f = 0.0
    for _ in 0..<7 { times.append(try milliseconds { f = try ratio(table(analysis, columns), 0) }) }
    report("million.milliseconds", median(times))
    report("million.best", times.min() ?? 0)
    if canTell, let before, let peak = ProcessMemory.megabytes("VmHWM") {
        report("million.megabytes", max(0, peak - before))
    }
    report("million.f", f)
}

/// The F ratio of every set of a file with columns `dataset`, `treatment` and `y`.
///
/// Values are read as decimals, and the set's first one is taken off before they are rounded to binary numbers.
func reportNIST(path: String) throws {
    var reader = try CSVReader(path: path)
    let (name, treatment, y) = (try reader.column("dataset"), try reader.column("treatment"), try reader.column("y"))
    var order: [String] = []
    var labels: [String: [String]] = [:]
    var values: [String: [DecimalNumber]] = [:]
    while try reader.next() {
        let set = try reader.text(name)
        guard let number = try reader.number(y) else { throw AnalysisBenchmarkError.noNumber(set) }
        if labels[set] == nil { order.append(set) }
        labels[set, default: []].append(try reader.text(treatment))
        values[set, default: []].append(number)
    }
    for set in order {
        let own = values[set] ?? []
        let shifted = own.map { $0.difference(own[0]) }
        let columns = ModelColumns(
            factors: [CodedFactor(name: "treatment", labels: labels[set] ?? [])],
            responses: [ResponseColumn(name: "y", values: shifted, origin: own[0].double)]
        )
        let analysis = LinearModelAnalysis(formula: .mainEffects(factors: ["treatment"]))
        report("nist.\(set)", try ratio(table(analysis, columns), 0))
    }
}
