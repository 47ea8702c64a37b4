// SPDX-License-Identifier: Apache-2.0

/// What was found in a few lines, for a message to a person.
package struct TrendMessage: Sendable {
    package let title: String
    package let text: String

    /// A sentence, and below it a line each of what else is to be known.
    init(_ title: String, _ sentence: String, _ lines: [String]) {
        self.title = title
        text = ([sentence] + lines.map { "– " + $0 }).joined(separator: "\n")
    }
}
