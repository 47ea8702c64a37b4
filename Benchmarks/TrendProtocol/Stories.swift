// SPDX-License-Identifier: Apache-2.0
import Foundation
import TrendAnalysis

/// T4: stories found as titles stream in, against the stories that an aggregator made of them.
struct Stories {
    private let found: [Int]
    private let truth: [String]
    let seconds: Double

    init(_ folder: String, _ set: String) throws {
        let file = try DataFile(folder, set)
        guard let title = file.column("title"), let story = file.column("story"), let time = file.column("timestamp")
        else { throw ProtocolError(what: "\(set) lacks title, story or timestamp") }
        let order = (0..<file.count).sorted {
            let (a, b) = (file.text($0, time), file.text($1, time))
            return a == b ? $0 < $1 : a < b
        }
        let begin = ProcessorTime.seconds
        var clusterer = StoryClusterer()
        for row in order {
            clusterer.add(PlainText.plain(file.text(row, title)), day: Day.number(file.text(row, time)) ?? 0)
        }
        found = clusterer.stories()
        seconds = ProcessorTime.seconds - begin
        truth = order.map { file.text($0, story) }
    }

    /// B-cubed precision, recall and F1, after Bagga and Baldwin (1998).
    func figures() -> [Figure] {
        var both: [String: Double] = [:]
        var clusters: [Int: Double] = [:]
        var stories: [String: Double] = [:]
        for (cluster, story) in zip(found, truth) {
            both["\(cluster) \(story)", default: 0] += 1
            clusters[cluster, default: 0] += 1
            stories[story, default: 0] += 1
        }
        var (precision, recall) = (0.0, 0.0)
        for (cluster, story) in zip(found, truth) {
            let shared = both["\(cluster) \(story)"] ?? 0
            precision += shared / (clusters[cluster] ?? 1)
            recall += shared / (stories[story] ?? 1)
        }
        precision /= Double(max(1, found.count))
        recall /= Double(max(1, found.count))
        return [
            Figure(test: "T4", name: "B-cubed precision", value: precision, target: "0.85", floor: ""),
            Figure(test: "T4", name: "B-cubed recall", value: recall, target: "", floor: ""),
            Figure(
                test: "T4",
                name: "B-cubed F1, streaming",
                value: 2 * precision * recall / max(1e-9, precision + recall),
                target: "0.80",
                floor: "0.72"
            ),
            Figure(
                test: "T4",
                name: "\(found.count) titles to \(clusters.count) stories, s",
                value: seconds,
                target: "1",
                floor: ""
            ),
        ]
    }
}
