// SPDX-License-Identifier: Apache-2.0
import Domain

/// One design that could serve a request, before replicates, blocks and order.
package struct DesignCandidate: Sendable {
    /// The family.
    package let kind: DesignKind
    /// What it is called, such as `L18` or `2^(7-3)`.
    package let name: String
    /// The runs as level indices, each once.
    package let runs: [[Int]]
    /// The regular fraction behind it, where there is one.
    package let fraction: TwoLevelFraction?
    /// The factor of `fraction` that each factor is.
    package let places: [Int]
    /// The columns of an array that no factor has.
    package let freeColumns: [[Int]]
    /// Wanted interactions that are mixed with main effects or with each other.
    package let mixedInteractions: [[Int]]
    /// Sentences on what was done to make the factors fit.
    package let notes: [String]
    /// The block of each run, where the construction chose them.
    package let blocks: [Int]?
    /// |X'X|^(1/p) / n over these and the existing runs, where the construction states it.
    package let efficiency: Double?

    init(
        kind: DesignKind,
        name: String,
        runs: [[Int]],
        fraction: TwoLevelFraction? = nil,
        places: [Int] = [],
        freeColumns: [[Int]] = [],
        mixedInteractions: [[Int]] = [],
        notes: [String] = [],
        blocks: [Int]? = nil,
        efficiency: Double? = nil
    ) {
        self.kind = kind
        self.name = name
        self.runs = runs
        self.fraction = fraction
        self.places = places
        self.freeColumns = freeColumns
        self.mixedInteractions = mixedInteractions
        self.notes = notes
        self.blocks = blocks
        self.efficiency = efficiency
    }

    /// Whether no main effect can be mixed with an interaction of two factors by construction.
    package var areMainsClear: Bool {
        switch kind {
        case .full: true
        case .fractional: (fraction?.resolution ?? 5) >= 4
        default: false
        }
    }
}

/// The candidates of each family for a request.
struct CandidateBuilder {
    let request: DesignRequest
    let levelCounts: [Int]

    init(_ request: DesignRequest) {
        self.request = request
        levelCounts = request.factors.map(\.levelCount)
    }

    var isTwoLevel: Bool { levelCounts.allSatisfy { $0 == 2 } }

    /// The columns of the model: mean, blocks, main effects and wanted interactions.
    var model: DesignModel {
        DesignModel(levelCounts: levelCounts, interactions: request.interactions)
    }

    /// Every allowed combination; nil when there are more than 10,000.
    func full() -> DesignCandidate? {
        guard let all = FactorSpace(levelCounts: levelCounts).allCombinations(limit: DesignRequest.runLimit) else {
            return nil
        }
        let runs = all.map(\.levels).filter { levels in !request.forbidden.contains { $0.holds(in: levels) } }
        guard !runs.isEmpty else { return nil }
        let name = "full factorial " + Self.shape(levelCounts)
        let notes =
            runs.count < all.count
            ? ["\(all.count - runs.count) of \(all.count) combinations are forbidden and left out."] : []
        let isComplete = runs.count == all.count && isTwoLevel
        return DesignCandidate(
            kind: .full,
            name: name,
            runs: runs,
            fraction: isComplete ? TwoLevelFraction.full(factors: levelCounts.count) : nil,
            places: Array(levelCounts.indices),
            notes: notes
        )
    }

    /// The regular fractions of fewest short words, from fewest runs, with wanted interactions laid clear if possible.
    func fractional(runs: Int) -> DesignCandidate? {
        guard isTwoLevel, let fraction = TwoLevelFraction.minimumAberration(runs: runs, factors: levelCounts.count),
            fraction.factorCount > fraction.basicCount
        else { return nil }
        let search = PlaceSearch(fraction: fraction, interactions: request.interactions, seed: request.seed)
        let added = fraction.factorCount - fraction.basicCount
        var notes: [String] = []
        if !request.interactions.isEmpty, search.mixed.isEmpty {
            notes.append(
                "Factors were laid on columns so that the wanted interactions are clear of main effects and of each other; they "
                    + "may still be mixed with interactions that were not asked for."
            )
        }
        let candidate = DesignCandidate(
            kind: .fractional,
            name: "2^(\(levelCounts.count)-\(added)) fraction",
            runs: fraction.runs(places: search.places),
            fraction: fraction,
            places: search.places,
            mixedInteractions: search.mixed,
            notes: notes
        )
        guard !search.mixed.isEmpty else { return candidate }
        return onFreeColumns(runs: runs) ?? candidate
    }

