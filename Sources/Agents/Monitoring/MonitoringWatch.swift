// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments

/// What the monitoring agent remembers of a campaign.
struct MonitoringWatch: Sendable {
    /// How many rounds may wait for their last looks; an older one is given up.
    static let pendingLimit = 8

    var campaign: Campaign
    /// What was seen of rounds that are not summed up yet, by their numbers.
    var looks: [Int: [ObservationsTaken.Look]] = [:]
    /// The numbers of the rounds that are.
    var summed: Set<Int> = []
    /// The rounds that are summed up, in order of time.
    var rounds: [RoundFinding] = []
    /// What the rounds have taught; nil where the goal's depth cannot be looked at.
    var ranks: CampaignRanks?
    var lastFallAt: Timestamp?
    var lastChangeAt: Timestamp?
    var isLateReported = false

    init(campaign: Campaign) {
        self.campaign = campaign
        ranks = try? CampaignRanks(depth: campaign.goal.objective.depth)
    }

    /// Adds what was seen to its round; what is there already, and what comes after its round was summed up, is left out.
    mutating func add(_ new: [ObservationsTaken.Look], to round: Int) {
        guard !summed.contains(round) else { return }
        var known = looks[round] ?? []
        for look in new where !known.contains(look) { known.append(look) }
        looks[round] = known
        for old in looks.keys.sorted().dropLast(Self.pendingLimit) { looks[old] = nil }
    }

    /// Takes in what was seen before this process was there: of rounds that are summed up it learns, the others wait.
    mutating func learn(_ seen: [ObservationsTaken.Look]) {
        var past: [Int: [ObservationsTaken.Look]] = [:]
        for look in seen {
            guard let round = campaign.round(of: look.time) else { continue }
            if summed.contains(round) {
                past[round, default: []].append(look)
            } else {
                add([look], to: round)
            }
        }
        for (number, looks) in past.sorted(by: { $0.key < $1.key }) {
            for unit in campaign.goal.units.indices {
                _ = ranks?.consensus(of: unit, looks.map(\.answer), round: number)
            }
        }
    }

    /// Adds a round in its place.
    mutating func add(_ round: RoundFinding) {
        let place = rounds.lastIndex { $0.time <= round.time }.map { $0 + 1 } ?? 0
        rounds.insert(round, at: place)
    }

    /// The numbers of the rounds that all observers have seen, in order.
    var whole: [Int] {
        let observers = campaign.goal.effort.observers
        return looks.keys.sorted().filter { (looks[$0]?.count ?? 0) >= observers }
    }
}

extension ObservationsTaken.Look {
    /// The looks that measurements of a campaign's units came from: those of an observer, a source and an instant are one.
    static func read(from measurements: [Measurement], units: [String]) -> [Self] {
        struct Origin: Hashable {
            var source: String
            var observer: String
            var time: Timestamp
        }
        let places = Dictionary(units.enumerated().map { ($1, $0) }) { first, _ in first }
        var order: [Origin] = []
        var ranks: [Origin: [Double?]] = [:]
        for measurement in measurements where measurement.trial == nil {
            guard let place = places[measurement.unit] else { continue }
            let origin = Origin(source: measurement.source, observer: measurement.observer, time: measurement.time)
            if ranks[origin] == nil { order.append(origin) }
            ranks[origin, default: Array(repeating: nil, count: units.count)][place] =
                measurement.isCensored ? nil : measurement.value
        }
        return order.map { origin in
            Self(source: origin.source, observer: origin.observer, time: origin.time, ranks: ranks[origin] ?? [])
        }
    }
}
