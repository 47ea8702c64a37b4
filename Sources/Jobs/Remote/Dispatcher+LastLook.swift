// SPDX-License-Identifier: Apache-2.0

package import Domain

extension Dispatcher {
    /// When the fleet was last looked at, by the steady clock; nil before the first time.
    ///
    /// A look that does not come means a stuck loop.
    package var lastLookAt: Timestamp? { roster.lastLook }

    /// Whether this server may look after workers: it has the lease of its name, or needs none.
    package var isEntitled: Bool { holdsServer }
}
