// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Experiments

/// Ends the search when a further generation is not worth its price.
package enum WorthPolicy: Policy {
    package static let name = "worth"

    /// The gain in response, from 0 to 1, below which trials are not worth their effort when no prices are known.
    package static let leastGain = 0.005

    package struct Inputs: Codable, Sendable, Equatable {
        package var metric: String
        /// The number of the generation that would be next.
        package var generation: Int
        /// The trials that it would have, controls included.
        package var trials: Int
        /// What they are expected to add to the response of the combination that is chosen, 0 to 1.
        package var expectedGain: Double
        /// What all trials there could be would add to it, 0 to 1.
        package var expectedLoss: Double
        /// How much response one unit of the metric is; nil while the control's level is not known.
        package var responsePerUnit: Double?
        /// What one trial costs, in minor units; nil for nothing.
        package var trialCost: Int64?
        /// What one unit of the metric is worth, in minor units; nil when nobody said.
        package var valuePerUnit: Int64?
        package var currency: Currency?
        /// The smallest difference of the metric that matters; nil when nobody said.
        package var smallestEffect: Double?

        /// Takes the inputs of a goal and what the search expects of a further generation.
        ///
        /// With several objectives the goal's own metric has a share in the response, by which its unit counts less.
        package init(goal: Goal, control: Double?, verdict: StoppingVerdict, number: Int) {
            let objective = goal.objective
            let weight = 1 + goal.furtherObjectives.reduce(0) { $0 + max($1.weight, 0) }
            metric = objective.metric
            generation = number
            trials = verdict.trials
            expectedGain = verdict.expectedGain
            expectedLoss = verdict.expectedLoss
            if objective.isRank {
                responsePerUnit = 1 / Double(max(objective.depth, 1)) / weight
            } else if let control, control != 0 {
                responsePerUnit = 0.5 / control.magnitude / weight
            }
            smallestEffect = objective.smallestEffect
            trialCost = goal.trial.cost?.minorUnits
            valuePerUnit = goal.ending.valuePerUnit?.minorUnits
            currency = goal.ending.valuePerUnit?.currency ?? goal.trial.cost?.currency
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        /// Whether a further generation is worth its price.
        package var isWorthwhile: Bool

        /// Creates an outcome.
        package init(isWorthwhile: Bool) {
            self.isWorthwhile = isWorthwhile
        }
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        if let perUnit = inputs.responsePerUnit, perUnit > 0, let smallest = inputs.smallestEffect,
            inputs.expectedLoss / perUnit < smallest
        {
            return Ruling(
                Outcome(isWorthwhile: false),
                "All trials there could be are expected to improve \(inputs.metric) by \(shown(inputs.expectedLoss / perUnit)), less than the \(shown(smallest)) that matter: the best combinations are measured again."
            )
        }
        guard let perUnit = inputs.responsePerUnit, perUnit > 0, let value = inputs.valuePerUnit else {
            let isWorthwhile = inputs.expectedGain >= leastGain
            let gain = shown(inputs.expectedGain * 100)
            return Ruling(
                Outcome(isWorthwhile: isWorthwhile),
                isWorthwhile
                    ? "\(inputs.trials) more trials are expected to improve the score by \(gain) hundredths: the search goes on."
                    : "\(inputs.trials) more trials are expected to improve the score by \(gain) hundredths, which is less than half of one: the best combinations are measured again."
            )
        }
        let gain = inputs.expectedGain / perUnit
        let worth = gain * Double(value)
        let price = Double(inputs.trialCost ?? 0) * Double(inputs.trials)
        let isWorthwhile = worth > price
        let amounts = "worth \(money(worth, inputs.currency)), and cost \(money(price, inputs.currency))"
        let gained =
            "\(inputs.trials) more trials are expected to improve \(inputs.metric) by \(shown(gain)), \(amounts)"
        return Ruling(
            Outcome(isWorthwhile: isWorthwhile),
            isWorthwhile
                ? "\(gained): the search goes on."
                : "\(gained): more trials are not worth their price, and the best combinations are measured again."
        )
    }

    private static func money(_ units: Double, _ currency: Currency?) -> String {
        let amount = Int64(clampingFinite: units)
        return currency.map { Money(minorUnits: amount, currency: $0).description } ?? String(amount)
    }

    /// A number with three decimals at most.
    private static func shown(_ value: Double) -> String {
        let rounded = (value * 1_000).rounded() / 1_000
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? String(Int64(rounded)) : String(rounded)
    }
}
