// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The consensus of several observers over many series, look by look: only the past is used.
///
/// Every series has a belief over its ranks and "off the list"; between looks it spreads, and a look multiplies it by
/// how likely each observer's answer is at each rank: a normal value around a biased rank, or one of three faults
/// (`ObserverModel`). Each look then teaches the observers' models, weighted by the belief (expectation and
/// maximisation, one step a look). "Not found" is the event "beyond the depth", never a rank. The scale of ranks is only
/// identifiable with an anchor: the median observer, or the one named, is unbiased. Cost: depth × observers a look.
package struct RankConsensusFilter: Sendable {
    /// The deepest rank that is looked at.
    package let depth: Int
    /// The share of intervals that shall hold the rank.
    package let confidence: Double
    /// The observer that is taken for unbiased; nil for the median one.
    package let anchor: String?
    /// What was learned of each observer.
    package private(set) var observers: [String: ObserverModel] = [:]

    private struct Track {
        var time: Int
        var belief: RankBelief.Kept
        var answers: [String: RankOutcome]
    }

    private var tracks: [RankSeriesKey: Track] = [:]
    private let places: [Double]
    /// The sum and number of the moves from look to look.
    private var moves = (sum: 10 * 0.12, count: 10.0)

    /// Makes a filter that has seen nothing; throws for an impossible depth or confidence.
    package init(depth: Int, confidence: Double = 0.8, anchor: String? = nil) throws(StatisticsError) {
        guard (1...10_000).contains(depth) else {
            throw .invalidArgument(name: "depth", value: "\(depth)", remedy: "give 1 to 10,000 ranks")
        }
        try Interval.validate(confidence: confidence)
        self.depth = depth
        self.confidence = confidence
        self.anchor = anchor
        places = (1...depth).map { RankScale.place(Double($0)) }
    }

    /// Takes one round of one series: the newest look of each observer, all of one time.
    ///
    /// Rounds of a series come in order of time; a round as old as the last one or older is an error. Throws also for an
    /// empty round, one of several series or times, two looks of one observer, and impossible ranks.
    package mutating func observe(_ round: [RankLook]) throws(StatisticsError) -> RankEstimate {
        let looks = round.sorted { $0.observer < $1.observer }
        guard let first = looks.first else {
            throw .tooFewObservations(subject: "The round of rank observations", found: 0, needed: 1)
        }
        try validate(looks, first)
        var belief = prior(of: first.series, at: first.time)
        let likelihoods = looks.map { likelihood(of: $0) }
        for likelihood in likelihoods {
            belief.weigh(by: likelihood.whole)
        }
        var flags: [RankEstimate.Flag] = []
        for (look, likelihood) in zip(looks, likelihoods) {
            let lesson = lesson(look, likelihood, belief)
            if lesson.worked < 0.5 {
                let fault: ObserverModel.Fault =
                    lesson.isNotFound ? .notFound : (lesson.staleShare > 0.5 ? .stale : .wrongItem)
                flags.append(.init(observer: look.observer, probability: 1 - lesson.worked, fault: fault))
            }
            observers[look.observer, default: ObserverModel()].learn(lesson)
        }
        keepAnchor()
        keep(belief, of: first.series, at: first.time, looks)
        return estimate(belief, first, observers: looks.count, flags: flags)
    }

    private func validate(_ looks: [RankLook], _ first: RankLook) throws(StatisticsError) {
        for (index, look) in looks.enumerated() {
            try look.validate()
            if case .listed(let rank) = look.outcome, rank > depth {
                throw .invalidArgument(name: "rank", value: "\(rank)", remedy: "give at most the depth, \(depth)")
            }
            guard look.series == first.series, look.time == first.time else {
                throw .invalidArgument(
                    name: "round",
                    value: "\(look.series.product) at \(look.time)",
                    remedy: "give the looks at one series at one time"
                )
            }
            guard index == 0 || looks[index - 1].observer != look.observer else {
                throw .duplicateColumn(look.observer)
            }
        }
        if let track = tracks[first.series], track.time >= first.time {
            throw .invalidArgument(
                name: "time",
                value: "\(first.time)",
                remedy: "give rounds in order, after \(track.time)"
            )
        }
    }

    private func prior(of series: RankSeriesKey, at time: Int) -> RankBelief {
        guard let track = tracks[series] else { return RankBelief(depth: depth) }
        return RankBelief(
            track.belief,
            depth: depth,
            steps: time - track.time,
            drift: moves.sum / moves.count,
            places: places
        )
    }

    private mutating func keep(
        _ belief: RankBelief,
        of series: RankSeriesKey,
        at time: Int,
        _ looks: [RankLook]
    ) {
        let kept = RankBelief.Kept(belief)
        var answers: [String: RankOutcome] = [:]
        if let track = tracks[series] {
            answers = track.answers
            if time - track.time == 1, kept.median < depth, track.belief.median < depth {
                moves.sum += (places[kept.median] - places[track.belief.median]).magnitude
                moves.count += 1
            }
        }
        for look in looks {
            answers[look.observer] = look.outcome
        }
        tracks[series] = Track(time: time, belief: kept, answers: answers)
    }

    /// The anchor has no bias: its bias is taken off everyone's.
    private mutating func keepAnchor() {
        let names = observers.keys.sorted()
        let shift: Double
        if let anchor {
            shift = observers[anchor]?.bias ?? 0
        } else if names.count > 2 {
            shift = names.compactMap { observers[$0]?.bias }.median ?? 0
        } else {
            return
        }
        for name in names {
            observers[name]?.anchor(shift)
        }
    }

    private func estimate(
        _ belief: RankBelief,
        _ first: RankLook,
        observers count: Int,
        flags: [RankEstimate.Flag]
    ) -> RankEstimate {
        let middle = belief.median
        let ends = belief.interval(confidence: confidence)
        return RankEstimate(
            series: first.series,
            time: first.time,
            outcome: middle < depth ? .listed(middle + 1) : .offList(depth: depth),
            offListProbability: belief.probabilities[depth],
            interval: Interval(
                estimate: Double(middle + 1),
                lower: Double(ends.lower + 1),
                upper: Double(ends.upper + 1),
                confidence: confidence
            ),
            observers: count,
            flags: flags
        )
    }
}

