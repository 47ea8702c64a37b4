// SPDX-License-Identifier: Apache-2.0

package import Domain
import Statistics

/// A product that is not in its list now: since when, where it stood, and how likely it is back soon.
///
/// JSON keys are the names of the properties.
package struct RankAbsence: Sendable, Equatable, Codable {
    package var keyword: String
    package var product: String
    /// What a reader calls the product.
    package var name: String
    package var isOwn: Bool
    /// Whether the newest look at it found it off the list; otherwise it stood there, and nobody looked since.
    package var isOffList: Bool
    /// The step of the newest look at it.
    package var newest: Timestamp
    /// The first step of those that it is off the list; nil where it is not.
    package var since: Timestamp?
    /// How many steps were looked at since then, that one included.
    package var steps: Int
    /// The last rank that was seen; nil where it never was in the list.
    package var lastRank: Int?
    /// When that was.
    package var lastListed: Timestamp?
    /// How likely it is back in the list within so many steps; nil where too little is known of absences.
    package var returnProbability: Double?
    package var within: Int
    /// On how many steps of absences as long that rests, and on how many returns.
    package var cases: Int
    package var returns: Int
}

extension RankMarket {
    /// The fewest steps of absences that tell how likely a return is.
    private static let leastAbsences = 10

    /// A step at which a product was off the list, and whether it was back at the next one.
    private struct Gap {
        let length: Int
        let isReturn: Bool
    }

    /// The products that are not in their lists at the newest step, own ones first, then by list and by when they left.
    ///
    /// Told of are one's own, those at `positions`, and, where lists are not whole, whoever was watched at the newest step. The
    /// chance to return is 1 − (1 − p)^steps, where p = (returns + ½) / (steps + 1) over all steps of the panel at which a product was
    /// off the list for half as long or longer (Jeffreys' prior): the longer gone, the less likely it is back.
    package func absences(within steps: Int, positions: [Int]? = nil) -> [RankAbsence] {
        let wanted = positions.map(Set.init)
        let gaps = gaps()
        var result: [RankAbsence] = []
        for position in panel.series.indices where wanted?.contains(position) ?? true {
            let key = panel.series[position].key
            let isAsked = wanted != nil || isOwn(key.product)
            guard isAsked || !hasWholeLists, let absence = absence(at: position, within: steps, gaps),
                isAsked || absence.newest == calendar.starts.last && absence.isOffList
            else { continue }
            result.append(absence)
        }
        return result.sorted {
            if $0.isOwn != $1.isOwn { return $0.isOwn }
            return ($0.keyword, $1.since ?? $1.newest, $0.product) < ($1.keyword, $0.since ?? $0.newest, $1.product)
        }
    }

    /// What is known of one product's absence; nil where it is listed at the newest step, or was never looked at.
    private func absence(at position: Int, within ahead: Int, _ gaps: [Gap]) -> RankAbsence? {
        let seen = panel.steps - 1
        guard panel.outcome(of: position, at: seen)?.rank == nil,
            let newest = (0...seen).last(where: { panel.outcome(of: position, at: $0) != nil })
        else { return nil }
        let key = panel.series[position].key
        let listed = (0...newest).last { panel.outcome(of: position, at: $0)?.rank != nil }
        let off = ((listed ?? -1) + 1..<panel.steps).filter { panel.outcome(of: position, at: $0) != nil }
        var absence = RankAbsence(
            keyword: key.keyword,
            product: key.product,
            name: name(of: key.product),
            isOwn: isOwn(key.product),
            isOffList: listed != newest,
            newest: calendar.starts[newest],
            since: off.first.map { calendar.starts[$0] },
            steps: off.count,
            lastRank: listed.flatMap { panel.outcome(of: position, at: $0)?.rank },
            lastListed: listed.map { calendar.starts[$0] },
            returnProbability: nil,
            within: ahead,
            cases: 0,
            returns: 0
        )
        guard absence.isOffList, listed != nil else { return absence }
        let alike = gaps.filter { 2 * $0.length >= off.count }
        absence.cases = alike.count
        absence.returns = alike.count(where: \.isReturn)
        if alike.count >= Self.leastAbsences {
            let chance = (Double(absence.returns) + 0.5) / Double(alike.count + 1)
            var stays = 1.0
            for _ in 0..<max(0, ahead) { stays *= 1 - chance }
            absence.returnProbability = 1 - stays
        }
        return absence
    }

    /// Every step at which a product that was listed before was off its list, where the next step is known.
    private func gaps() -> [Gap] {
        var gaps: [Gap] = []
        for position in panel.series.indices {
            var length = 0
            var wasListed = false
            for step in 0..<panel.steps {
                guard let outcome = panel.outcome(of: position, at: step) else { continue }
                if wasListed, length > 0 { gaps.append(Gap(length: length, isReturn: outcome.rank != nil)) }
                length = outcome.rank == nil ? length + 1 : 0
                wasListed = wasListed || outcome.rank != nil
            }
        }
        return gaps
    }
}
