// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a second-order model believes after fitting: draws of all tables of effects, and their mean.
package struct SecondOrderPosterior: Sendable {
    /// Where the tables lie.
    package let layout: EffectLayout
    /// The tables of every draw, one draw after the other.
    let draws: [Double]
    /// The intercept of every draw.
    let intercepts: [Double]
    /// The error's variance in every draw.
    package let errors: [Double]
    /// The mean of all tables.
    let meanTables: [Double]
    let meanIntercept: Double
    /// The share of draws in which each group is something.
    package let inclusion: [Double]

    /// The number of draws.
    package var drawCount: Int { intercepts.count }

    /// The expected variance of one response about its combination's mean.
    package var errorVariance: Double { errors.reduce(0, +) / Double(max(1, errors.count)) }

    /// The expected response of a combination.
    package func mean(of levels: [Int]) -> Double {
        meanIntercept + layout.value(meanTables[...], of: levels)
    }

    /// The response of a combination in one draw.
    package func value(of levels: [Int], draw: Int) -> Double {
        intercepts[draw] + layout.value(tables(draw), of: levels)
    }

    /// The tables of one draw.
    func tables(_ draw: Int) -> ArraySlice<Double> {
        draws[(draw * layout.size)..<((draw + 1) * layout.size)]
    }

    /// The standard deviation of what is believed of a combination's response.
    package func deviation(of levels: [Int]) -> Double {
        let centre = mean(of: levels)
        var sum = 0.0
        for draw in 0..<drawCount {
            let difference = value(of: levels, draw: draw) - centre
            sum += difference * difference
        }
        return (sum / Double(max(1, drawCount))).squareRoot()
    }
}

/// One response of a combination of levels.
package struct EffectObservation: Sendable, Equatable {
    /// One level per factor, from 0.
    package let levels: [Int]
    /// One block per kind of block, such as time and unit, from 0.
    package let blocks: [Int]
    /// The response.
    package let response: Double
    /// Its weight, above 0: an observation of weight 1/2 has twice the variance of one of weight 1.
    package let weight: Double

    /// Makes an observation.
    package init(levels: [Int], blocks: [Int] = [], response: Double, weight: Double = 1) {
        self.levels = levels
        self.blocks = blocks
        self.response = response
        self.weight = weight
    }
}

/// A Bayesian model of main effects and two-way interactions of factors' levels.
///
/// y = intercept + Σ main effects + Σ interactions + blocks + error. Each group of effects is nothing or has one of a few
/// variances; which one, the shares of groups that have it, the blocks' and the error's variance are drawn along with the
/// effects, so that every draw is one from the joint posterior and intervals hold what is not known of the variances.
/// Sparse groups as in BOCS (Baptista and Poloczek, ICML 2018); heredity as in Chipman, Hamada and Wu (1997). The cost of
/// a sweep is observations × groups.
package struct SecondOrderModel: Sendable {
    /// How long the chains are.
    package struct Effort: Sendable, Equatable {
        /// The number of independent chains, at least 1.
        package var chains: Int
        /// The sweeps of each chain that are thrown away.
        package var burnIn: Int
        /// The sweeps of each chain that are kept in the mean.
        package var kept: Int
        /// Every how many kept sweeps a draw is stored.
        package var spacing: Int

        /// Says how long the chains are.
        package init(chains: Int = 4, burnIn: Int = 40, kept: Int = 60, spacing: Int = 3) {
            self.chains = chains
            self.burnIn = burnIn
            self.kept = kept
            self.spacing = spacing
        }
    }

    /// Where the tables lie.
    package let layout: EffectLayout
    /// What is believed before any response.
    package var prior: EffectPrior
    /// How long the chains are.
    package var effort: Effort

    /// Makes a model of a space.
    package init(layout: EffectLayout, prior: EffectPrior = EffectPrior(), effort: Effort = Effort()) {
        self.layout = layout
        self.prior = prior
        self.effort = effort
    }

    /// Fits the model to responses; the same observations and generator give the same posterior.
    ///
    /// The first `screening` observations stand for the whole space: the intercept's prior lies about their mean, for
    /// centring on later ones, which a search has concentrated, would call levels never tried as good as those. Throws
    /// for fewer than two observations, codes out of range, and numbers that are not finite.
    package func fit(
        _ observations: [EffectObservation],
        screening: Int = 18,
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) -> SecondOrderPosterior {
        try layout.validate(observations)
        guard effort.chains > 0, effort.kept > 0, effort.burnIn >= 0, effort.spacing > 0, effort.spacing <= effort.kept
        else {
            throw .invalidArgument(
                name: "effort",
                value: "\(effort)",
                remedy: "give at least one chain, one kept sweep and a spacing of 1 to the kept sweeps"
            )
        }
        let evidence = EffectEvidence(
            layout: layout,
            prior: prior,
            observations: observations,
            screening: screening
        )
        var draws: [Double] = []
        var intercepts: [Double] = []
        var errors: [Double] = []
        var mean = [Double](repeating: 0, count: layout.size)
        var meanIntercept = 0.0
        var inclusion = [Double](repeating: 0, count: layout.groups.count)
        for _ in 0..<effort.chains {
            var chain = EffectSampler(evidence, seed: generator.next())
            for _ in 0..<effort.burnIn {
                chain.sweep()
            }
            for sweep in 0..<effort.kept {
                chain.sweep()
                for cell in mean.indices {
                    mean[cell] += chain.expected[cell]
                }
                meanIntercept += chain.intercept
                for group in inclusion.indices where chain.component[group] >= 0 {
                    inclusion[group] += 1
                }
                if sweep % effort.spacing == effort.spacing - 1 {
                    draws += chain.tables
                    intercepts.append(chain.intercept)
                    errors.append(chain.error)
                }
            }
        }
        let total = Double(effort.chains * effort.kept)
        return SecondOrderPosterior(
            layout: layout,
            draws: draws,
            intercepts: intercepts,
            errors: errors,
            meanTables: mean.map { $0 / total },
            meanIntercept: meanIntercept / total,
            inclusion: inclusion.map { $0 / total }
        )
    }
}
