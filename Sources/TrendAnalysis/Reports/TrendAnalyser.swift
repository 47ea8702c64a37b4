// SPDX-License-Identifier: Apache-2.0

package import Domain

/// From items to a report of trends: pure, and the same for the same items in the same order.
package struct TrendAnalyser: Sendable {
    /// What is asked for.
    package struct Request: Hashable, Sendable {
        /// The window ends with this day in UTC.
        package var until: Timestamp
        /// How many days the window has.
        package var windowDays: Int32 = 7
        /// How many days before are the base.
        package var baseDays: Int32 = 56
        /// How many trends at most, in all and in each category.
        package var most = 20
        /// Whether each category is looked at as well.
        package var byCategory = true
        /// Products and brands that are followed.
        package var watched: [WatchedSubject] = []
        /// How many days a sparkline shows.
        package var sparklineDays: Int32 = 30

        /// Asks for the trends of the seven days up to an instant.
        package init(until: Timestamp) { self.until = until }
    }

    /// Least titles of a window for a category to be looked at.
    private static let leastTitles = 30

    let tokeniser: any Tokeniser

    /// Creates an analyser that cuts texts with a tokeniser.
    package init(tokeniser: any Tokeniser = KoreanTokeniser()) { self.tokeniser = tokeniser }

    /// Makes items ready, finds the trends and summarises their stories.
    package func report(_ items: [TrendItem], _ request: Request) -> TrendReport {
        let material = material(of: TrendItems(items))
        return summarised(analysis(of: material, request), material)
    }

    /// Makes items ready: plain titles, in order of time, without those that repeat an earlier one.
    package func material(of items: TrendItems) -> TrendMaterial { TrendMaterial(items, tokeniser: tokeniser) }

    /// Finds the trends; their stories are not summarised yet.
    package func analysis(of material: TrendMaterial, _ request: Request) -> TrendReport {
        let last = TrendItem(title: "", published: request.until).day
        let days = min(BurstWindow.mostDays, max(1, request.windowDays))
        let window = BurstWindow(first: last - days + 1, last: last, baseDays: request.baseDays)
        let all = material.items.indices.filter { material.items.day($0) <= last }
        let tokens = material.tokens ?? TitleTokens(of: material.items, tokeniser)
        let (trends, inWindow) = trends(all, material, tokens, window, request)
        return TrendReport(
            firstDay: TrendMaterial.date(window.first),
            lastDay: TrendMaterial.date(window.last),
            items: material.items.count + material.repeated,
            repeated: material.repeated,
            inWindow: inWindow,
            languages: material.languages,
            tokeniser: tokens.tokeniser,
            trends: trends,
            categories: request.byCategory ? categories(all, material, tokens, window, request) : [],
            watched: request.watched.map { subject in
                watched(subject, all, material, tokens, window, request, trends: trends)
            }
        )
    }

    private func categories(
        _ all: [Int],
        _ material: TrendMaterial,
        _ tokens: TitleTokens,
        _ window: BurstWindow,
        _ request: Request
    ) -> [TrendReport.Category] {
        var byName: [String: [Int]] = [:]
        for index in all { for name in material.items.categories(index) { byName[name, default: []].append(index) } }
        return byName.keys.sorted().compactMap { name in
            let indices = byName[name] ?? []
            let inWindow = indices.count { material.items.day($0) >= window.first }
            guard inWindow >= Self.leastTitles else { return nil }
            return TrendReport.Category(
                name: name,
                items: inWindow,
                trends: trends(indices, material, tokens, window, request).trends
            )
        }
    }

    private func trends(
        _ indices: [Int],
        _ material: TrendMaterial,
        _ tokens: TitleTokens,
        _ window: BurstWindow,
        _ request: Request
    ) -> (trends: [TrendReport.Trend], inWindow: Int) {
        let items = material.items
        var builder = TitleCorpusBuilder(words: tokens.words)
        for index in indices {
            builder.add(index, of: tokens.titles, day: items.day(index), source: items.sourceNumber(index))
        }
        let corpus = builder.corpus()
        let scan = BurstScan(corpus, window: window)
        let isDaily = window.days <= 3
        let ranked =
            isDaily
            ? TrendRanking.alerts(scan, in: corpus, most: request.most)
            : TrendRanking.subjects(scan, in: corpus, most: request.most, leastCount: 3)
        // A ranking always has a first; a report says nothing where there is nothing.
        let entries = ranked.filter { $0.lead.stage == .confirmed || $0.lead.surprise >= (isDaily ? 1.5 : 2) }
        let postings = corpus.titles(
            of: entries.flatMap { [$0.lead.term, $0.label.term] },
            in: window,
            back: min(3_660, max(1, request.sparklineDays))
        )
        let writer = TrendWriter(
            material: material,
            tokens: tokens,
            tokeniser: tokeniser,
            window: window,
            sparklineDays: request.sparklineDays
        )
        let trends = entries.map { entry in
            let lead = (postings[entry.lead.term] ?? []).map { indices[Int(corpus.items[$0])] }
            let label = (postings[entry.label.term] ?? []).map { indices[Int(corpus.items[$0])] }
            return writer.trend(
                entry,
                corpus,
                items: Array(Set(lead + label)).sorted(),
                counted: lead,
                base: scan.baseTitles
            )
        }
        return (trends, scan.titles)
    }

    private func watched(
        _ subject: WatchedSubject,
        _ all: [Int],
        _ material: TrendMaterial,
        _ tokens: TitleTokens,
        _ window: BurstWindow,
        _ request: Request,
        trends: [TrendReport.Trend]
    ) -> TrendReport.Watched {
        let names = SubjectNames(subject, tokens.words, tokeniser)
        let found = all.filter { names.areIn($0, of: material.items, tokens.titles) }
        let now = found.filter { material.items.day($0) >= window.first }
        let baseFirst = window.first - window.baseDays
        func isBase(_ index: Int) -> Bool {
            let day = material.items.day(index)
            return day >= baseFirst && day < window.first
        }
        let itemsNow = all.count { material.items.day($0) >= window.first }
        let exposure = Double(max(1, all.count(where: isBase))) / Double(max(1, itemsNow))
        let base = Double(found.count(where: isBase))
        let writer = TrendWriter(
            material: material,
            tokens: tokens,
            tokeniser: tokeniser,
            window: window,
            sparklineDays: request.sparklineDays
        )
        let stories = writer.stories(now)
        return TrendReport.Watched(
            name: subject.name,
            count: now.count,
            expected: (base + 0.5) / exposure,
            pValue: TailProbability.atLeast(now.count, base: base, exposure: exposure),
            sparkline: writer.sparkline(found),
            trends: trends.filter { trend in
                names.areIn(trend.term) || trend.stories.contains { names.areIn($0.title) }
            }.map(\.term),
            stories: stories
        )
    }
}
