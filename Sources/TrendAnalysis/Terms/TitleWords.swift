// SPDX-License-Identifier: Apache-2.0

/// Numbers for the words of titles: function words first, then names of times, then all others in the order of their first sight.
struct TitleWords: Sendable {
    private(set) var vocabulary = Vocabulary()
    /// The number below which words are function words.
    let functionWords: Int32
    private let timeWords: Range<Int32>
    /// Function words that name times as well, such as "may".
    private let alsoTime: Set<Int32>

    init() {
        for word in FunctionWords.stop { _ = vocabulary.intern(Array(word.utf8), 0..<word.utf8.count) }
        let functionWords = Int32(vocabulary.count)
        var alsoTime: Set<Int32> = []
        for word in FunctionWords.calendar {
            guard let id = vocabulary.intern(Array(word.utf8), 0..<word.utf8.count), id < functionWords else {
                continue
            }
            alsoTime.insert(id)
        }
        self.functionWords = functionWords
        self.alsoTime = alsoTime
        timeWords = functionWords..<Int32(vocabulary.count)
    }

    /// How many of the first numbers are given before any title is seen.
    var known: Int32 { timeWords.upperBound }

    /// Whether a word names a time or is a number.
    func isTime(_ word: Int32) -> Bool {
        timeWords.contains(word) || alsoTime.contains(word) || vocabulary.isNumber(word)
    }

    /// The word's number, given on first sight; nil once all numbers are given.
    mutating func number(_ source: [UInt8], _ range: Range<Int>) -> Int32? { vocabulary.intern(source, range) }
}
