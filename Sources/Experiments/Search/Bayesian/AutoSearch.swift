// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation
import Statistics

/// Chooses the strategy by the space, the budget and how well each model predicts what it has not seen.
///
/// Before every batch the second-order model and the Gaussian process predict each quarter of the trials from the others;
/// the sums of the predictive densities' logarithms decide. The Gaussian process has to be ahead by a margin, for where
/// both predict alike the second-order model explains more and finds its best combination exactly.
package struct AutoSearch: SearchStrategy {
    package static let name = StrategyName.auto.rawValue

    /// From how many trials on the models are compared.
    private static let leastTrials = 54
    /// How many of the latest trials are compared at most.
    private static let compared = 240
    /// By how much the logarithm of the predictive density must be higher in all for the Gaussian process to be chosen.
    private static let margin = 5.0
    private static let choiceKey = "auto.gaussian_process"
    private static let folds = 4

    package var record: SearchRecord

    package init(record: SearchRecord) throws {
        self.record = record
    }

    package func model() throws -> (any SearchModel)? {
        record.memory[Self.choiceKey] == [1]
            ? try OverlapSearchModel(record.responses, space: record.problem.space)
            : try SecondOrderSearchModel(record.responses, space: record.problem.space)
    }

    package mutating func propose(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal {
        let choice = try chosen(request)
        record.memory[Self.choiceKey] = [choice.usesProcess ? 1 : 0]
        var proposal: Proposal
        if choice.usesProcess {
            var search = try GaussianProcessSearch(record: record)
            proposal = try search.propose(request, using: &generator)
            record.memory = search.record.memory
        } else {
            var search = try BayesianSearch(record: record)
            proposal = try search.propose(request, using: &generator)
        }
        proposal.notes.insert(choice.reason, at: 0)
        return proposal
    }

    private func chosen(_ request: AskRequest) throws -> (usesProcess: Bool, reason: String) {
        let table = record.responses
        if let count = record.problem.space.combinationCount, count <= 2 * request.size {
            return (
                false, "The second-order model is used: only \(count) combinations exist, and every one can be tried."
            )
        }
        guard table.rows.count >= Self.leastTrials else {
            return (
                false,
                "The second-order model is used: fewer than \(Self.leastTrials) trials cannot tell models apart."
            )
        }
        if let left = request.trialsLeft, left <= request.size {
            let usesProcess = record.memory[Self.choiceKey] == [1]
            return (usesProcess, "The model is kept: this is the last batch of the budget.")
        }
        let scores = try scores(table)
        let lead = (scores.process - scores.secondOrder) / Double(min(table.rows.count, Self.compared))
        let shown = (abs(lead) * 1_000).rounded() / 1_000
        if scores.process > scores.secondOrder + Self.margin {
            return (
                true,
                "A Gaussian process is used: it predicts trials that it has not seen better than main effects and "
                    + "two-way interactions do, by \(shown) in the logarithm of the density per trial."
            )
        }
        return (
            false,
            "The second-order model is used: a Gaussian process predicts unseen trials "
                + (lead > 0 ? "better by only " : "worse by ") + "\(shown) in the logarithm of the density per trial."
        )
    }

    /// The sums of the logarithms of the densities that models give to trials left out.
    private func scores(_ table: SearchRecord.ObservationTable) throws -> (secondOrder: Double, process: Double) {
        let space = record.problem.space
        let observations = Array(OverlapSearchModel.freeOfBlocks(table).suffix(Self.compared))
        let model = SecondOrderModel(
            layout: EffectLayout(levelCounts: space.levelCounts, isOrdinal: space.isOrdinal),
            effort: SecondOrderModel.Effort(chains: 2, burnIn: 25, kept: 30, spacing: 2)
        )
        var generator = SplitMix64(seed: UInt64(observations.count))
        var secondOrder = 0.0
        var process = 0.0
        for fold in 0..<Self.folds {
            let known = observations.indices.filter { $0 % Self.folds != fold }.map { observations[$0] }
            let posterior = try model.fit(known, using: &generator)
            let overlap = try OverlapProcess(layout: model.layout, known, steps: 12)
            for index in observations.indices where index % Self.folds == fold {
                let unseen = observations[index]
                secondOrder += posterior.logDensity(of: unseen)
                let belief = overlap.belief(of: unseen.levels)
                let variance = max(belief.variance + overlap.errorVariance / unseen.weight, 1e-12)
                let residual = unseen.response - belief.mean
                process -= 0.5 * (log(2 * Double.pi * variance) + residual * residual / variance)
            }
        }
        return (secondOrder, process)
    }
}
