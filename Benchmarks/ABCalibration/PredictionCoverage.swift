// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

/// How often the interval of the next campaign holds what that campaign measures in the long run, by past campaigns.
struct PredictionCoverage {
    /// How campaigns come about; all in standard deviations of one result.
    struct World {
        var name: String
        /// How campaigns differ from each other.
        var campaigns: Double
        /// The effects of levels that campaigns share.
        var levels: Double
        /// How a campaign's own effects differ from the shared ones.
        var own: Double
    }

    static let worlds = [
        World(name: "campaigns differ", campaigns: 0.5, levels: 0.5, own: 0.2),
        World(name: "campaigns differ much", campaigns: 2, levels: 0.5, own: 0.2),
        World(name: "effects differ too", campaigns: 0.5, levels: 0.5, own: 0.5),
        World(name: "campaigns alike", campaigns: 0.1, levels: 0.5, own: 0.1),
    ]

    /// What was counted.
    struct Count {
        /// The chance that the interval holds the next campaign's value, summed over all repetitions.
        var all = 0.0
        /// The same over those where a prediction was given.
        var told = 0.0
        var toldCount = 0
        /// The same of the best known combination, where one was named.
        var best = 0.0
        var bestCount = 0
    }

    let world: World
    let past: Int
    let repetitions: Int

    private static let factors = [
        Factor(name: "title", levels: [.text("A"), .text("B"), .text("C")]),
        Factor(name: "coupon", levels: [.text("no"), .text("yes")]),
        Factor(name: "image", levels: [.text("x"), .text("y"), .text("z")]),
    ]

    func count(seed: UInt64) throws -> Count {
        var count = Count()
        for repetition in 0..<repetitions {
            try run(SplitMix64.seed(seed, world.name, String(past), String(repetition)), &count)
        }
        return count
    }

    private func run(_ seed: UInt64, _ count: inout Count) throws {
        var generator = SplitMix64(seed: seed)
        func draw(_ deviation: Double) -> Double { deviation * StandardNormal.sample(using: &generator) }
        let ids = IdentifierGenerator(clock: VirtualClock(start: Timestamp(milliseconds: 0)), seed: seed)
        let goal = Goal(
            name: "sample",
            product: Product(identifier: "p"),
            objective: Objective(metric: "time", direction: .lower, depth: 100),
            factors: Self.factors,
            trial: TrialTemplate(kind: .simulated, window: .hours(4)),
            units: ["u1", "u2", "u3"],
            seed: seed
        )
        let plan = Plan(difficulty: 0, trials: 36, generations: 1, duration: .days(10))
        let shared = Self.factors.map { $0.levels.map { _ in draw(world.levels) } }
        let entries = (0..<past).map { _ in
            let campaign = Campaign(
                id: ids.next(),
                workspace: .default,
                goal: goal,
                plan: plan,
                createdAt: Timestamp(milliseconds: 0)
            )
            let level = draw(world.campaigns)
            let effects = shared.map { $0.map { $0 + draw(world.own) } }
            let generation: GenerationID = ids.next()
            let trials = (0..<36).map { number in
                // A full factorial of 18, twice.
                let combination = Combination([number % 3, number / 3 % 2, number / 6 % 3])
                var trial = Trial(
                    id: ids.next(),
                    workspace: .default,
                    campaign: campaign.id,
                    generation: generation,
                    block: number / 3,
                    position: number,
                    unit: goal.units[number % 3],
                    combination: combination,
                    purpose: .search
                )
                trial.status = .completed
                let mean = zip(effects, combination.levels).reduce(20 + level) { $0 + $1.0[$1.1] }
                trial.metrics = ["time": mean + draw(1)]
                return trial
            }
            return PastCampaigns.Entry(campaign: campaign, trials: trials)
        }
        let answer = try CampaignPredictor(past: PastCampaigns(entries, for: goal), goal: goal).prediction()
        let deviation = (world.campaigns * world.campaigns + 3 * world.own * world.own).squareRoot()
        /// The chance over the next campaign's own parts, exactly: less noise than drawing them.
        func chance(_ forecast: CampaignPrediction.Forecast) -> Double {
            let centre = zip(shared, forecast.combination.levels).reduce(20.0) { $0 + $1.0[$1.1] }
            let upper = StandardNormal.cdf((forecast.value.upper - centre) / deviation) ?? 1
            return upper - (StandardNormal.cdf((forecast.value.lower - centre) / deviation) ?? 0)
        }
        guard let control = answer.control else { return }
        count.all += chance(control)
        guard answer.notEnough == nil else { return }
        count.told += chance(control)
        count.toldCount += 1
        guard let best = answer.best else { return }
        count.best += chance(best)
        count.bestCount += 1
    }

    /// Prints a table.
    static func table(repetitions: Int) throws {
        say("| Campaigns | Past | Told | Coverage, told | of the best | if always told |")
        say("| --- | --- | --- | --- | --- | --- |")
        func percent(_ sum: Double, _ count: Int) -> String {
            count > 0 ? "\((sum / Double(count) * 1_000).rounded() / 10) %" : "none told"
        }
        for world in worlds {
            for past in [2, 3, 4, 5, 8] {
                let count = try Self(world: world, past: past, repetitions: repetitions).count(seed: 1)
                say(
                    "| \(world.name) | \(past) | \(percent(Double(count.toldCount), repetitions)) "
                        + "| \(percent(count.told, count.toldCount)) | \(percent(count.best, count.bestCount)) "
                        + "| \(percent(count.all, repetitions)) |"
                )
            }
        }
    }
}
