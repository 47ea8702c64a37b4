// SPDX-License-Identifier: Apache-2.0

/// Each term's counts in a window, its base and all history, gathered in one pass over the titles.
struct TermCounts {
    /// No history further back is looked at.
    private static let longestHistory: Int32 = 800

    var titles = 0
    var lastDayTitles = 0
    var baseTitles = 0
    var historyTitles = 0
    var recentTitles = 0
    var phaseTitles = 0
    var seasonTitles = 0
    private(set) var window: [Int32]
    private(set) var lastDay: [Int32]
    private(set) var base: [Int32]
    private(set) var history: [Int32]
    /// In the seven days before the window.
    private(set) var recent: [Int32]
    /// On the window's weekdays in the base, and in how many weeks.
    private(set) var phase: [Int32]
    private(set) var phaseWeeks: [Int32]
    /// In the same weeks of last year.
    private(set) var season: [Int32]
    /// The best share of an earlier window as long.
    private(set) var bestShare: [Float]
    private(set) var names: [Int32]
    private(set) var notNames: [Int32]

    init(_ corpus: TitleCorpus, _ window: BurstWindow) {
        let none = [Int32](repeating: 0, count: corpus.termCount)
        (self.window, lastDay, base, history) = (none, none, none, none)
        (recent, phase, phaseWeeks, season) = (none, none, none, none)
        (names, notNames) = (none, none)
        bestShare = [Float](repeating: 0, count: corpus.termCount)
        countWindow(corpus, window)
        countHistory(corpus, window)
    }

    private mutating func countWindow(_ corpus: TitleCorpus, _ window: BurstWindow) {
        for title in corpus.titles(from: window.first, through: window.last) {
            let isLast = corpus.days[title] == window.last
            titles += 1
            lastDayTitles += isLast ? 1 : 0
            for place in corpus.termRange(title) {
                let term = Int(corpus.titleTerms[place])
                self.window[term] += 1
                if isLast { lastDay[term] += 1 }
                noteCase(term, corpus.titleCases[place])
            }
        }
    }

    private mutating func noteCase(_ term: Int, _ letterCase: UInt8) {
        if letterCase == 2 { names[term] += 1 } else if letterCase == 1 { notNames[term] += 1 }
    }

    private mutating func countHistory(_ corpus: TitleCorpus, _ window: BurstWindow) {
        let length = window.days
        var bucket = Bucket(terms: corpus.termCount)
        var weekOf = [Int32](repeating: -1, count: length < 7 ? corpus.termCount : 0)
        for title in corpus.titles(from: window.first - Self.longestHistory, through: window.first - 1) {
            let back = window.first - corpus.days[title]
            let isBase = back <= window.baseDays
            let isRecent = back <= 7
            let isSeason = back >= 358 - length && back <= 372
            // The day a whole number of weeks before one of the window's days.
            let week = length < 7 && isBase && (back + length - 1) % 7 < length ? (back + length - 1) / 7 : -1
            bucket.move(to: (back - 1) / length, into: &bestShare)
            bucket.titles += 1
            historyTitles += 1
            baseTitles += isBase ? 1 : 0
            recentTitles += isRecent ? 1 : 0
            phaseTitles += week >= 0 ? 1 : 0
            seasonTitles += isSeason ? 1 : 0
            for place in corpus.termRange(title) {
                let term = Int(corpus.titleTerms[place])
                guard self.window[term] > 1 else { continue }
                history[term] += 1
                bucket.add(term)
                noteCase(term, corpus.titleCases[place])
                if isBase { base[term] += 1 }
                if isRecent { recent[term] += 1 }
                if isSeason { season[term] += 1 }
                if week >= 0 {
                    phase[term] += 1
                    if weekOf[term] != week {
                        weekOf[term] = week
                        phaseWeeks[term] += 1
                    }
                }
            }
        }
        bucket.move(to: -1, into: &bestShare)
    }

    /// The counts of one earlier window.
    private struct Bucket {
        private var number: Int32 = -1
        private var counts: [Int32]
        private var touched: [Int32] = []
        var titles = 0

        init(terms: Int) { counts = [Int32](repeating: 0, count: terms) }

        mutating func add(_ term: Int) {
            if counts[term] == 0 { touched.append(Int32(term)) }
            counts[term] += 1
        }

        /// Begins another bucket, after what the former says of the best share is noted.
        mutating func move(to next: Int32, into best: inout [Float]) {
            guard next != number else { return }
            for term in touched {
                // Few titles tell of no share: one of ten would be the best for ever.
                if titles >= 20 { best[Int(term)] = max(best[Int(term)], Float(counts[Int(term)]) / Float(titles)) }
                counts[Int(term)] = 0
            }
            touched.removeAll(keepingCapacity: true)
            titles = 0
            number = next
        }
    }
}
