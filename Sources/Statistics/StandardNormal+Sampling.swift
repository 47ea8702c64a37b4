// SPDX-License-Identifier: Apache-2.0
import Foundation

extension StandardNormal {
    /// Draws one value by the Box-Muller transform; takes two numbers from the generator.
    package static func sample(using generator: inout some RandomNumberGenerator) -> Double {
        let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
        return radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &generator))
    }
}
