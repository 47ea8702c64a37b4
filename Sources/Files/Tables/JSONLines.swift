// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Writes records as JSON lines: one canonical JSON object per line.
package enum JSONLines {
    /// One record with its line end; throws for a number that JSON cannot hold.
    package static func line(_ record: some Encodable) throws -> String {
        try CanonicalJSON.text(record) + "\n"
    }
}