    /// A fraction of other columns than those of minimum aberration, for wanted interactions that these cannot keep clear.
    private func onFreeColumns(runs: Int) -> DesignCandidate? {
        let dimensions = runs.trailingZeroBitCount
        guard runs <= 32 else { return nil }
        let array = OrthogonalArray.linear("L\(runs)", order: 2, dimensions: dimensions)
        guard
            let assignment = ArrayAssignment(
                array,
                levelCounts: levelCounts,
                interactions: request.interactions,
                seed: request.seed
            ), assignment.mixed.isEmpty
        else { return nil }
        let columns = assignment.columns.map { $0 + 1 }
        guard let fraction = TwoLevelFraction(basicCount: dimensions, columns: columns) else { return nil }
        let order = TwoLevelFraction.order(of: columns, basicCount: dimensions)
        let places = columns.indices.map { order.firstIndex(of: $0) ?? 0 }
        return DesignCandidate(
            kind: .fractional,
            name: "2^(\(levelCounts.count)-\(levelCounts.count - dimensions)) fraction",
            runs: fraction.runs(places: places),
            fraction: fraction,
            places: places,
            notes: [
                "Columns were chosen so that the wanted interactions are clear of main effects and of each other, at the "
                    + "price of shorter words; they may still be mixed with interactions that were not asked for."
            ]
        )
    }

    /// The design of Plackett and Burman of so many runs.
    func plackettBurman(runs: Int) -> DesignCandidate? {
        guard isTwoLevel, levelCounts.count < runs, let array = OrthogonalArray.plackettBurman(runs: runs) else {
            return nil
        }
        let used = levelCounts.count
        return DesignCandidate(
            kind: .plackettBurman,
            name: "Plackett-Burman \(runs)",
            runs: array.runs.map { Array($0.prefix(used)) },
            freeColumns: (used..<array.columnLevels.count).map { column in array.runs.map { $0[column] } },
            mixedInteractions: request.interactions
        )
    }

    /// The orthogonal arrays that hold the factors, from fewest runs.
    func arrays(limit: Int) -> [OrthogonalArray] {
        let merged = OrthogonalArray.merged(for: levelCounts)
        return (OrthogonalArray.all + merged)
            .filter { $0.runs.count <= limit && $0.fit(levelCounts, control: nil, names: nil) != nil }
            .enumerated()
            .sorted { ($0.element.runs.count, $0.offset) < ($1.element.runs.count, $1.offset) }
            .map(\.element)
    }

    /// Factors on the columns of an array, wanted interactions clear where a search finds how.
    func taguchi(_ array: OrthogonalArray) -> DesignCandidate? {
        guard let fit = array.fit(levelCounts, control: nil, names: request.factors.map(\.name)) else { return nil }
        var columns = fit.columns
        var mixed: [[Int]] = []
        if !request.interactions.isEmpty {
            guard
                let assignment = ArrayAssignment(
                    array,
                    levelCounts: levelCounts,
                    interactions: request.interactions,
                    start: columns,
                    seed: request.seed
                )
            else { return nil }
            columns = assignment.columns
            mixed = assignment.mixed
        }
        let runs = array.runs.map { run in
            columns.enumerated().map { factor, column in fit.dummyLevels[factor]?[run[column]] ?? run[column] }
        }
        var notes = fit.notes
        let laid = zip(request.factors, columns).map { "\($0.name) in column \($1 + 1)" }
        notes.append("Columns: " + laid.joined(separator: ", ") + ".")
        let used = Set(columns)
        return DesignCandidate(
            kind: .taguchi,
            name: array.name,
            runs: runs,
            freeColumns: array.columnLevels.indices.filter { !used.contains($0) }
                .map { column in array.runs.map { $0[column] } },
            mixedInteractions: mixed,
            notes: notes
        )
    }

    /// So many runs chosen by exchange.
    func optimal(runs: Int) -> DesignCandidate? {
        let blocked = DesignModel(
            levelCounts: levelCounts,
            interactions: request.interactions,
            blockCount: request.existing.isEmpty ? request.blocks : 1
        )
        let design = OptimalDesign(
            model: blocked,
            count: runs,
            forbidden: request.forbidden,
            existing: request.existing,
            starts: blocked.width > 60 ? 3 : 12,
            seed: request.seed
        )
        guard let design else { return nil }
        let percent = Int((100 * design.efficiency).rounded())
        let all = request.existing.isEmpty ? "" : " together with the \(request.existing.count) existing ones"
        return DesignCandidate(
            kind: .dOptimal,
            name: "D-optimal \(runs)",
            runs: design.runs,
            notes: ["The \(runs) runs\(all) have a D-efficiency of \(percent) % (an orthogonal design has 100 %)."],
            blocks: blocked.blockCount > 1 ? design.blocks : nil,
            efficiency: design.efficiency
        )
    }

    /// Such as `2^3 × 3^2`.
    static func shape(_ levelCounts: [Int]) -> String {
        Set(levelCounts).sorted().map { levels in "\(levels)^\(levelCounts.count { $0 == levels })" }
            .joined(separator: " × ")
    }
}

extension TwoLevelFraction {
    /// The order in which `init(basicCount:columns:)` takes columns; empty when these do not span all runs.
    static func order(of columns: [Int], basicCount: Int) -> [Int] {
        basis(of: columns, basicCount)?.order ?? []
    }
}
