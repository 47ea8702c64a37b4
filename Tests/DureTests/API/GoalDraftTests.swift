// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Server
import Testing

@testable import dure

struct GoalDraftTests {
    @Test func `every fault of a goal is named with field, value and remedy`() throws {
        let goal = "name: x\nproduct: {url: 'ftp://a'}\nobjective: {metric: rank, target: 0}\nbudget: {trials: -3}\n"
        let problem = #expect(throws: Problem.self) { try GoalDraft.read(goal, registered: [:]) }
        let errors = try #require(problem?.errors)
        #expect(errors.count > 2)
        #expect(errors.first?.field == problem?.field && errors.first?.value == problem?.value)
        #expect(errors.allSatisfy { $0.field?.hasPrefix("goal") == true && $0.expected?.isEmpty == false })
        #expect(Set(errors.compactMap(\.field)).count == errors.count, "\(errors)")
    }

    @Test func `a goal with one fault says it once`() throws {
        let problem = #expect(throws: Problem.self) { try GoalDraft.read("name: [", registered: [:]) }
        #expect(problem?.errors.isEmpty == true)
        #expect(problem?.field == "goal")
    }
}
