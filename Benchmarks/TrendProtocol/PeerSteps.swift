// SPDX-License-Identifier: Apache-2.0
import Foundation
import TrendAnalysis

/// The steps that Benchmarks/peers/trends.py measures of others, on the same titles: seconds of the processor, without reading files.
struct PeerSteps {
    private static let most = 100_000

    private var titles: [(text: String, day: Int32)] = []

    init(_ folder: String, _ sets: [String]) throws {
        for set in sets where titles.count < Self.most {
            let file = try DataFile(folder, set)
            guard let title = file.column("title", "headline", "headline_text") else { continue }
            let date = file.column("fetched_at", "publish_date", "date", "digest_date", "timestamp")
            for row in 0..<min(file.count, Self.most - titles.count) {
                let day = date.flatMap { Day.number(file.text(row, $0)) } ?? 0
                titles.append((file.text(row, title), day))
            }
        }
    }

    /// One line for each step: its name and its seconds.
    func lines() -> [String] {
        let begin = ProcessorTime.seconds
        var builder = TitleCorpusBuilder(tokeniser: KoreanTokeniser())
        for title in titles { builder.add(title.text, day: title.day, source: "") }
        let terms = builder.corpus().termCount
        let middle = ProcessorTime.seconds
        var duplicates = NearDuplicates(tokeniser: WordTokeniser())
        var repeats = 0
        for title in titles where duplicates.add(title.text, summary: "", source: "", day: title.day) != nil {
            repeats += 1
        }
        let end = ProcessorTime.seconds
        return [
            "terms \(middle - begin)", "terms.count \(terms)", "duplicates \(end - middle)",
            "duplicates.count \(repeats)",
            "titles \(titles.count)",
        ]
    }
}
