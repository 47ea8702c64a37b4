// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Tries random combinations: what every other strategy has to beat with the same effort.
///
/// It recommends by the same model as the others.
package struct RandomSearch: SearchStrategy {
    package static let name = "random"

    package var record: SearchRecord

    package init(record: SearchRecord) throws {
        self.record = record
    }

    package mutating func propose(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal {
        let space = record.problem.space
        var chosen = space.distinct(request.size, excluding: record.known, using: &generator)
        if chosen.count < request.size {
            let taken = Set(chosen + [record.problem.control])
            chosen += space.distinct(request.size - chosen.count, excluding: taken, using: &generator)
        }
        return Proposal(
            members: chosen.map {
                Generation.Member(combination: $0, origin: .random, replicates: request.replicates)
            },
            notes: ["\(chosen.count) random combinations."]
        )
    }
}
