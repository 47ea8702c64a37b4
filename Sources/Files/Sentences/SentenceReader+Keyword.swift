// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Keywords: what is said behind the word, before it, or by searching.
extension SentenceReader {
    private static let listStop =
        "(?=\\s*,?\\s*(?:(?:상품|제품|목표|기한|예산)(?:명)?(?:은|는|:)|(?:product|target|deadline|budget)\\b)|\\s*(?:\\x{1}|[.;!?]|$))"
    /// What stands behind the word: 키워드는 A, B, or keywords: a, b.
    static let keywordsAfter = SentencePattern(
        "(?:키워드|검색어)(?:들)?\\s*(?:은|는|:|=|이|가)\\s*([^\\x{1}.;!?]+?)" + listStop
            + "|(?:키워드|검색어)\\s+(\\x{2}+)(?:으로|로|에서|의|에)?|(?:키워드|검색어)\\s+([^\\x{1},.;:!?\\s]+?)(?:으로|로|에서)(?=\\s|\\x{1}|$)|"
            + "\\b(?:key\\s?words?|search\\s+(?:terms?|words?))\\s*(?:are|is|:|=)\\s*([^\\x{1}.;!?]+?)" + listStop
    )
    /// What stands before the word: A 키워드로, A 검색 시, A로 검색하면.
    static let keywordBefore = SentencePattern(
        "([^\\x{1},.;:!?]+?)\\s*(?:이라는|라는|란)?\\s*(?:키워드|검색어)(?:로|으로|에서|에|의|를|을)?(?![가-힣])|"
            + "([^\\x{1},.;:!?]+?)(?:으로|로|을|를)?\\s*검색(?:하면|했을\\s*때|할\\s*때|해서|\\s*시에?|\\s*결과(?:에서|의|에)?|에서|에)(?![가-힣])"
    )
    private static let englishStop =
        "(?=\\s+(?:by|within|with|on|in|to|into|at|and|until|before|my|our|the|get|bring|it|its)\\b|\\s*(?:\\x{1}|[,.;!?]|$))"
    static let englishKeyword = SentencePattern(
        "\\b(?:for|on|under|with|at|in)\\s+(?:the\\s+)?(?:key\\s?words?|search\\s+(?:terms?|words?|phrase))\\s+([^\\x{1}.;!?]+?)"
            + englishStop
            + "|\\bkey\\s?words?\\s+([^\\x{1}.;!?]+?)" + englishStop
            + "|\\b(?:when\\s+(?:\\w+\\s+){0,2}?search(?:es|ing)?\\s+for|searching\\s+for|in\\s+search(?:es)?\\s+(?:for|of)|for\\s+search(?:es)?\\s+(?:for|of))\\s+"
            + "([^\\x{1},.;!?]+?)" + englishStop
    )
    /// What stands in quotation marks: for "a".
    static let forQuoted = SentencePattern(
        "\\b(?:for|on)\\s+(\\x{2}+(?:(?:\\s*,\\s*|\\s+(?:and|or)\\s+|\\s*,\\s*and\\s+)\\x{2}+)*)"
    )
    static let listSeparator = SentencePattern(
        "\\s*(?:,|/|·|\\s및\\s|\\s그리고\\s|\\band\\b|(?<=[가-힣\\x{2}])(?:와|과|랑)\\s)\\s*"
    )

    mutating func readKeywords() {
        for match in text.matches(Self.keywordsAfter) {
            guard let list = match.groups.dropFirst().compactMap(\.self).first else { continue }
            readKeywordList(list, whole: match.range)
        }
        for match in text.matches(Self.keywordBefore) {
            guard let words = match.groups.dropFirst().compactMap(\.self).first else { continue }
            let (kept, start) = lastPhrase(words)
            guard kept.length > 0 else { continue }
            let whole = NSRange(location: start, length: NSMaxRange(match.range) - start)
            readKeywordList(kept, whole: whole)
        }
        for pattern in [Self.englishKeyword, Self.forQuoted] {
            for match in text.matches(pattern) {
                guard let words = match.groups.dropFirst().compactMap(\.self).first else { continue }
                let known = Set(readings.filter { $0.field == .keywords }.map(\.value))
                readKeywordList(words, whole: match.range)
                guard pattern.source == Self.forQuoted.source else { continue }
                quotedFor += readings.filter { $0.field == .keywords && !known.contains($0.value) }.map(\.value)
            }
        }
    }

    /// The part of a stretch of words behind its last object or topic: in "갤럭시를 무선 청소기 키워드로" the keyword has no 갤럭시.
    private func lastPhrase(_ range: NSRange) -> (NSRange, Int) {
        let words = text.rest.substring(with: range) as NSString
        let cuts = Self.objectWord.matches(in: words).compactMap { $0.first.flatMap(\.self) }.map { NSMaxRange($0) }
        let leading = Self.leadingFillers.matches(in: words).first?.first.flatMap(\.self).map { NSMaxRange($0) } ?? 0
        let cut = min(max(cuts.last ?? 0, leading), words.length)
        let start = range.location + cut
        return (NSRange(location: start, length: range.length - cut), start)
    }

    static let objectWord = SentencePattern("(?<=[가-힣A-Za-z0-9\\x{2}])(?:을|를|은|는|이|가)(?:\\s+|$)")
    static let leadingFillers = SentencePattern("^\\s*(?:(?:그리고|또|우리|내|저희|제|이|그)\\s+)+")

    private mutating func readKeywordList(_ list: NSRange, whole: NSRange) {
        let words = text.rest.substring(with: list) as NSString
        var start = 0
        var pieces: [NSRange] = []
        for separator in Self.listSeparator.matches(in: words).compactMap({ $0.first.flatMap(\.self) })
        where separator.length > 0 {
            pieces.append(NSRange(location: list.location + start, length: separator.location - start))
            start = NSMaxRange(separator)
        }
        pieces.append(NSRange(location: list.location + start, length: words.length - start))
        var known = Set(readings.filter { $0.field == .keywords }.map(\.value))
        for piece in pieces {
            let keyword = trimmedKeyword(quotation(in: piece) ?? text.words(piece))
            guard !keyword.isEmpty, known.insert(keyword).inserted else { continue }
            note(.keywords, keyword, words: text.words(piece))
        }
        text.strike(whole)
    }

    static let keywordTail = SentencePattern("(?:이에요|예요|이야|입니다|이고|이며|으로|로|야|고)\\s*$")

    private func trimmedKeyword(_ text: String) -> String {
        var text = text.trimmingCharacters(in: .whitespaces.union(.init(charactersIn: "\"'()[]")))
        let tail = Self.keywordTail.matches(in: text as NSString).first?.first.flatMap(\.self)
        // 이고 and the like end a sentence; a lone 로 or 고 may belong to the word, so only long ends go.
        if let tail, tail.length >= 2 { text = (text as NSString).substring(to: tail.location) }
        return text.trimmingCharacters(in: .whitespaces)
    }
}
