// SPDX-License-Identifier: Apache-2.0

/// Numbers for the words of texts, cut down to their stems, and for pairs of neighbouring words.
struct FeatureNumbers: Sendable {
    struct Feature: Hashable, Sendable {
        let number: Int32
        let isPair: Bool
    }

    /// For texts that come as strings.
    private var words = TitleWords()
    private var stems = Vocabulary()
    /// By word: its stem's number, -1 where it was not seen.
    private var stemOf: [Int32] = []
    /// By stem, then by pair of stems: the feature's number.
    private var ofStem: [Int32] = []
    private var ofPair: [UInt64: Int32] = [:]
    private(set) var count = 0
    private var buffer = TokenBuffer()

    /// The distinct features of a text in the order of their first place.
    mutating func numbers(of text: String, _ tokeniser: any Tokeniser) -> [Feature] {
        var result: [Feature] = []
        var before: Int32 = -1
        for word in wordNumbers(of: text, tokeniser) {
            guard let stem = stem(of: word, in: words) else { continue }
            Self.add(Feature(number: number(ofStem: stem), isPair: false), to: &result)
            if before >= 0 { Self.add(Feature(number: number(before, stem), isPair: true), to: &result) }
            before = stem
        }
        return result
    }

    private static func add(_ feature: Feature, to result: inout [Feature]) {
        if !result.contains(feature) { result.append(feature) }
    }

    /// The distinct words of a text in the order of their first place.
    mutating func words(of text: String, _ tokeniser: any Tokeniser) -> [Int32] {
        let found = wordNumbers(of: text, tokeniser)
        return features(of: found, in: words)
    }

    /// The distinct words of a text whose words have their numbers already, the same in all texts that are given.
    mutating func features(of text: some Sequence<Int32>, in words: TitleWords) -> [Int32] {
        var result: [Int32] = []
        for word in text {
            guard let stem = stem(of: word, in: words) else { continue }
            let number = number(ofStem: stem)
            if !result.contains(number) { result.append(number) }
        }
        return result
    }

    private mutating func wordNumbers(of text: String, _ tokeniser: any Tokeniser) -> [Int32] {
        buffer.clear()
        tokeniser.tokenise(text, into: &buffer)
        return (0..<buffer.count).compactMap { words.number(buffer.bytes, buffer.range($0)) }
    }

    /// The number of a word's stem; nil for function words and single bytes.
    private mutating func stem(of word: Int32, in words: TitleWords) -> Int32? {
        guard word >= words.functionWords else { return nil }
        while stemOf.count <= Int(word) { stemOf.append(-1) }
        if stemOf[Int(word)] >= 0 { return stemOf[Int(word)] }
        let bytes = words.vocabulary.bytes(word)
        guard bytes.count > 1, let stem = stems.intern(bytes, EnglishStem.range(bytes, bytes.indices)) else {
            return nil
        }
        stemOf[Int(word)] = stem
        return stem
    }

    private mutating func number(ofStem stem: Int32) -> Int32 {
        while ofStem.count <= Int(stem) { ofStem.append(-1) }
        if ofStem[Int(stem)] < 0 {
            ofStem[Int(stem)] = Int32(count)
            count += 1
        }
        return ofStem[Int(stem)]
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
