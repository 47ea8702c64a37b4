// SPDX-License-Identifier: Apache-2.0
import Foundation
import TrendAnalysis

/// T10: the nouns of Korean sentences beside those that people marked, compounds joined.
struct KoreanNounTest {
    private struct Sentence: Decodable {
        let text: String
        /// For each word its morphemes with their tags.
        let morphs: [[[String]]]
        let aligned: Bool
    }

    private static let nouns: Set<String> = ["NNG", "NNP", "SL"]

    private let sentences: [Sentence]

    init(path: String) throws {
        let decoder = JSONDecoder()
        sentences = try DataFile.unpacked(path).split(separator: 0x0A).map { line in
            try decoder.decode(Sentence.self, from: Data(line))
        }
    }

    func figures(_ tokeniser: any Tokeniser, target: String, floor: String) -> [Figure] {
        _ = tokeniser.tokens("한국어")
        let begin = ProcessorTime.seconds
        let found = sentences.map { tokeniser.tokens($0.text) }
        let seconds = ProcessorTime.seconds - begin
        var (hits, wrong, missed) = (0, 0, 0)
        for (sentence, tokens) in zip(sentences, found) where sentence.aligned {
            let wanted = Self.counted(Self.marked(sentence))
            let given = Self.counted(Self.joined(tokens, sentence.text))
            let common = wanted.reduce(0) { $0 + min($1.value, given[$1.key] ?? 0) }
            hits += common
            wrong += given.values.reduce(0, +) - common
            missed += wanted.values.reduce(0, +) - common
        }
        let precision = Double(hits) / Double(max(1, hits + wrong))
        let recall = Double(hits) / Double(max(1, hits + missed))
        let name = tokeniser.name
        return [
            Figure(
                test: "T10",
                name: "\(name): F1 of compound nouns",
                value: 2 * precision * recall / max(1e-9, precision + recall),
                target: target,
                floor: floor
            ),
            Figure(test: "T10", name: "\(name): precision", value: precision, target: "", floor: ""),
            Figure(test: "T10", name: "\(name): recall", value: recall, target: "", floor: ""),
            Figure(
                test: "T10",
                name: "\(name): sentences a second",
                value: Double(sentences.count) / max(1e-9, seconds),
                target: "",
                floor: ""
            ),
        ]
    }

    /// Titles a second.
    static func speed(_ tokeniser: any Tokeniser, _ titles: [String]) -> Figure {
        var buffer = TokenBuffer()
        let begin = ProcessorTime.seconds
        for title in titles {
            buffer.clear()
            tokeniser.tokenise(title, into: &buffer)
        }
        return Figure(
            test: "T10",
            name: "\(tokeniser.name): titles a second",
            value: Double(titles.count) / max(1e-9, ProcessorTime.seconds - begin),
            target: tokeniser.name == "mecab" ? "15000" : "",
            floor: ""
        )
    }

    /// Nouns that touch are one; what is behind another morpheme begins anew.
    private static func marked(_ sentence: Sentence) -> [String] {
        var all: [String] = []
        for word in sentence.morphs {
            var run = ""
            for morpheme in word where morpheme.count == 2 {
                if nouns.contains(morpheme[1]) {
                    run += morpheme[0]
                } else if !run.isEmpty {
                    all.append(run)
                    run = ""
                }
            }
            if !run.isEmpty { all.append(run) }
        }
        return all
    }

    /// Tokens that touch in the text as one, numbers left out.
    private static func joined(_ tokens: [String], _ text: String) -> [String] {
        let text = text.precomposedStringWithCanonicalMapping.lowercased()
        var all: [String] = []
        var place = text.startIndex
        var end: String.Index?
        for token in tokens where !token.allSatisfy(\.isNumber) {
            guard let range = text.range(of: token, range: place..<text.endIndex) else {
                all.append(token)
                end = nil
                continue
            }
            if range.lowerBound == end, !all.isEmpty { all[all.count - 1] += token } else { all.append(token) }
            place = range.upperBound
            end = place
        }
        return all
    }

    private static func counted(_ words: [String]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for word in words.map({ $0.precomposedStringWithCanonicalMapping.lowercased() })
        where word.unicodeScalars.count > 1 || word.allSatisfy(\.isASCII) {
            counts[word, default: 0] += 1
        }
        return counts
    }
}
