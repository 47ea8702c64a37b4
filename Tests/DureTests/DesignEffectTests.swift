// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Testing

@testable import dure

/// The smallest effect that matters, from a goal to a design and back.
@Suite struct DesignEffectTests {
    private let folder: TemporaryFolder
    private let goal: String

    init() throws {
        folder = try TemporaryFolder()
        goal = try folder.file(
            "goal.yaml",
            """
            name: cups
            metric: {name: score, direction: higher}
            smallest_effect: 1.5
            factors: {mode: [fast, small], threads: [1, 2, 4]}
            trial: {measure: ./measure.sh}
            """
        )
    }

    private func request(_ arguments: String...) throws -> DesignRequest {
        try DesignCommand.parse(["--goal", goal] + arguments).request()
    }

    @Test func `the goal's effect is used beside a noise, unless another is given`() throws {
        #expect(try request("--noise", "1").effect == 1.5)
        #expect(try request("--noise", "1", "--effect", "3").effect == 3)
        #expect(try request().effect == nil)
    }

    @Test(arguments: [(nil, nil), ("3", 3), ("0.25", 0.25)] as [(String?, Double?)])
    func `a design's goal file says the effect`(effect: String?, smallest: Double?) throws {
        let arguments = effect.map { ["--effect", $0] } ?? []
        let request = try DesignCommand.parse(
            ["--factor", "a=1,2", "--factor", "b=1,2", "--noise", "0.5"] + arguments
        ).request()
        let text = try DesignGoalFile(try PlannedDesign.make(request), request).text()
        #expect(try GoalFile.read(text, directory: "/").objective.smallestEffect == smallest)
    }
}
