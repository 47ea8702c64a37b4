// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments

/// A design as JSON; its keys are documented in docs/designs.md.
struct DesignAnswer: Encodable {
    private struct Effect: Encodable {
        let effect: [String]
        let degreesOfFreedom: Int
        let estimable: Bool
        let power: Double?
        let detectableDeviations: Double?
        let clear: Bool?
    }

    private struct Mixed: Encodable {
        let main: String
        let interaction: [String]
        let share: Double
    }

    private struct Run: Encodable {
        let run: Int
        let block: Int
        let replicate: Int
        let centre: Bool
        let settings: [String: LevelValue]
    }

    private let kind: DesignKind
    private let name: String
    private let reason: String
    private let notes: [String]
    private let cannotTellApart: [String]
    private let letters: [String]
    private let generators: [String]
    private let definingRelation: [String]
    private let resolution: Int?
    private let aliasSets: [[[String]]]
    private let mixed: [Mixed]
    private let effects: [Effect]
    private let errorDegreesOfFreedom: Int
    private let leastPower: Double?
    private let efficiency: Double?
    private let leastDistance: Double?
    private let distinctRuns: Int
    private let replicates: Int
    private let blocks: Int
    private let seed: UInt64
    private let runs: [Run]

    init(_ design: PlannedDesign, _ request: DesignRequest) {
        let names = design.factors.map(\.name)
        let words = AliasWords(design)
        kind = design.kind
        name = design.name
        reason = design.reason
        notes = design.notes
        cannotTellApart = words.lines
        letters = words.legend
        generators = words.generators
        definingRelation = words.definingRelation
        resolution = design.fraction?.resolution
        let structure = design.fraction.map(AliasStructure.init)
        let nameOfPlace = Dictionary(zip(design.places, names)) { first, _ in first }
        aliasSets = (structure?.sets ?? []).filter { $0.count > 1 }
            .map { set in set.map { effect in effect.compactMap { nameOfPlace[$0] } } }
        mixed = (design.mixing?.overlaps ?? []).map {
            Mixed(main: names[$0.main], interaction: $0.pair.map { names[$0] }, share: $0.share)
        }
        effects = design.effects.map { effect in
            let isClear = structure.map { $0.isClear(effect.factors.map { design.places[$0] }) }
            return Effect(
                effect: effect.factors.map { names[$0] },
                degreesOfFreedom: effect.degreesOfFreedom,
                estimable: effect.isEstimable,
                power: effect.power,
                detectableDeviations: effect.detectable,
                clear: isClear
            )
        }
        errorDegreesOfFreedom = design.errorDegreesOfFreedom
        leastPower = design.leastPower
        efficiency = design.efficiency
        leastDistance = design.leastDistance
        distinctRuns = design.distinctRuns
        replicates = design.replicates
        blocks = design.blocks
        seed = request.seed
        runs = design.points.enumerated().map { index, point in
            Run(
                run: index + 1,
                block: point.block,
                replicate: point.replicate,
                centre: point.isCentre,
                settings: Dictionary(zip(names, point.values)) { first, _ in first }
            )
        }
    }
}
