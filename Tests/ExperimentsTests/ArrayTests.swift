// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Experiments

@Suite struct OrthogonalArrayTests {
    @Test(arguments: OrthogonalArray.all)
    func `every array has strength two`(array: OrthogonalArray) {
        #expect(array.strength() == 2, "\(array.name)")
    }
}
