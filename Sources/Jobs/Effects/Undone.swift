// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A failure before anything was done, for certain, whatever its class: the other side could not be reached at all.
///
/// An effect that ends so has failed and may be tried again, where the failure alone would leave it unclear.
package struct Undone: Error, Hashable, Sendable, CustomStringConvertible {
    package let failure: Failure

    /// Says of a failure that nothing was done.
    package init(_ failure: Failure) {
        self.failure = failure
    }

    package var description: String { failure.description }
}
