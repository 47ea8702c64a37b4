// SPDX-License-Identifier: Apache-2.0

/// Numbers for the words of texts, cut down to their stems, and for pairs of neighbouring words.
struct FeatureNumbers: Sendable {
    struct Feature: Hashable, Sendable {
        let number: Int32
        let isPair: Bool
    }

    private var words = Vocabulary()
    private let stopWords: Int32
    /// By word, then by pair: the feature's number.
    private var ofWord: [Int32] = []
    private var ofPair: [UInt64: Int32] = [:]
    private(set) var count = 0
    private var buffer = TokenBuffer()

    init() {
        for word in FunctionWords.stop { _ = words.intern(Array(word.utf8), 0..<word.utf8.count) }
        stopWords = Int32(words.count)
    }

    /// The distinct features of a text in the order of their first place.
    mutating func numbers(of text: String, pairs: Bool = true, _ tokeniser: any Tokeniser) -> [Feature] {
        buffer.clear()
        tokeniser.tokenise(text, into: &buffer)
        var result: [Feature] = []
        var before: Int32 = -1
        for token in 0..<buffer.count {
            let whole = buffer.range(token)
            guard whole.count > 1, let exact = words.intern(buffer.bytes, whole), exact >= stopWords else { continue }
            let range = EnglishStem.range(buffer.bytes, whole)
            guard let word = range == whole ? exact : words.intern(buffer.bytes, range) else { continue }
            Self.add(Feature(number: number(ofWord: word), isPair: false), to: &result)
            if pairs, before >= 0 { Self.add(Feature(number: number(before, word), isPair: true), to: &result) }
            before = word
        }
        return result
    }

    private static func add(_ feature: Feature, to result: inout [Feature]) {
        if !result.contains(feature) { result.append(feature) }
    }

    private mutating func number(ofWord word: Int32) -> Int32 {
        while ofWord.count <= Int(word) { ofWord.append(-1) }
        if ofWord[Int(word)] < 0 {
            ofWord[Int(word)] = Int32(count)
            count += 1
        }
        return ofWord[Int(word)]
    }

    private mutating func number(_ first: Int32, _ second: Int32) -> Int32 {
        let key = UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
        if let number = ofPair[key] { return number }
        ofPair[key] = Int32(count)
        count += 1
        return Int32(count - 1)
    }
}

/// Cuts the commonest endings of English words, so that forms of a word are one feature.
enum EnglishStem {
    /// The part of a token that is its stem; tokens that are not of ASCII letters keep all.
    static func range(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        let start = range.lowerBound
        guard range.count > 3, bytes[range].allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) else { return range }
        func ends(_ suffix: StaticString, _ count: Int) -> Bool {
            end - start > count && suffix.description.utf8.elementsEqual(bytes[end - count..<end])
        }
        if ends("ies", 3), end - start > 4 {
            end -= 2
        } else if ends("s", 1), !ends("ss", 2), !ends("us", 2) {
            end -= 1
        }
        if ends("ing", 3), end - start > 5 {
            end -= 3
        } else if ends("ed", 2), end - start > 4 {
            end -= 2
        }
        if ends("e", 1), end - start > 4 { end -= 1 }
        if ends("y", 1), end - start > 4 { end -= 1 } else if ends("i", 1), end - start > 4 { end -= 1 }
        return start..<end
    }
}
