// SPDX-License-Identifier: Apache-2.0

import Domain

extension Effect {
    /// The effect without an end as the present lease of its job has it from now on; nil where that has it, or it is another job's.
    ///
    /// Whoever finds an attempt of a lease that is over asks the other side, and says under its own lease what came of it.
    func takenOver(by intention: Effect) -> Effect? {
        guard state == .intended || state == .unclear, job != nil, job == intention.job, token != intention.token else {
            return nil
        }
        var taken = self
        taken.token = intention.token
        taken.updatedAt = intention.updatedAt
        return taken
    }
}
