// SPDX-License-Identifier: Apache-2.0

/// How Korean texts are cut.
package enum TokeniserChoice: String, Codable, Sendable, CaseIterable {
    /// By the dictionary where it is installed, else by rules.
    case auto
    /// By MeCab and its dictionary.
    case mecab
    /// By rules, without a dictionary.
    case rules

    /// Where the environment says that the dictionary is, or where `scripts/setup --with-mecab` puts it; nil where no home is known.
    package static func dictionary(_ environment: [String: String]) -> String? {
        if let named = environment["DURE_MECAB_DICTIONARY"], !named.isEmpty { return named }
        if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return "\(data)/dure/mecab-ko-dic" }
        return environment["HOME"].map { "\($0)/.local/share/dure/mecab-ko-dic" }
    }

    /// The tokeniser; throws `MeCabTokeniser.Missing` where the dictionary was asked for and cannot be used.
    package func tokeniser(_ environment: [String: String]) throws -> any Tokeniser {
        if self == .rules { return KoreanTokeniser() }
        guard let folder = Self.dictionary(environment) else {
            if self == .auto { return KoreanTokeniser() }
            throw MeCabTokeniser.Missing(dictionary: "", reason: "neither DURE_MECAB_DICTIONARY nor HOME is set")
        }
        do {
            return try MeCabTokeniser(dictionary: folder)
        } catch {
            guard self == .auto else { throw error }
            return KoreanTokeniser()
        }
    }
}
