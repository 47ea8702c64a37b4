// SPDX-License-Identifier: Apache-2.0
package import Domain
import Statistics

/// A design that is ready to be run: its runs in random order, and what they can and cannot tell.
package struct PlannedDesign: Sendable {
    /// One run.
    package struct Point: Hashable, Sendable {
        /// The block, from 1.
        package let block: Int
        /// Which time this combination is made, from 1; 0 for a centre point.
        package let replicate: Int
        /// Whether it lies in the middle of all numeric factors.
        package let isCentre: Bool
        /// The value of every factor, those of the outer array last.
        package let values: [LevelValue]
    }

    /// An effect of the model, and how sure it can be found.
    package struct Effect: Hashable, Sendable {
        /// The factors: one for a main effect, two for an interaction.
        package let factors: [Int]
        /// The degrees of freedom.
        package let degreesOfFreedom: Int
        /// Whether the design can estimate it.
        package let isEstimable: Bool
        /// The chance to find it at the wanted size; nil without a size, or without an error to judge it by.
        package let power: Double?
        /// The size that is found with the wanted chance, in standard deviations of one run; nil without an error.
        package let detectable: Double?
    }

    /// The family.
    package let kind: DesignKind
    /// What the design is called.
    package let name: String
    /// Why it was taken.
    package let reason: String
    /// The factors, those of the outer array last.
    package let factors: [DesignFactor]
    /// How many of them belong to the outer array.
    package let outerCount: Int
    /// The number of different combinations, without centre points and outer array.
    package let distinctRuns: Int
    /// How many times each is made.
    package let replicates: Int
    /// The number of blocks.
    package let blocks: Int
    /// The runs, in the order to make them in.
    package let points: [Point]
    /// The main effects and the wanted interactions.
    package let effects: [Effect]
    /// The degrees of freedom left for the error.
    package let errorDegreesOfFreedom: Int
    /// D-efficiency, existing runs included; nil where the model cannot be estimated.
    package let efficiency: Double?
    /// The regular fraction behind the design, and which of its factors each factor is.
    package let fraction: TwoLevelFraction?
    /// The factor of `fraction` that each factor is.
    package let places: [Int]
    /// How main effects and interactions are mixed; nil for designs that fill a space.
    package let mixing: EffectMixing?
    /// Wanted interactions that are mixed with main effects or each other.
    package let mixedInteractions: [[Int]]
    /// The least distance between two points of a design that fills a space, each axis of length 1.
    package let leastDistance: Double?
    /// More sentences: dummy levels, columns, blocks.
    package let notes: [String]

    /// The least power over all effects; nil when one has none.
    package var leastPower: Double? {
        effects.reduce(Double?(1)) { least, effect in
            guard let least, let power = effect.power else { return nil }
            return min(least, power)
        }
    }

    /// Plans a design for a request; throws what is wrong with it, or why nothing fits.
    ///
    /// Deterministic: the same request, seed included, gives the same runs in the same order on every machine.
    package static func make(_ request: DesignRequest) throws(DesignError) -> PlannedDesign {
        let advisor = try DesignAdvisor(request)
        switch request.kind {
        case .latinHypercube, .sobol: return try SpaceFillingPlan(request).make()
        default: return try FactorialPlan(advisor).make()
        }
    }
}

/// Lays out a factorial design: replicates, blocks, centre points, outer array, order.
struct FactorialPlan {
    private let request: DesignRequest
    private let advisor: DesignAdvisor

    init(_ advisor: DesignAdvisor) {
        self.advisor = advisor
        request = advisor.request
    }

