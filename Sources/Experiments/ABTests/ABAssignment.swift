// SPDX-License-Identifier: Apache-2.0
package import Statistics

/// Which variant a unit gets: the same whenever and wherever it is asked, without a memory.
///
/// A unit's name and the experiment's salt are hashed (SipHash-2-4, its key the SipHash of the salt under two fixed
/// keys); the top 53 bits are a number from 0 to 1 that falls into the variants' shares in order. Whether a unit takes
/// part at all is another hash, so that more traffic keeps all who were in where they were. Experiments with different
/// salts split independently.
package struct ABAssignment: Sendable, Equatable {
    /// The text that makes this experiment's split its own, such as its name.
    package let salt: String
    /// The variants' names.
    package let variants: [String]
    /// The share of each variant, adding up to 1.
    package let shares: [Double]
    /// The share of all units that take part, 0 to 1.
    package let traffic: Double

    private let bounds: [Double]

    /// Makes an assignment; shares need not add up to 1 and are equal when not given.
    ///
    /// Throws for fewer than two variants, names given twice, shares that are not positive, or traffic outside 0...1.
    package init(
        salt: String,
        variants: [String],
        shares: [Double]? = nil,
        traffic: Double = 1
    ) throws(StatisticsError) {
        guard variants.count > 1 else {
            throw .tooFewObservations(subject: "Variants", found: variants.count, needed: 2)
        }
        for (index, name) in variants.enumerated() where variants[..<index].contains(name) {
            throw .invalidArgument(name: "variants", value: name, remedy: "give every variant a name of its own")
        }
        let weights = shares ?? [Double](repeating: 1, count: variants.count)
        let sum = weights.reduce(0, +)
        guard weights.count == variants.count, weights.allSatisfy({ $0 > 0 && $0.isFinite }), sum.isFinite else {
            throw .invalidArgument(
                name: "shares",
                value: weights.map { "\($0)" }.joined(separator: ","),
                remedy: "give one positive number per variant, such as 50,50"
            )
        }
        guard traffic >= 0, traffic <= 1 else {
            throw .invalidArgument(name: "traffic", value: "\(traffic)", remedy: "give a share from 0 to 1")
        }
        self.salt = salt
        self.variants = variants
        self.shares = weights.map { $0 / sum }
        self.traffic = traffic
        var reached = 0.0
        bounds = self.shares.map { share in
            reached += share
            return reached
        }
    }

    /// The number of the variant that a unit gets; nil when it does not take part.
    package func variant(of unit: String) -> Int? {
        guard position(of: unit, purpose: 1) < traffic else {
            return nil
        }
        let position = position(of: unit, purpose: 2)
        return bounds.firstIndex { position < $0 } ?? variants.count - 1
    }

    /// A number from 0 up to but not including 1, of the unit's name alone.
    private func position(of unit: String, purpose: UInt64) -> Double {
        let salt = Array(salt.utf8)
        let key = SipHash(key: purpose, 0)(salt)
        let rest = SipHash(key: purpose, 1)(salt)
        return Double(SipHash(key: key, rest)(Array(unit.utf8)) >> 11) * 0x1p-53
    }
}
