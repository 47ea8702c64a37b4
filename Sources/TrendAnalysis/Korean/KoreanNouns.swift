// SPDX-License-Identifier: Apache-2.0

/// Finds the noun with which a Korean word begins, by rules alone: what can be a verb's form is none, particles and suffixes are taken off.
struct KoreanNouns {
    private typealias Word = ArraySlice<UInt32>

    private let lexicon = KoreanLexicon.shared

    /// The syllables of a run that are a noun; nil where none are.
    func noun(of run: HangulRuns.Run) -> Range<Int>? {
        var word = run.syllables[...]
        if run.isCounted {
            word = afterCounters(word)
            if isParticle(word) { return nil }
        }
        let length = length(word, isGlued: run.isGlued)
        return length > 0 ? word.startIndex..<word.startIndex + length : nil
    }

    /// Finds how much of a word is a noun.
    ///
    /// - Parameters:
    ///   - word: A run of Hangul syllables.
    ///   - isGlued: Whether it follows a sign that is no space, such as a closing quotation mark.
    /// - Returns: How many syllables, from the first; 0 for none.
    func length(_ word: ArraySlice<UInt32>, isGlued: Bool) -> Int {
        if isOne(word, of: lexicon.closed) || (isGlued && lexicon.isParticle(word)) || word.count < 2 { return 0 }
        if isClosedWithParticle(word) || isVerb(word) { return 0 }
        if let cut = derivation(word) {
            let noun = word.prefix(cut)
            if cut < 2 { return isOne(noun, of: lexicon.shortRoots) || word.count > 2 ? 0 : withoutParticle(word) }
            return isVerb(noun) ? 0 : withoutSuffix(noun)
        }
        if word.dropFirst().contains(where: { Hangul.final($0) == Hangul.ss }) { return beforePastCopula(word) }
        return isClause(word) ? 0 : withoutParticle(word)
    }

    /// What remains of a word behind digits when numerals and counters are taken off.
    func afterCounters(_ word: ArraySlice<UInt32>) -> ArraySlice<UInt32> {
        var rest = word
        while !rest.isEmpty {
            let longest = (1...min(3, rest.count)).reversed().first { isOne(rest.prefix($0), of: lexicon.counters) }
            guard let longest else { return rest }
            rest = rest.dropFirst(longest)
        }
        return rest
    }

    /// Whether the word is a particle.
    func isParticle(_ word: ArraySlice<UInt32>) -> Bool { lexicon.isParticle(word) }

    private func isOne(_ word: Word, of set: Set<UInt64>) -> Bool { set.contains(WordHash.of(word)) }

    private func ends(_ word: Word, _ endings: [[UInt32]]) -> Bool {
        endings.contains { word.count >= $0.count && word.suffix($0.count).elementsEqual($0) }
    }

    private func isClosedWithParticle(_ word: Word) -> Bool {
        for cut in 1..<word.count {
            let (front, back) = (word.prefix(cut), word.dropFirst(cut))
            guard let last = front.last, cut > 1 || Self.bound.contains(last), isOne(front, of: lexicon.closed),
                lexicon.isParticle(back, behind: last)
            else { continue }
            return true
        }
        return false
    }

    /// Bound nouns and pronouns of a syllable: 것 등 수 데 뿐 바 씨 측 저.
    private static let bound: Set<UInt32> = [
        0xAC83, 0xB4F1, 0xC218, 0xB370, 0xBFD0, 0xBC14, 0xC528, 0xCE21, 0xC800,
    ]

    /// Where a form of 하다, 되다 or their like begins; nil if there is none.
    private func derivation(_ word: Word) -> Int? {
        (1..<word.count).first { cut in
            let rest = word.dropFirst(cut)
            if isOne(rest, of: lexicon.derived) { return true }
            guard rest.count >= 2, let last = rest.last,
                lexicon.derivedBegin.contains(where: { rest.starts(with: $0) })
            else { return false }
            return rest.prefix(3).contains { Hangul.final($0) == Hangul.ss } || Self.lastOfVerbs.contains(last)
        }
    }

    /// Syllables with which forms of verbs end: 다 고 며 면 지 게 서 요 도 록 만 까 나.
    private static let lastOfVerbs: Set<UInt32> = [
        0xB2E4, 0xACE0, 0xBA70, 0xBA74, 0xC9C0, 0xAC8C, 0xC11C, 0xC694, 0xB3C4, 0xB85D, 0xB9CC, 0xAE4C, 0xB098,
    ]

    /// The noun of a form such as 상황이었다.
    private func beforePastCopula(_ word: Word) -> Int {
        for cut in 2..<max(2, word.count) {
            let rest = word.dropFirst(cut)
            if rest.starts(with: [0xC774, 0xC5C8] as [UInt32]) || rest.first == 0xC600 {
                return withoutParticle(word.prefix(cut))
            }
        }
        return 0
    }

    private func isClause(_ word: Word) -> Bool {
        if ends(word, lexicon.clause), !ends(word, lexicon.clauseOfCopula) { return true }
        guard let last = word.last, let before = word.dropLast().last else { return false }
        switch last {
        // 다 and 는 behind a final consonant are no particles.
        case 0xB2E4: return word.count >= 3 && Hangul.final(before) != 0
        case 0xB294: return Hangul.final(before) != 0
        case 0xD788: return word.count > 2
        // 게, but for 에게.
        case 0xAC8C: return word.count > 2 && before != 0xC5D0
        default: return false
        }
    }

