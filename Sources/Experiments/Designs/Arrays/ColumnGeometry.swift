// SPDX-License-Identifier: Apache-2.0

/// How the columns of a design and their interactions overlap, by orthonormal bases of what each can explain.
struct ColumnGeometry {
    /// The level of each factor in each run.
    private let runs: [[Int]]
    private let runCount: Int
    /// For each factor, orthonormal columns that explain its main effect, the mean taken out.
    private let mains: [[[Double]]]

    /// Prepares the columns of some runs.
    init(runs: [[Int]], levelCounts: [Int]) {
        self.runs = runs
        runCount = runs.count
        let mean = [[Double](repeating: 1 / Double(max(1, runs.count)).squareRoot(), count: runs.count)]
        mains = levelCounts.enumerated().map { factor, levels in
            let indicators = (0..<max(0, levels - 1)).map { level in runs.map { $0[factor] == level ? 1.0 : 0.0 } }
            return Self.orthonormal(indicators, apartFrom: mean)
        }
    }

    /// How many degrees of freedom a factor's main effect has in these runs.
    func degreesOfFreedom(of factor: Int) -> Int { mains[factor].count }

    /// A basis of an interaction of two factors, mean and both main effects taken out.
    func interaction(_ left: Int, _ right: Int) -> [[Double]] {
        let mean = [[Double](repeating: 1 / Double(max(1, runCount)).squareRoot(), count: runCount)]
        var products: [[Double]] = []
        for first in mains[left] {
            for second in mains[right] {
                products.append(zip(first, second).map { $0 * $1 * Double(runCount).squareRoot() })
            }
        }
        let both = Self.orthonormal(mains[left] + mains[right], apartFrom: mean)
        return Self.orthonormal(products, apartFrom: mean + both)
    }

    /// A basis of a factor's main effect.
    func main(_ factor: Int) -> [[Double]] { mains[factor] }

    /// The share of the smaller of two effects that the other one explains: 0 when clear of each other, 1 when one of
    /// them cannot be told from the other.
    static func overlap(_ left: [[Double]], _ right: [[Double]]) -> Double {
        guard !left.isEmpty, !right.isEmpty else { return 0 }
        var sum = 0.0
        for first in left {
            for second in right {
                var product = 0.0
                for index in first.indices {
                    product += first[index] * second[index]
                }
                sum += product * product
            }
        }
        let share = sum / Double(min(left.count, right.count))
        return share < 1e-9 ? 0 : min(1, share)
    }

    /// An orthonormal basis of what columns explain beyond an orthonormal `base`, by Gram and Schmidt, twice over.
    static func orthonormal(_ columns: [[Double]], apartFrom base: [[Double]]) -> [[Double]] {
        var basis: [[Double]] = []
        for column in columns {
            let length = norm(column)
            guard length > 0 else { continue }
            var rest = column
            for _ in 0..<2 {
                for member in base { remove(member, from: &rest) }
                for member in basis { remove(member, from: &rest) }
            }
            let left = norm(rest)
            if left > 1e-8 * length {
                basis.append(rest.map { $0 / left })
            }
        }
        return basis
    }

    private static func remove(_ member: [Double], from column: inout [Double]) {
        var product = 0.0
        for index in column.indices {
            product += member[index] * column[index]
        }
        guard product != 0 else { return }
        for index in column.indices {
            column[index] -= product * member[index]
        }
    }

    private static func norm(_ column: [Double]) -> Double {
        column.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}
