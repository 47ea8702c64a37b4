// SPDX-License-Identifier: Apache-2.0
import Domain

/// What the control reached in a metric, by block and over the whole campaign.
struct ControlLevels {
    private let byBlock: [Int: Double]
    private let overall: Double?

    /// Takes the means of completed trials; without any of the control, the mean of all stands for it.
    init(metric: String, goal: Goal, ended: [Trial]) {
        let values = ended.compactMap { trial -> (trial: Trial, value: Double)? in
            trial.status == .completed ? trial.metrics[metric].map { (trial, $0) } : nil
        }
        let controls = values.filter { $0.trial.combination == goal.control }
        byBlock = Dictionary(grouping: controls, by: \.trial.block).mapValues { Self.mean($0.map(\.value)) }
        let known = controls.isEmpty ? values : controls
        overall = known.isEmpty ? nil : Self.mean(known.map(\.value))
    }

    /// The control's mean within a block, or over the campaign where the block has none; nil when nothing was measured.
    func level(ofBlock block: Int) -> Double? {
        byBlock[block] ?? overall
    }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }
}
