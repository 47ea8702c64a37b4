// SPDX-License-Identifier: Apache-2.0

import Domain

extension KnowledgeChange {
    /// Throws `StorageError.notFinite` for a value that neither a database nor JSON can hold.
    func check() throws(StorageError) {
        for measurement in measurements where !measurement.value.isFinite {
            throw .notFinite("\(measurement.metric) of \(measurement.unit)")
        }
        for trial in trials {
            guard let metric = trial.metrics.filter({ !$0.value.isFinite }).keys.min() else { continue }
            throw .notFinite("\(metric) of trial \(trial.id)")
        }
    }
}
