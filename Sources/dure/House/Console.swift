// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Writes results to standard output; errors and progress go to standard error.
enum Console {
    /// Writes a line of the result.
    static func line(_ text: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Writes a value as one line of JSON.
    static func json(_ value: some Encodable) throws {
        try line(try CanonicalJSON.text(value))
    }

    /// Writes a line for a person who watches.
    static func note(_ text: String) {
        do {
            try FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            // Nobody watches; the result is what counts.
            return
        }
    }
}
