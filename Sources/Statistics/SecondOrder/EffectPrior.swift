// SPDX-License-Identifier: Apache-2.0

/// What is believed of groups of effects before any response.
///
/// Each group is either nothing or has one of a few scales, the standard deviation of its cells over `unit`. How many are
/// nothing, and which scales are met, is learnt from all groups together: main effects by themselves, interactions by how
/// many of their factors have a main effect that matters (effect heredity; Chipman, Hamada and Wu 1997).
package struct EffectPrior: Sendable, Equatable {
    /// The scales of groups that are not nothing.
    package var scales: [Double] = [0.08, 0.16, 0.32, 0.64]
    /// From which place of `scales` on a main effect matters for heredity.
    package var activeScale = 1
    /// The weights of something and of nothing among main effects (a beta distribution).
    package var mainOdds: (some: Double, none: Double) = (2, 1)
    /// The same for pairs with none, one and two main effects that matter.
    package var pairOdds: [(some: Double, none: Double)] = [(1, 9), (1, 6), (2, 3)]
    /// The weight of each scale before it was met.
    package var scaleWeight = 1.0
    /// Whether pairs with ordered factors may be smooth too.
    package var smoothPairs = false
    /// The share of the first responses' variance that the error is expected to have.
    package var errorShare = 0.3
    /// How many observations that expectation is worth.
    package var errorWeight = 2.0

    /// The prior that was found best over many made problems.
    package init() {}

    package static func == (left: Self, right: Self) -> Bool {
        left.scales == right.scales && left.activeScale == right.activeScale && left.mainOdds == right.mainOdds
            && left.pairOdds.elementsEqual(right.pairOdds, by: ==) && left.scaleWeight == right.scaleWeight
            && left.smoothPairs == right.smoothPairs && left.errorShare == right.errorShare
            && left.errorWeight == right.errorWeight
    }
}
