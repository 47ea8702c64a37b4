// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Experiments

@Suite struct PlannedDesignTests {
    private func factors(_ counts: [Int]) -> [DesignFactor] {
        counts.enumerated().map { index, count in
            DesignFactor(name: "f\(index)", values: .levels((0..<count).map { .integer(Int64(10 * $0)) }))
        }
    }

    private func request(_ counts: [Int]) -> DesignRequest { DesignRequest(factors: factors(counts)) }

    @Test func `seven two-level factors in 16 runs get the fraction of resolution IV`() throws {
        var request = request([Int](repeating: 2, count: 7))
        request.budget = 16
        let design = try PlannedDesign.make(request)
        #expect(design.kind == .fractional && design.points.count == 16 && design.fraction?.resolution == 4)
        #expect(design.errorDegreesOfFreedom == 8)
        #expect(Set(design.points.map(\.values)).count == 16)
    }

    @Test func `wanted interactions decide the columns`() throws {
        var request = request([Int](repeating: 2, count: 6))
        request.interactions = [[0, 1], [2, 3], [4, 5]]
        request.budget = 16
        let design = try PlannedDesign.make(request)
        #expect(design.mixedInteractions.isEmpty && design.points.count == 16)
        #expect(design.effects.count == 9 && design.effects.allSatisfy { $0.isEstimable })
    }

    @Test func `factors of two and three levels get an array`() throws {
        var request = request([2, 3, 3, 3, 3, 3, 3, 3])
        request.budget = 20
        let design = try PlannedDesign.make(request)
        #expect(design.name == "L18" && design.points.count == 18 && design.errorDegreesOfFreedom == 2)
    }

    @Test func `power decides replicates, and more is never bought than needed`() throws {
        var request = request([2, 2, 2])
        request.effect = 1
        request.noise = 1
        let design = try PlannedDesign.make(request)
        let power = try #require(design.leastPower)
        #expect(power >= 0.8)
        request.replicates = design.replicates - 1
        request.kind = design.kind
        request.budget = nil
        if design.replicates > 1 {
            let smaller = try PlannedDesign.make(request)
            if smaller.distinctRuns == design.distinctRuns { #expect(smaller.leastPower ?? 0 < 0.8) }
        }
        // A t test of two halves of noise 1 needs 34 runs, 17 in each, for a difference of 1 and a chance of 80 %.
        #expect(design.points.count >= 32 && design.points.count <= 40)
    }

    @Test func `a budget too small for the wanted power says what would do`() throws {
        var request = request([2, 2, 2])
        request.effect = 1
        request.noise = 2
        request.budget = 16
        let design = try PlannedDesign.make(request)
        #expect(design.points.count <= 16)
        #expect(design.reason.contains("runs would reach 80 %"))
    }

    @Test func `the cheapest design is offered by factors, noise and effect`() throws {
        let found = try #require(try CheapestDesign.find(levelCounts: [3, 3, 3, 3], noise: 1, effect: 1.5))
        #expect(found.power >= 0.8 && found.total <= 54 && found.total % 9 == 0)
        let larger = try #require(try CheapestDesign.find(levelCounts: [3, 3, 3, 3], noise: 1, effect: 0.75))
        #expect(larger.total > found.total)
        let none = try CheapestDesign.find(levelCounts: [2, 2], noise: 100, effect: 1, maximumRuns: 100)
        #expect(none == nil)
        #expect(throws: DesignError.self) { try CheapestDesign.find(levelCounts: [2], noise: 0, effect: 1) }
    }

    @Test func `new combinations are preferred to repeats of fewer`() throws {
        var request = request([3, 3, 2, 3])
        request.budget = 36
        request.effect = 1
        request.noise = 0.8
        let design = try PlannedDesign.make(request)
        #expect(design.name == "L18" && design.replicates == 2)
        #expect(design.reason.contains("New combinations tell more than repeats"))
    }

    @Test func `blocks and centre points are counted before runs are saved`() throws {
        var request = request([2, 2, 2, 2])
        request.blocks = 4
        request.budget = 16
        let blocked = try PlannedDesign.make(request)
        #expect(blocked.kind == .full && blocked.errorDegreesOfFreedom > 0)
    }

    @Test func `a half of the three-factor factorial has one word of three letters`() {
        let pattern = WordLengths(runs: [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]], levelCounts: [2, 2, 2])
        #expect(pattern.imbalance == 0 && pattern.mainsWithMains == 0 && pattern.mainsWithPairs == 1)
    }

    @Test func `blocks of a fraction are confounded with no main effect`() throws {
        for (count, blocks) in [(3, 2), (4, 4), (5, 2), (6, 4)] {
            var request = request([Int](repeating: 2, count: count))
            request.kind = .full
            request.blocks = blocks
            let design = try PlannedDesign.make(request)
            for block in 1...blocks {
                let points = design.points.filter { $0.block == block }
                #expect(points.count == (1 << count) / blocks)
                for factor in 0..<count {
                    let high = points.count { $0.values[factor] == .integer(10) }
                    #expect(2 * high == points.count, "\(count) factors, \(blocks) blocks")
                }
            }
            #expect(design.effects.allSatisfy { $0.isEstimable })
        }
    }

