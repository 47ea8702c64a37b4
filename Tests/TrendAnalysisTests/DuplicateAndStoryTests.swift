// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import TrendAnalysis

@Suite struct DuplicateAndStoryTests {
    private static let headlines = [
        "Brand recalls 40000 heaters after fires in three states", "City council votes on parking fees downtown",
        "Orchestra opens its season with a new conductor", "Scientists map the floor of a distant ocean",
        "Bakery wins prize for its rye bread", "Storm leaves thousands without power on the coast",
    ]

    private func collection() -> NearDuplicates {
        var found = NearDuplicates()
        for (index, title) in Self.headlines.enumerated() {
            found.add(title, summary: "", source: "a.com", day: Int32(index / 3))
        }
        return found
    }

    @Test func `an edited headline of one source repeats the earlier one`() {
        var found = collection()
        #expect(
            found.add(
                "Brand recalls heaters after fires, 40000 sold in three states",
                summary: "",
                source: "a.com",
                day: 2
            ) == 0
        )
    }

    @Test func `another source must write nearly the same`() {
        var found = collection()
        let rewritten = "Brand recalls heaters after fires: what owners should know"
        #expect(found.add(rewritten, summary: "", source: "b.com", day: 2) == nil)
        #expect(found.add(Self.headlines[1], summary: "", source: "c.com", day: 2) == 1)
    }

    /// Three thousand titles of a vocabulary of two hundred words, in which no name is.
    private func chatter() -> NearDuplicates {
        var found = NearDuplicates()
        var random = SplitMix64(seed: 77)
        for number in 0..<3_000 {
            let words = (0..<6).map { _ in "word\(random.next() % 200)" }
            found.add(words.joined(separator: " "), summary: "", source: "a.com", day: Int32(number / 450))
        }
        return found
    }

    @Test(arguments: [["zorblat"], ["zorblat", "quux"]])
    func `different titles of one source that share a new name are a burst, and no repetitions`(name: [String]) {
        var found = chatter()
        var random = SplitMix64(seed: 78)
        let titles = (0..<20).map { _ in
            (name + (0..<3).map { _ in "word\(random.next() % 200)" }).joined(separator: " ")
        }
        let kept = titles.count { found.add($0, summary: "", source: "a.com", day: 7) == nil }
        #expect(kept >= 19)
        #expect(found.add(titles[0], summary: "", source: "a.com", day: 7) != nil)
        #expect(found.add(titles[1] + " today", summary: "", source: "a.com", day: 7) != nil)
    }

    @Test func `items whose source is not named are not of one source`() {
        var found = collection()
        let rewritten = "Brand recalls heaters after fires, 40000 sold in three states"
        #expect(found.add(Self.headlines[0], summary: "", source: "", day: 2) == 0)
        #expect(found.add(rewritten, summary: "", source: "", day: 2) == nil)
        #expect(found.add(Self.headlines[0], summary: "", source: "", day: 2) != nil)
    }

    @Test func `after a week the same words are news again`() {
        var found = collection()
        #expect(found.add(Self.headlines[0], summary: "", source: "a.com", day: 8) == nil)
    }

    @Test func `likeness is 1 with itself and the same both ways`() {
        let found = collection()
        #expect(abs(found.likeness(0, 0) - 1) < 1e-12)
        for a in 0..<6 { for b in 0..<6 { #expect(found.likeness(a, b) == found.likeness(b, a)) } }
        #expect(found.likeness(0, 1) < 0.2)
    }

    /// Titles of two stories in turn, and noise.
    private func stories(_ clusterer: inout StoryClusterer) -> [Int] {
        for round in 0..<30 {
            clusterer.add("Heater recall widens as fires reported, brand says, report \(round + 100)", day: 0)
            clusterer.add("Orchestra conductor opens season to long applause, critic \(round + 200)", day: 0)
            clusterer.add(Self.headlines[3] + " part \(round + 300)", day: 0)
        }
        return clusterer.stories()
    }

    @Test func `titles of one story come together and those of others do not`() {
        var clusterer = StoryClusterer()
        let found = stories(&clusterer)
        #expect(found.count == 90)
        #expect(Set(found).count == 3)
        for index in 0..<90 { #expect(found[index] == index % 3) }
    }

    @Test func `the same titles give the same stories each time`() {
        let lists = (0..<5).map { _ in
            var clusterer = StoryClusterer()
            return stories(&clusterer)
        }
        #expect(Set(lists).count == 1)
    }

    @Test func `two beginnings of a story are merged when it is seen that they are one`() {
        var settings = StoryClusterer.Settings()
        settings.joining = 0.9
        var clusterer = StoryClusterer(settings: settings)
        _ = stories(&clusterer)
        #expect(Set(clusterer.stories()).count == 3)
        settings.merging = 2
        var apart = StoryClusterer(settings: settings)
        #expect(Set(stories(&apart)).count > 3)
    }

    @Test func `a story that is over takes no title any more`() {
        var settings = StoryClusterer.Settings()
        settings.mergeEvery = 5
        var clusterer = StoryClusterer(settings: settings)
        for round in 0..<10 { clusterer.add("Heater recall widens as fires reported \(round)", day: 0) }
        for title in Self.headlines { clusterer.add(title, day: 20) }
        clusterer.add("Heater recall widens as fires reported again", day: 20)
        let found = clusterer.stories()
        #expect(found.last != found.first)
    }
}