    func make() throws(DesignError) -> PlannedDesign {
        let (first, reason, _) = try advisor.choose()
        let choice = first
        let candidate = choice.candidate
        let total = choice.total
        if request.blocks > 1, request.blocks * 2 > total {
            throw DesignError(
                field: "blocks",
                value: "\(request.blocks)",
                remedy: "give at most \(total / 2) for \(total) runs"
            )
        }
        let copies = (0..<choice.replicates).flatMap { _ in candidate.runs }
        var notes = candidate.notes
        var blocks = [Int](repeating: 0, count: copies.count)
        if request.blocks > 1, let own = candidate.blocks, choice.replicates % request.blocks != 0 {
            blocks = (0..<choice.replicates).flatMap { _ in own }
            notes.append("Blocks are part of the model that the exchange optimised.")
        } else if request.blocks > 1 {
            let assignment = BlockAssignment(
                candidate,
                replicates: choice.replicates,
                blocks: request.blocks,
                model: advisor.builder.model,
                names: request.factors.map(\.name),
                seed: request.seed
            )
            blocks = assignment.blocks
            notes.append(assignment.note)
        }
        let model = DesignModel(
            levelCounts: advisor.builder.levelCounts,
            interactions: request.interactions,
            blockCount: request.blocks
        )
        // Existing runs come first, in a block of their own where there are blocks: the first.
        let assessment = DesignAssessment(
            model: model,
            runs: request.existing + copies,
            blocks: request.existing.map { _ in 0 } + blocks
        )
        let isComplete = candidate.kind == .full && request.forbidden.isEmpty
        let mixing =
            isComplete
            ? EffectMixing(fullFactorialOf: advisor.builder.levelCounts)
            : EffectMixing(runs: request.existing + candidate.runs, levelCounts: advisor.builder.levelCounts)
        let extra = max(0, request.centrePoints - 1)
        return PlannedDesign(
            kind: candidate.kind,
            name: candidate.name,
            reason: reason,
            factors: request.factors + request.outer,
            outerCount: request.outer.count,
            distinctRuns: candidate.runs.count,
            replicates: choice.replicates,
            blocks: request.blocks,
            points: points(copies, blocks, size: candidate.runs.count),
            effects: effects(assessment, request, extraError: extra),
            errorDegreesOfFreedom: assessment.errorDegreesOfFreedom + extra,
            efficiency: assessment.efficiency,
            fraction: candidate.fraction,
            places: candidate.places,
            mixing: mixing,
            mixedInteractions: candidate.mixedInteractions,
            leastDistance: nil,
            notes: notes + rangeNotes + outerNotes
        )
    }

    private var rangeNotes: [String] {
        let ranges = request.factors.filter { if case .range = $0.values { true } else { false } }
        guard !ranges.isEmpty, request.centrePoints == 0 else { return [] }
        return [
            "Ranges are tried at their two ends: --centre-points 3 would show whether the response bends between them."
        ]
    }

    private var outerNotes: [String] {
        guard !request.outer.isEmpty else { return [] }
        let runs = OuterArray.runs(request.outer).count
        return [
            "Every run is made at the \(runs) settings of the noise factors; power is counted for one value per run."
        ]
    }

    /// The runs with their outer settings and the centre points, shuffled within blocks.
    private func points(_ copies: [[Int]], _ blocks: [Int], size: Int) -> [PlannedDesign.Point] {
        let outer = OuterArray.runs(request.outer)
        var byBlock = [[PlannedDesign.Point]](repeating: [], count: request.blocks)
        for (index, run) in copies.enumerated() {
            let values = zip(request.factors, run).map { $0.value(at: $1) }
            for setting in outer {
                let point = PlannedDesign.Point(
                    block: blocks[index] + 1,
                    replicate: index / size + 1,
                    isCentre: false,
                    values: values + zip(request.outer, setting).map { $0.value(at: $1) }
                )
                byBlock[blocks[index]].append(point)
            }
        }
        for index in 0..<request.centrePoints {
            let block = index % request.blocks
            let values = (request.factors + request.outer).map { $0.centre ?? $0.value(at: index % $0.levelCount) }
            byBlock[block].append(
                PlannedDesign.Point(block: block + 1, replicate: 0, isCentre: true, values: values)
            )
        }
        var generator = SplitMix64(seed: SplitMix64.seed(request.seed, "order"))
        return byBlock.flatMap { $0.shuffled(using: &generator) }
    }
}

/// What every plan computes of its effects.
func effects(
    _ assessment: DesignAssessment,
    _ request: DesignRequest,
    extraError: Int
) -> [PlannedDesign.Effect] {
    assessment.effects.map { effect in
        let error = assessment.errorDegreesOfFreedom + extraError
        var power: Double?
        if let size = request.effect, let noise = request.noise {
            power = assessment.power(of: effect, size: size, noise: noise, level: request.level, extraError: extraError)
        }
        let test = EffectPower(numerator: max(1, effect.degreesOfFreedom), denominator: error, level: request.level)
        let needed = effect.isEstimable ? test?.noncentrality(power: request.power) : nil
        return PlannedDesign.Effect(
            factors: effect.factors,
            degreesOfFreedom: effect.degreesOfFreedom,
            isEstimable: effect.isEstimable,
            power: power,
            detectable: needed.map { ($0 * effect.worstVariance).squareRoot() }
        )
    }
}

/// The outer array of noise factors: all combinations where these are few, else the smallest array that holds them.
enum OuterArray {
    /// The settings as level indices; a single empty one without noise factors.
    static func runs(_ factors: [DesignFactor]) -> [[Int]] {
        guard !factors.isEmpty else { return [[]] }
        let counts = factors.map(\.levelCount)
        if let all = FactorSpace(levelCounts: counts).allCombinations(limit: 4) { return all.map(\.levels) }
        if let fit = OrthogonalArray.smallest(fitting: counts) { return fit.runs.map(\.levels) }
        return FactorSpace(levelCounts: counts).allCombinations(limit: 1_000)?.map(\.levels) ?? []
    }
}