extension RankConsensusFilter {
    /// How likely an answer is at each rank: as a look that worked, and in all.
    fileprivate struct Likelihood {
        var good: [Double]
        var whole: [Double]
        /// The share of `stale` in the faults.
        var staleShare: Double
    }

    fileprivate func likelihood(of look: RankLook) -> Likelihood {
        let model = observers[look.observer] ?? ObserverModel()
        let isRepeat = tracks[look.series]?.answers[look.observer] == look.outcome
        let wrong = model.rate(of: .wrongItem)
        let missed = model.rate(of: .notFound)
        let stale = tracks[look.series]?.answers[look.observer] == nil ? 0 : model.rate(of: .stale)
        let works = max(0.2, 1 - wrong - missed - stale)
        var fault = isRepeat ? stale : 0
        switch look.outcome {
        case .offList: fault += missed + wrong * 0.02
        case .listed: fault += wrong / Double(depth)
        }
        var good = (1...depth).map { works * Self.chance(of: look.outcome, at: Double($0), model) }
        good.append(look.outcome.rank == nil ? works * 0.97 : 0)
        let staleShare = isRepeat && fault > 0 ? stale / fault : 0
        return Likelihood(good: good, whole: good.map { $0 + fault }, staleShare: staleShare)
    }

    /// The probability of an answer at a rank from an observer that works: the normal value rounded, cut at 1 and at the depth.
    private static func chance(of outcome: RankOutcome, at rank: Double, _ model: ObserverModel) -> Double {
        let mean = rank * (1 + model.bias)
        let deviation = model.deviation(at: rank)
        func below(_ end: Double) -> Double { 0.5 * erfc((mean - end) / (deviation * 2.0.squareRoot())) }
        switch outcome {
        case .offList(let depth): return 1 - below(Double(depth) + 0.5)
        case .listed(1): return below(1.5)
        case .listed(let seen): return below(Double(seen) + 0.5) - below(Double(seen) - 0.5)
        }
    }

    fileprivate func lesson(
        _ look: RankLook,
        _ likelihood: Likelihood,
        _ belief: RankBelief
    ) -> ObserverModel.Lesson {
        let model = observers[look.observer] ?? ObserverModel()
        var lesson = ObserverModel.Lesson()
        lesson.isNotFound = look.outcome.rank == nil
        lesson.staleShare = likelihood.staleShare
        for (index, probability) in belief.probabilities.enumerated()
        where probability > 1e-6 && likelihood.whole[index] > 0 {
            let worked = probability * likelihood.good[index] / likelihood.whole[index]
            lesson.worked += worked
            guard index < depth, let seen = look.outcome.rank else { continue }
            let rank = Double(index + 1)
            let size = ObserverModel.offset + rank
            let share = rank / size
            let error = (Double(seen) - rank * (1 + model.bias)) / size
            lesson.biasSquares += worked * share * share
            lesson.biasProducts += worked * share * (Double(seen) - rank) / size
            lesson.squares += worked * error * error
            lesson.weight += worked
        }
        return lesson
    }
}
