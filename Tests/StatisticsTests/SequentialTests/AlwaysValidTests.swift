// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

struct AlwaysValidTests {
    @Test func `the p value is the level at which the interval touches zero`() throws {
        let sequence = try ConfidenceSequence()
        let critical = try #require(sequence.criticalValue(units: 40_000))
        #expect(isClose(sequence.p(z: critical, units: 40_000), 0.05, relative: 1e-9))
        #expect(sequence.p(z: 0, units: 40_000) == 1)
        #expect(sequence.interval(estimate: 1, standardError: 0.1, units: 0) == nil)
    }

    @Test func `the interval is narrowest for its number of units`() throws {
        let early = try #require(try ConfidenceSequence(tunedFor: 1_000).criticalValue(units: 1_000))
        let late = try #require(try ConfidenceSequence(tunedFor: 100_000).criticalValue(units: 1_000))
        #expect(early < late)
    }

    @Test func `evidence has mean one when nothing differs`() throws {
        // The mean over all ways in which 40 successes fall, by the binomial distribution with share 0.3.
        let test = try SuccessMixtureTest(share: 0.3, typicalLift: 0.5)
        var sum = 0.0
        var probability = pow(0.7, 40.0)
        for treatment in 0...40 {
            sum += probability * exp(try test.logEvidence(control: 40 - treatment, treatment: treatment))
            probability *= Double(40 - treatment) / Double(treatment + 1) * 0.3 / 0.7
        }
        #expect(isClose(sum, 1, relative: 1e-9))
        #expect(isClose(try test.logEvidence(control: 0, treatment: 0), 0))
    }

    @Test func `the success test stays below its level with a look after every success`() throws {
        let test = try SuccessMixtureTest()
        var generator = SeededGenerator(seed: 12)
        let limit = -log(0.05)
        var rejected = 0
        for _ in 0..<1_000 {
            var treatment = 0
            for success in 1...2_000 {
                treatment += generator.next() & 1 == 0 ? 1 : 0
                if try test.logEvidence(control: success - treatment, treatment: treatment) > limit {
                    rejected += 1
                    break
                }
            }
        }
        #expect(rejected < 50)
    }

    @Test func `a normal estimate's evidence is the density ratio of its mixture`() throws {
        let evidence = try MixtureTest.normalLogEvidence(estimate: 2, standardError: 1, deviation: 2)
        // N(2; 0, 1 + 4) over N(2; 0, 1).
        #expect(isClose(evidence, -0.5 * log(5.0) - 4.0 / 10 + 2))
        #expect(MixtureTest.p(logEvidence: -3) == 1)
        #expect(throws: StatisticsError.self) {
            try MixtureTest.normalLogEvidence(estimate: 1, standardError: 0, deviation: 1)
        }
        #expect(throws: StatisticsError.self) { try ConfidenceSequence(level: 0) }
        #expect(throws: StatisticsError.self) { try SuccessMixtureTest(share: 1) }
    }
}
