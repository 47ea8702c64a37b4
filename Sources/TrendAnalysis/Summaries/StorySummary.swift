// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Sentences that tell a story, each as a source wrote it.
package struct StorySummary: Hashable, Codable, Sendable {
    /// A sentence, and where it stands.
    package struct Sentence: Hashable, Codable, Sendable {
        /// As the source has it, white space folded.
        package let text: String
        /// Who wrote it.
        package let source: String
        /// Where it can be read; nil where the source gave no address.
        package let address: String?
        /// When its item came out.
        package let published: Timestamp
        /// How many items of the story hold all of its figures; nil where it has none.
        package let itemsWithItsFigures: Int?
    }

    /// In the order of their time.
    package let sentences: [Sentence]
}