    @Test func `blocks of three-level runs are balanced by exchange`() throws {
        var request = request([3, 3, 3])
        request.kind = .full
        request.blocks = 3
        let design = try PlannedDesign.make(request)
        for block in 1...3 {
            for factor in 0..<3 {
                for level in 0..<3 {
                    let count = design.points.count {
                        $0.block == block && $0.values[factor] == .integer(Int64(10 * level))
                    }
                    #expect(count == 3)
                }
            }
        }
    }

    @Test func `centre points are in the middle and give an error to judge by`() throws {
        var request = DesignRequest(factors: [
            DesignFactor(name: "bid", values: .range(low: 100, high: 900, step: nil)),
            DesignFactor(name: "hour", values: .range(low: 0, high: 24, step: nil)),
            DesignFactor(name: "title", values: .levels([.text("a"), .text("b")])),
        ])
        request.kind = .full
        request.centrePoints = 4
        let design = try PlannedDesign.make(request)
        #expect(design.points.count == 12)
        let centres = design.points.filter(\.isCentre)
        #expect(
            centres.count == 4 && centres.allSatisfy { $0.values[0] == .integer(500) && $0.values[1] == .integer(12) }
        )
        #expect(design.errorDegreesOfFreedom == 8 - 4 + 3)
    }

    @Test func `an outer array multiplies the runs`() throws {
        var request = request([3, 3, 3])
        request.kind = .taguchi
        request.budget = 36
        request.outer = [
            DesignFactor(name: "day", values: .levels([.text("week"), .text("weekend")])),
            DesignFactor(name: "device", values: .levels([.text("phone"), .text("desk")])),
        ]
        let design = try PlannedDesign.make(request)
        #expect(design.points.count == 36 && design.outerCount == 2 && design.factors.count == 5)
    }

    @Test func `the same seed gives the same order, another one another`() throws {
        var request = request([2, 3, 3])
        let first = try PlannedDesign.make(request)
        let again = try PlannedDesign.make(request)
        request.seed = 2
        let other = try PlannedDesign.make(request)
        #expect(again.points == first.points && other.points != first.points)
    }

    @Test func `existing runs are kept and completed`() throws {
        var request = request([2, 2, 2])
        request.existing = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
        request.interactions = [[0, 1]]
        request.budget = 4
        let design = try PlannedDesign.make(request)
        #expect(design.kind == .dOptimal && design.points.count == 4 && design.effects.allSatisfy { $0.isEstimable })
    }

    @Test func `space is filled within the ranges and on the steps`() throws {
        for kind in [DesignKind.latinHypercube, .sobol] {
            var request = DesignRequest(factors: [
                DesignFactor(name: "bid", values: .range(low: 100, high: 900, step: 50)),
                DesignFactor(name: "share", values: .range(low: 0, high: 1, step: nil)),
                DesignFactor(name: "title", values: .levels([.text("a"), .text("b"), .text("c")])),
            ])
            request.kind = kind
            request.budget = 24
            let design = try PlannedDesign.make(request)
            #expect(design.points.count == 24)
            for point in design.points {
                let bid = try #require(point.values[0].json.double)
                let share = try #require(point.values[1].json.double)
                #expect((100...900).contains(bid) && bid.truncatingRemainder(dividingBy: 50) == 0)
                #expect((0...1).contains(share))
            }
            for title in ["a", "b", "c"] {
                #expect((6...10).contains(design.points.count { $0.values[2] == .text(title) }))
            }
        }
    }

    @Test func `wrong requests are refused with field, value and remedy`() {
        func refusal(_ change: (inout DesignRequest) -> Void, _ counts: [Int] = [2, 2, 3]) -> DesignError? {
            var request = request(counts)
            change(&request)
            do throws(DesignError) {
                _ = try PlannedDesign.make(request)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal { $0.factors = [] }?.field == "factor")
        #expect(refusal({ _ in }, [2, 1])?.field == "factor")
        #expect(refusal { $0.budget = 0 }?.field == "budget")
        #expect(refusal { $0.budget = 3 }?.field == "budget")
        #expect(refusal { $0.effect = 1 }?.field == "noise")
        #expect(refusal { $0.effect = -1 }?.field == "effect")
        #expect(refusal { $0.noise = .infinity }?.field == "noise")
        #expect(refusal { $0.power = 1 }?.field == "power")
        #expect(refusal { $0.level = 0 }?.field == "level")
        #expect(refusal { $0.blocks = 0 }?.field == "blocks")
        #expect(refusal { $0.blocks = 900 }?.field == "blocks")
        #expect(refusal { $0.replicates = 0 }?.field == "replicates")
        #expect(refusal { $0.centrePoints = -1 }?.field == "centre-points")
        #expect(refusal { $0.interactions = [[0, 0]] }?.field == "interaction")
        #expect(refusal { $0.kind = .fractional }?.field == "kind")
        #expect(refusal { $0.kind = .plackettBurman }?.field == "kind")
        #expect(refusal({ $0.kind = .taguchi }, [9, 9, 9])?.field == "kind")
        let all = [0, 1].map { ForbiddenCombination([.init(factor: 0, levels: [$0])]) }
        #expect(refusal { $0.forbidden = all } != nil)
        let wide = DesignFactor(name: "w", values: .range(low: 1, high: 1, step: nil))
        #expect(refusal { $0.factors.append(wide) }?.field == "numeric")
    }
}
