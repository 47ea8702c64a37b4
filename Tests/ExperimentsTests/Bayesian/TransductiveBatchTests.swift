// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Experiments

struct TransductiveBatchTests {
    /// Four draws of five candidates: two rivals that differ by draws, what moves both alike, one rival's twin, and a
    /// candidate of which nothing is unknown.
    private let values: [[Double]] = [
        [1, 0, 5, 1, 2],
        [0, 1, 5, 0, 2],
        [1, 0, -5, 1, 2],
        [0, 1, -5, 0, 2],
    ]

    private func batch(noise: Double = 0.1) -> TransductiveBatch {
        TransductiveBatch(values: values, weights: [0.5, 0.5, 0, 0, 0], noise: noise)
    }

    @Test func `what moves all likely best alike, or is known, is not worth a trial`() {
        #expect(batch().best { _ in true } == 0)
        #expect(batch().best { $0 != 0 } == 1)
        #expect(batch().best { $0 > 1 } == 3)
        #expect(batch().best { _ in false } == nil)
    }

    @Test func `a trial that is assumed makes its twin worth less than what it says nothing of`() {
        let draws: [[Double]] = [
            [3, 3, 0, 0], [3, 3, 1, 0], [-3, -3, 0, 0], [-3, -3, 1, 0],
        ]
        var design = TransductiveBatch(values: draws, weights: [0.25, 0, 0.25, 0.5], noise: 0.01)
        #expect(design.best { _ in true } == 0)
        design.assume(0)
        #expect(design.best { $0 != 0 } == 2)
    }
}
