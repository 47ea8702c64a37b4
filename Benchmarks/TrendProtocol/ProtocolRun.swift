// SPDX-License-Identifier: Apache-2.0
import Foundation
import TrendAnalysis

/// One run over a folder: each test, its figures and its time.
struct ProtocolRun {
    let folder: String
    let eventFile: String?
    let isVerbose: Bool

    func run(only: String?) throws {
        if only == "peers" {
            for line in try PeerSteps(folder, files("")).lines() { print(line) }
            return
        }
        print("| test | figure | measured | target | floor |")
        print("|---|---|---|---|---|")
        if only == nil || only == "speed" {
            let speed = try Speed(folder, files(""))
            show(speed.figures())
            show([
                Figure(
                    test: "speed",
                    name: "peak memory, MiB",
                    value: ProcessorTime.peakMemory,
                    target: "150",
                    floor: ""
                )
            ])
            if isVerbose { for trend in speed.report?.trends ?? [] { print(trend.term, trend.stories.map(\.title)) } }
        }
        if only == nil || only == "terms" { try terms() }
        if only == nil || only == "pairs" {
            for set in try files("gnews") { show(try Pairs(folder, set).figures()) }
        }
        if only == nil || only == "stories" {
            for set in try files("uci") { show(try Stories(folder, set).figures()) }
        }
        if only == nil || only == "korean" { try korean() }
        if only == nil || only == "videos" {
            let folder = videoFolder
            for set in try files("", in: folder) where try DataFile(folder, set).column("views") != nil {
                show(try Videos(folder, set).figures())
            }
        }
        show([Figure(test: "all", name: "peak memory, MiB", value: ProcessorTime.peakMemory, target: "", floor: "")])
    }

    private func show(_ figures: [Figure]) {
        for figure in figures { print(figure.line) }
    }

    /// Counts of videos lie beside the folder of headlines, or in it.
    private var videoFolder: String {
        let beside = "\(folder)/../videos"
        return FileManager.default.fileExists(atPath: beside) ? beside : folder
    }

    /// T10 with each tokeniser that is there.
    private func korean() throws {
        let marked = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix("ko-morph") && $0.hasSuffix(".jsonl.gz") }
            .sorted()
        var titles: [String] = []
        for set in try files("ko-") {
            let file = try DataFile(folder, set)
            if let title = file.column("title") { titles += (0..<file.count).map { file.text($0, title) } }
        }
        let environment = ProcessInfo.processInfo.environment
        let rules = KoreanTokeniser()
        let dictionary = try? TokeniserChoice.mecab.tokeniser(environment)
        for name in marked {
            let test = try KoreanNounTest(path: "\(folder)/\(name)")
            show(test.figures(rules, target: "0.78", floor: "0.68"))
            if let dictionary { show(test.figures(dictionary, target: "0.94", floor: "0.93")) }
        }
        show(([rules, dictionary] as [(any Tokeniser)?]).compactMap(\.self).map { KoreanNounTest.speed($0, titles) })
        if dictionary == nil { print("| T10 | mecab: left out, the dictionary is not installed | | 0.94 | 0.93 |") }
    }

    /// The data sets whose names begin so.
    private func files(_ prefix: String, in other: String? = nil) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: other ?? folder)
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".csv.gz") }
            .map { String($0.dropLast(7)) }
            .sorted()
    }

    private func events() throws -> [Event] {
        let path =
            try eventFile
            ?? FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix("events") && $0.hasSuffix(".json") }
            .sorted()
            .first
            .map { "\(folder)/\($0)" }
        guard let path else { throw ProtocolError(what: "no events*.json in \(folder)") }
        return try JSONDecoder().decode(EventFile.self, from: Data(contentsOf: URL(filePath: path))).events
    }

    private func terms() throws {
        let events = try events()
        var trends = TermTrends(events: events, isVerbose: isVerbose)
        var titles = 0
        var reading = 0.0
        let start = ProcessorTime.seconds
        for set in Set(events.map(\.dataset)).sorted() {
            let begin = ProcessorTime.seconds
            let (corpus, months) = try Self.corpus(folder, set)
            reading += ProcessorTime.seconds - begin
            titles += corpus.count
            trends.run(set, corpus, months: months)
        }
        show(trends.figures())
        let all = ProcessorTime.seconds - start
        show([
            Figure(
                test: "T1, T2",
                name: "\(titles) titles: read and indexed, s",
                value: reading,
                target: "",
                floor: ""
            ),
            Figure(test: "T1, T2", name: "all months and days, s", value: all, target: "", floor: ""),
        ])
    }

    /// The titles of a file, and its months.
    static func corpus(
        _ folder: String,
        _ set: String
    ) throws -> (TitleCorpus, [(name: String, first: Int32, last: Int32)]) {
        let file = try DataFile(folder, set)
        guard let title = file.column("title", "headline", "headline_text"),
            let date = file.column("fetched_at", "publish_date", "date", "digest_date", "timestamp")
        else { throw ProtocolError(what: "\(set) has no column of titles or dates: \(file.header)") }
        let address = file.column("url")
        let source = file.column("source", "publisher")
        var builder = TitleCorpusBuilder(tokeniser: KoreanTokeniser())
        var months: [String: (first: Int32, last: Int32)] = [:]
        for row in 0..<file.count {
            let text = file.text(row, date)
            guard let day = Day.number(text) else { continue }
            let month = String(text.prefix(7))
            months[month] = (min(day, months[month]?.first ?? day), max(day, months[month]?.last ?? day))
            let host = address.flatMap { CanonicalAddress.host(of: file.text(row, $0)) }
            builder.add(file.text(row, title), day: day, source: host ?? source.map { file.text(row, $0) } ?? set)
        }
        let listed = months.keys.sorted().compactMap { name in
            months[name].map { (name: name, first: $0.first, last: $0.last) }
        }
        return (builder.corpus(), listed)
    }
}
