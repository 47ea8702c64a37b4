// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// What stays the same while a market moves: its model, its noise and its calendar.
struct MarketSetting: Sendable {
    let model: MarketModel
    /// The standard deviation of the noise of a unit's strength at an instant.
    let noise: Double
    let shockAt: Timestamp?
    let start: Timestamp
    /// How many times as fast as the clock the market lives.
    let speed: Int64
    let timeZone: TimeZone
    let seed: UInt64

    /// The market's own time at an instant of the clock.
    func marketTime(at now: Timestamp) -> Timestamp {
        start + (now - start) * speed
    }

    /// The instant at which a step ends.
    func time(ofStep step: Int) -> Timestamp {
        start + TimeSpan(milliseconds: Int64(step) * MarketParameters.stepMilliseconds)
    }

    /// The last step that has ended at an instant.
    func step(at time: Timestamp) -> Int {
        let passed = max(0, (time - start).milliseconds) / MarketParameters.stepMilliseconds
        return Int(min(passed, Int64(Int32.max)))
    }

    /// How much of a competitor's push in a shock is there at an instant, from 0 to 1.
    func shock(at time: Timestamp) -> Double {
        guard let shockAt, time >= shockAt else { return 0 }
        let days = (time - shockAt).inDays
        let remainder = MarketParameters.shockRemainder
        return remainder + (1 - remainder) * pow(0.5, days / MarketParameters.shockHalfLife)
    }
}

/// The moving part of a market, stepped every half hour; equal seeds and equal applications give equal states.
struct MarketState: Hashable, Sendable {
    private(set) var step = 0
    var units: [UnitMarket]
    private var generator: SplitMix64
    private var commonNoise: Double

    /// Starts with the control applied everywhere and at rest.
    init(setting: MarketSetting, control: Combination) {
        let offer = setting.model.offer(control.levels)
        generator = SplitMix64(seed: SplitMix64.seed(setting.seed, "market"))
        commonNoise = 0
        units = setting.model.unitBases.enumerated().map { index, base in
            let seed = SplitMix64.bits(setting.seed, 1, UInt64(index))
            return UnitMarket(base: base, combination: control, offer: offer, setting: setting, seed: seed)
        }
        for index in units.indices {
            units[index].place(noise: noise(setting), shock: setting.shock(at: setting.start))
        }
    }

    /// Moves the market on to an instant; does nothing for an instant that has passed.
    ///
    /// Costs one pass over all competitors of all units per half hour.
    mutating func advance(to time: Timestamp, setting: MarketSetting) {
        let last = setting.step(at: time)
        let persistence = exp(-Self.stepHours / MarketParameters.noiseHours)
        let fresh = (1 - persistence * persistence).squareRoot()
        while step < last {
            step += 1
            let now = setting.time(ofStep: step)
            let offset = Int64(setting.timeZone.secondsFromGMT(for: now.date)) * 1_000
            let searches = Shoppers.searches(atLocalMilliseconds: now.milliseconds + offset)
            let shock = setting.shock(at: now)
            commonNoise = persistence * commonNoise + fresh * generator.roughNormal()
            let noise = noise(setting)
            for index in units.indices {
                units[index].advance(searches: searches, noise: noise, shock: shock, setting: setting)
            }
        }
    }

    static let stepHours = Double(MarketParameters.stepMilliseconds) / 3_600_000

    private func noise(_ setting: MarketSetting) -> (common: Double, own: Double) {
        let share = MarketParameters.commonNoiseShare
        return (setting.noise * share.squareRoot() * commonNoise, setting.noise * (1 - share).squareRoot())
    }
}