    private func withoutParticle(_ word: Word) -> Int {
        for cut in max(1, word.count - 6)..<max(1, word.count) {
            let (front, back) = (word.prefix(cut), word.dropFirst(cut))
            guard let last = front.last, lexicon.isParticle(back, behind: last), !isOne(back, of: lexicon.weak) else {
                continue
            }
            if cut >= 2 { return withoutSuffix(front) }
            let isShort =
                isOne(front, of: lexicon.shortNouns) && Self.light.contains(back.first ?? 0) && back.count == 1
                && !isOne(word, of: lexicon.notShort)
            if isShort || back.count > 1 || Self.sure.contains(back.first ?? 0) { return 0 }
        }
        return withoutSuffix(word)
    }

    /// 이 가 도 과, which as often are a noun's last syllable, and 을 를 에 의 은 는, which are not.
    private static let light: Set<UInt32> = [0xC774, 0xAC00, 0xB3C4, 0xACFC]
    private static let sure: Set<UInt32> = [0xC744, 0xB97C, 0xC5D0, 0xC758, 0xC740, 0xB294]

    /// 들 적 씨 님 측 씩 쯤, and 성 화 behind two syllables.
    private static let suffixes: Set<UInt32> = [
        0xB4E4, 0xC801, 0xC528, 0xB2D8, 0xCE21, 0xC529, 0xCBE4, 0xC131, 0xD654,
    ]
    /// 씨 들 님.
    private static let ofPersons: Set<UInt32> = [0xC528, 0xB4E4, 0xB2D8]

    private func withoutSuffix(_ word: Word) -> Int {
        var noun = word
        func isNone() -> Bool { isOne(noun, of: lexicon.closed) || isOne(noun, of: lexicon.roots) }
        if isNone() || (noun.count == 2 && Self.ofPersons.contains(noun.last ?? 0)) { return 0 }
        while noun.count > 2, let last = noun.last, Self.suffixes.contains(last) { noun = noun.dropLast() }
        return noun.count < 2 || isOne(noun, of: lexicon.closed) || isVerb(noun) ? 0 : noun.count
    }

    /// Whether the word is a form of a known verb or adjective.
    private func isVerb(_ word: Word) -> Bool {
        var hash = WordHash.start
        var cut = 0
        for scalar in word {
            hash = WordHash.adding(scalar, to: hash)
            cut += 1
            if let kind = lexicon.kind(hash), isForm(kind, word, cut) { return true }
        }
        return false
    }

    private func isForm(_ kind: KoreanConjugation.Kind, _ word: Word, _ cut: Int) -> Bool {
        let rest = word.dropFirst(cut)
        let final = Hangul.final(word[word.startIndex + cut - 1])
        if word.count == 2, cut == 1, let last = rest.first { return isShortForm(kind, last, final) }
        let end = WordHash.of(rest)
        if kind.contains(.stem), lexicon.afterStem.contains(end) {
            // 은, 을 and 음 stand behind consonants.
            let needsFinal = rest.count == 1 && [0xC740, 0xC744, 0xC74C].contains(rest.first)
            if !needsFinal || final > 0 { return true }
        }
        if kind.contains(.past), !rest.isEmpty { return true }
        if kind.contains(.n), rest.isEmpty || lexicon.afterN.contains(end) { return true }
        if kind.contains(.l), rest.isEmpty || lexicon.afterL.contains(end) { return true }
        if kind.contains(.m), rest.isEmpty || Self.afterM.contains(end) { return true }
        if kind.contains(.b), rest.starts(with: Self.nida) || rest.starts(with: Self.nikka) { return true }
        return kind.contains(.infinitive) && (rest.isEmpty || isAfterInfinitive(rest, end))
    }

    private static let nida: [UInt32] = [0xB2C8, 0xB2E4]
    private static let nikka: [UInt32] = [0xB2C8, 0xAE4C]
    private static let afterM = Set(
        KoreanLexicon.words("을 은 이 에 으로 으로써 과").map { WordHash.of($0[...]) }
    )
    private static let auxiliary = KoreanLexicon.words("졌 줬 왔 갔 냈 봤 있 버리 버린 버릴 버렸 버려 놓고 놓은 놓을 놓아 놓는")
    /// 지 주 오 가, with which the forms of auxiliary verbs begin.
    private static let auxiliaryBegin: Set<UInt32> = [0xC9C0, 0xC8FC, 0xC624, 0xAC00]

    private func isAfterInfinitive(_ rest: Word, _ end: UInt64) -> Bool {
        lexicon.afterInfinitive.contains(end) || Self.auxiliary.contains { rest.starts(with: $0) }
            || (rest.count > 1 && Self.auxiliaryBegin.contains(rest.first ?? 0) && isVerb(rest))
    }

    /// A form of two syllables with a stem of one is easily taken for a noun: only what is certain counts.
    private func isShortForm(_ kind: KoreanConjugation.Kind, _ last: UInt32, _ final: Int) -> Bool {
        let end = WordHash.adding(last, to: WordHash.start)
        if kind.contains(.stem) {
            if lexicon.afterShortStem.contains(end) { return true }
            if final > 0, lexicon.afterStem.contains(end), !lexicon.risky.contains(end) { return true }
        }
        return kind.contains(.past) || (kind.contains(.b) && last == Self.nida[0])
            || (kind.contains(.n) && [0xB2E4, 0xB370].contains(last))
            || (kind.contains(.l) && [0xC9C0, 0xAE4C, 0xC218].contains(last))
            || (kind.contains(.infinitive) && [0xC11C, 0xB3C4, 0xC57C, 0xC694].contains(last))
    }
}
