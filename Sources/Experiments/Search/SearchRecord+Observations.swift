// SPDX-License-Identifier: Apache-2.0
package import Domain

/// The record as models read it.
extension SearchRecord {
    /// One response with its circumstances, numbered for a model.
    package struct Observation: Hashable, Sendable {
        /// An index into `ObservationTable.combinations`.
        package let combination: Int
        /// The number of its time block, from 0; each campaign has its own.
        package let block: Int
        /// The number of its unit, from 0; each campaign has its own.
        package let unit: Int
        /// The response.
        package let response: Double
        /// Its weight, 1 for this campaign's.
        package let weight: Double
    }

    /// Observations with what their numbers stand for.
    package struct ObservationTable: Sendable {
        /// The combinations that were observed, in the order of their first rows.
        package var combinations: [Combination] = []
        /// The rows: earlier campaigns' first, so that the latest are last.
        package var rows: [Observation] = []
        /// How many blocks are told apart.
        package var blockCount = 0
        /// How many units are told apart.
        package var unitCount = 0
    }

    /// What was observed of a value, in the order in which it was found out; outcomes without it are left out.
    ///
    /// The usual value is the scalarised response.
    package func observations(
        withEarlier: Bool = true,
        _ value: (TrialOutcome) -> Double?
    ) -> ObservationTable {
        var table = ObservationTable()
        var index: [Combination: Int] = [:]
        func number(_ combination: Combination) -> Int {
            if let known = index[combination] { return known }
            index[combination] = table.combinations.count
            table.combinations.append(combination)
            return table.combinations.count - 1
        }
        var campaigns = withEarlier ? earlier : []
        campaigns.append(EarlierCampaign(outcomes: outcomes, weight: 1))
        for campaign in campaigns {
            let answered: [(TrialOutcome, Double)] = campaign.outcomes.compactMap { outcome in
                value(outcome).map { (outcome, $0) }
            }
            guard !answered.isEmpty else { continue }
            let blocks = Self.codes(answered.map { $0.0.block }, limit: Self.blockLimit)
            let units = Self.codes(answered.map { $0.0.unit }, limit: Self.blockLimit)
            for (row, (outcome, response)) in answered.enumerated() {
                table.rows.append(
                    Observation(
                        combination: number(outcome.combination),
                        block: table.blockCount + blocks.codes[row],
                        unit: table.unitCount + units.codes[row],
                        response: response,
                        weight: campaign.weight
                    )
                )
            }
            table.blockCount += blocks.count
            table.unitCount += units.count
        }
        return table
    }

    /// What was observed of the scalarised response.
    package var responses: ObservationTable { observations { problem.scalarised($0) } }

    /// The combinations of this campaign in the order in which they were first told, with their sums.
    var tallies: [Tally] {
        var index: [Combination: Int] = [:]
        var tallies: [Tally] = []
        for outcome in outcomes {
            let place = index[outcome.combination] ?? tallies.count
            if place == tallies.count {
                index[outcome.combination] = place
                tallies.append(Tally(combination: outcome.combination))
            }
            tallies[place].add(outcome, response: problem.scalarised(outcome))
        }
        return tallies
    }

    /// The combinations that were tried in this campaign or are being tried, the control included.
    package var known: Set<Combination> {
        var known: Set<Combination> = [problem.control]
        for outcome in outcomes { known.insert(outcome.combination) }
        for one in pending { known.insert(one.combination) }
        return known
    }

    /// Numbers values from 0 in their order; beyond `limit` different values, neighbours share a number.
    static func codes(_ values: [Int], limit: Int) -> (codes: [Int], count: Int) {
        let distinct = Set(values).sorted()
        let count = min(distinct.count, limit)
        var code: [Int: Int] = [:]
        for (place, value) in distinct.enumerated() {
            code[value] = place * count / distinct.count
        }
        return (values.map { code[$0] ?? 0 }, count)
    }
}

/// The sums of one combination's outcomes.
struct Tally: Sendable {
    let combination: Combination
    private(set) var trials = 0
    private var responses = 0
    private var responseSum = 0.0
    private var successes = 0
    private var guardrailsHeld = 0

    init(combination: Combination) {
        self.combination = combination
    }

    mutating func add(_ outcome: TrialOutcome, response: Double?) {
        trials += 1
        successes += outcome.succeeded ? 1 : 0
        guardrailsHeld += outcome.guardrailsHeld ? 1 : 0
        if let response {
            responses += 1
            responseSum += response
        }
    }

    /// The plain mean; nil without a response.
    var meanResponse: Double? { responses > 0 ? responseSum / Double(responses) : nil }
    var successRate: Double { trials > 0 ? Double(successes) / Double(trials) : 0 }
    var guardrailRate: Double { trials > 0 ? Double(guardrailsHeld) / Double(trials) : 0 }
}
