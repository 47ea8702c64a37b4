// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import TrendAnalysis

/// T3: edited headlines, which share an address, against pairs of one day and category that do not.
///
/// The address tells the protocol which pairs are the same; the method under test sees title, summary, publisher and day.
struct Pairs {
    private let file: DataFile
    private var keys: [String] = []
    private var addresses: [String] = []
    private var groups: [String: [Int]] = [:]
    private(set) var found = NearDuplicates()
    private(set) var flagged = 0
    /// Seconds of the CPU for telling all items apart, and how many they were.
    private(set) var seconds = 0.0
    private(set) var distinct = 0
    /// For each row: its number among the items that were told apart.
    private var numbers: [Int] = []

    init(_ folder: String, _ set: String) throws {
        file = try DataFile(folder, set)
        guard let title = file.column("title"), let url = file.column("url"), let day = file.column("fetched_at"),
            let summary = file.column("description"), let category = file.column("category")
        else { throw ProtocolError(what: "\(set) lacks title, url, description, category or fetched_at") }
        let tokeniser = WordTokeniser()
        var known: [String: Int] = [:]
        let order = (0..<file.count).sorted {
            let (a, b) = (file.text($0, day), file.text($1, day))
            return a == b ? $0 < $1 : a < b
        }
        numbers = [Int](repeating: -1, count: file.count)
        keys = (0..<file.count).map { tokeniser.tokens(file.text($0, title)).joined(separator: " ") }
        addresses = (0..<file.count).map { file.text($0, url) }
        for row in order {
            groups["\(file.text(row, day).prefix(10)) \(file.text(row, category))", default: []].append(row)
            // One item for each title at each address: what a reader of feeds has after identical items are left out.
            let identity = "\(keys[row])\u{0}\(addresses[row])"
            if let number = known[identity] {
                numbers[row] = number
                continue
            }
            known[identity] = found.count
            numbers[row] = found.count
            let host = CanonicalAddress.host(of: addresses[row]) ?? ""
            let begin = ProcessorTime.seconds
            let repeats = found.add(
                file.text(row, title),
                summary: file.text(row, summary),
                source: host,
                day: Day.number(file.text(row, day)) ?? 0
            )
            seconds += ProcessorTime.seconds - begin
            flagged += repeats == nil ? 0 : 1
        }
        distinct = found.count
    }

    func figures() -> [Figure] {
        let same = editedPairs()
        let different = randomPairs(20_000, seed: 1)
        let recall = Double(same.count { found.areSame(numbers[$0.0], numbers[$0.1]) }) / Double(max(1, same.count))
        let falseRate =
            Double(different.count { found.areSame(numbers[$0.0], numbers[$0.1]) }) / Double(max(1, different.count))
        let other = randomPairs(100_000, seed: 2)
        let check = Double(other.count { found.areSame(numbers[$0.0], numbers[$0.1]) }) / Double(max(1, other.count))
        return [
            Figure(
                test: "T3",
                name: "recall of \(same.count) edited headlines",
                value: recall,
                target: "0.75",
                floor: "0.40"
            ),
            Figure(
                test: "T3",
                name: "random pairs flagged, per thousand",
                value: falseRate * 1_000,
                target: "1",
                floor: "1"
            ),
            Figure(
                test: "T3",
                name: "100,000 other pairs, per thousand",
                value: check * 1_000,
                target: "1",
                floor: "1"
            ),
            Figure(test: "T3", name: "\(distinct) items told apart, s", value: seconds, target: "1", floor: ""),
            Figure(
                test: "T3",
                name: "share that repeats another",
                value: Double(flagged) / Double(distinct),
                target: "",
                floor: ""
            ),
        ]
    }

    private func editedPairs() -> [(Int, Int)] {
        var byAddress: [String: [Int]] = [:]
        for row in 0..<file.count where !keys[row].isEmpty {
            let rows = byAddress[addresses[row]] ?? []
            if !rows.contains(where: { keys[$0] == keys[row] }) { byAddress[addresses[row], default: []].append(row) }
        }
        var pairs: [(Int, Int)] = []
        for rows in byAddress.keys.sorted().compactMap({ byAddress[$0]?.prefix(4) }) {
            for (position, a) in rows.enumerated() {
                for b in rows.dropFirst(position + 1) { pairs.append((a, b)) }
            }
        }
        return pairs
    }

    private func randomPairs(_ count: Int, seed: UInt64) -> [(Int, Int)] {
        var random = SplitMix64(seed: seed)
        let groups = self.groups.keys.sorted().compactMap { self.groups[$0] }
        var pairs: [(Int, Int)] = []
        while pairs.count < count {
            let group = groups[Int.random(in: 0..<groups.count, using: &random)]
            let a = group[Int.random(in: 0..<group.count, using: &random)]
            let b = group[Int.random(in: 0..<group.count, using: &random)]
            if addresses[a] != addresses[b], keys[a] != keys[b] { pairs.append((a, b)) }
        }
        return pairs
    }
}

/// Time of the processor that this process has used: on a shared machine the clock on the wall tells of others.
enum ProcessorTime {
    static var seconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    /// The most memory that was resident, in MiB.
    static var peakMemory: Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").compactMap { Double($0) }.first ?? .nan) / 1_024
    }
}
