// SPDX-License-Identifier: Apache-2.0
import Domain

/// Lays out a Latin hypercube or a Sobol' sequence.
struct SpaceFillingPlan {
    private let request: DesignRequest

    init(_ request: DesignRequest) {
        self.request = request
    }

    func make() throws(DesignError) -> PlannedDesign {
        let factors = request.factors
        guard request.forbidden.isEmpty, request.existing.isEmpty, request.outer.isEmpty else {
            throw DesignError(
                field: "kind",
                value: request.kind.rawValue,
                remedy: "forbidden combinations, existing runs and noise factors need --kind d-optimal or auto"
            )
        }
        let replicates = request.replicates ?? 1
        let count = try count(replicates)
        let shares: [[Double]]
        var distance: Double?
        var notes: [String] = []
        if request.kind == .sobol {
            guard var sequence = SobolSequence(dimensions: factors.count, seed: request.seed) else {
                throw DesignError(
                    field: "factor",
                    value: "\(factors.count)",
                    remedy: "give \(SobolSequence.dimensionLimit) factors or fewer for sobol"
                )
            }
            shares = (0..<count).map { _ in sequence.next() }
            if count & (count - 1) != 0 {
                notes.append("A Sobol' sequence is balanced best at a power of two; \(count) is none.")
            }
        } else {
            guard let cube = LatinHypercube(count: count, dimensions: factors.count, seed: request.seed) else {
                throw DesignError(field: "budget", value: "\(count)", remedy: "give 4096 runs or fewer for lhs")
            }
            shares = cube.points
            distance = cube.leastDistance
            if cube.isArrayBased {
                notes.append("The points come from an orthogonal array: every pair of factors is filled as a grid.")
            }
        }
        let sorted = factors.filter { if case .levels = $0.values { true } else { false } }.map(\.name)
        if !sorted.isEmpty {
            notes.append(
                "Levels of \(sorted.joined(separator: ", ")) are slices of their axis: nearly equally often each."
            )
        }
        return plan(shares, replicates, distance, notes)
    }

    /// The number of points: as many as are asked for, else ten per factor (Loeppky, Sacks and Welch, 2009).
    private func count(_ replicates: Int) throws(DesignError) -> Int {
        guard let budget = request.budget else { return 10 * request.factors.count }
        let count = (budget - request.centrePoints) / replicates
        guard count >= 2 else {
            throw DesignError(
                field: "budget",
                value: "\(budget)",
                remedy: "give at least \(2 * replicates + request.centrePoints) runs"
            )
        }
        return min(count, request.kind == .sobol ? DesignRequest.runLimit : 4_096)
    }

    private func plan(_ shares: [[Double]], _ replicates: Int, _ distance: Double?, _ notes: [String]) -> PlannedDesign
    {
        let factors = request.factors
        let model = DesignModel(
            levelCounts: factors.map(\.levelCount),
            interactions: request.interactions,
            blockCount: request.blocks
        )
        let copies = (0..<replicates).flatMap { _ in shares }
        let blocks = copies.indices.map { $0 % request.blocks }
        let rows = copies.enumerated().map { index, point in
            model.row(
                codes: zip(factors, point).enumerated().map { code($0.offset, $0.element.0, $0.element.1, model) },
                block: blocks[index]
            )
        }
        let assessment = DesignAssessment(model: model, rows: rows)
        var byBlock = [[PlannedDesign.Point]](repeating: [], count: request.blocks)
        for (index, point) in copies.enumerated() {
            byBlock[blocks[index]].append(
                PlannedDesign.Point(
                    block: blocks[index] + 1,
                    replicate: index / shares.count + 1,
                    isCentre: false,
                    values: zip(factors, point).map { $0.value(atShare: $1) }
                )
            )
        }
        for index in 0..<request.centrePoints {
            let block = index % request.blocks
            let values = factors.map { $0.centre ?? $0.value(at: index % $0.levelCount) }
            byBlock[block].append(.init(block: block + 1, replicate: 0, isCentre: true, values: values))
        }
        var generator = SplitMix64(seed: SplitMix64.seed(request.seed, "order"))
        let extra = max(0, request.centrePoints - 1)
        let isSobol = request.kind == .sobol
        return PlannedDesign(
            kind: request.kind,
            name: isSobol ? "Sobol' sequence \(shares.count)" : "Latin hypercube \(shares.count)",
            reason:
                "\(copies.count) runs fill the space of \(factors.count) factors evenly: for a curved model, such as a "
                + "Gaussian process, more than for tests of single effects.",
            factors: factors,
            outerCount: 0,
            distinctRuns: shares.count,
            replicates: replicates,
            blocks: request.blocks,
            points: byBlock.flatMap { $0.shuffled(using: &generator) },
            effects: effects(assessment, request, extraError: extra),
            errorDegreesOfFreedom: assessment.errorDegreesOfFreedom + extra,
            efficiency: assessment.efficiency,
            fraction: nil,
            places: [],
            mixing: nil,
            mixedInteractions: [],
            leastDistance: distance,
            notes: notes + [
                "Power is that of straight lines from end to end of a range, and of differences between levels."
            ]
        )
    }

    private func code(_ index: Int, _ factor: DesignFactor, _ share: Double, _ model: DesignModel) -> [Double] {
        switch factor.values {
        case .range: [2 * share - 1]
        case .levels(let levels):
            model.code(of: index, level: min(levels.count - 1, max(0, Int(share * Double(levels.count)))))
        }
    }
}
