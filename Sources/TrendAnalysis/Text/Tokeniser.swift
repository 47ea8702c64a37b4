// SPDX-License-Identifier: Apache-2.0

/// Cuts texts into the units that are counted.
///
/// Tokens are in Unicode form NFKC and in lower case. A tokeniser is a value without state: the same text gives the same
/// tokens. One for a language may hand over to another for what is not in its language.
package protocol Tokeniser: Sendable {
    /// What reports call it.
    var name: String { get }
    /// Adds the text's tokens to `buffer`, in their order.
    func tokenise(_ text: String, into buffer: inout TokenBuffer)
    /// Gives memory back that the next text would need again; called after many texts.
    func rest()
}

extension Tokeniser {
    /// Does nothing: most tokenisers hold nothing.
    package func rest() {}

    /// The text's tokens as strings, for where speed does not matter.
    package func tokens(_ text: String) -> [String] {
        var buffer = TokenBuffer()
        tokenise(text, into: &buffer)
        return (0..<buffer.count).map(buffer.string)
    }
}
