// SPDX-License-Identifier: Apache-2.0

/// The closed classes and stems of Korean, made ready for look-up; made once.
struct KoreanLexicon: Sendable {
    /// Behind what a particle may stand, as a set of bits.
    struct Place: OptionSet {
        let rawValue: UInt8
        static let anywhere = Place(rawValue: 1)
        static let consonant = Place(rawValue: 2)
        static let vowel = Place(rawValue: 4)
    }

    static let shared = KoreanLexicon()

    private let particles: [UInt64: UInt8]
    private let beginnings: [UInt64: UInt8]
    let weak = Self.set(KoreanParticles.weak)
    let counters = Self.set(KoreanParticles.counters)
    let closed = Self.set(KoreanWords.closed)
    let roots = Self.set(KoreanWords.roots)
    let shortNouns = Self.set(KoreanWords.shortNouns)
    let notShort = Self.set(KoreanWords.notShort)
    let shortRoots = Self.set(KoreanWords.shortRoots)
    let afterStem = Self.set(KoreanEndings.afterStem)
    let afterInfinitive = Self.set(KoreanEndings.afterInfinitive)
    let afterN = Self.set(KoreanEndings.afterN)
    let afterL = Self.set(KoreanEndings.afterL)
    let afterShortStem = Self.set(KoreanEndings.afterShortStem)
    let risky = Self.set(KoreanEndings.risky)
    let derived = Self.set(KoreanEndings.derived)
    let derivedBegin = Self.words(KoreanEndings.derivedBegin)
    let clause = Self.words(KoreanEndings.clause)
    let clauseOfCopula = Self.words(KoreanEndings.clauseOfCopula)

    private init() {
        var particles: [UInt64: UInt8] = [:]
        let places: [(String, Place)] = [
            (KoreanParticles.anywhere, .anywhere), (KoreanParticles.afterConsonant, .consonant),
            (KoreanParticles.afterVowel, .vowel), (KoreanParticles.copula, .anywhere),
        ]
        for (text, place) in places {
            for word in Self.words(text) { particles[WordHash.of(word[...]), default: 0] |= place.rawValue }
        }
        self.particles = particles
        beginnings = KoreanConjugation(Self.words(KoreanStems.all)).beginnings.mapValues(\.rawValue)
    }

    static func words(_ text: String) -> [[UInt32]] {
        text.split(whereSeparator: \.isWhitespace).map { $0.unicodeScalars.map(\.value) }
    }

    private static func set(_ text: String) -> Set<UInt64> { Set(words(text).map { WordHash.of($0[...]) }) }

    /// Whether it is a particle, behind whatever.
    func isParticle(_ word: ArraySlice<UInt32>) -> Bool { particles[WordHash.of(word)] != nil }

    /// Whether it is a particle that may stand behind a noun with that last syllable.
    func isParticle(_ word: ArraySlice<UInt32>, behind last: UInt32) -> Bool {
        guard let places = particles[WordHash.of(word)].map(Place.init) else { return false }
        let final = Hangul.final(last)
        // 로 follows ㄹ as it follows a vowel.
        let isLiquid = final == Hangul.l && word.first == 0xB85C
        return places.contains(.anywhere) || (places.contains(.consonant) && final > 0)
            || (places.contains(.vowel) && (final == 0 || isLiquid))
    }

    /// What may follow a beginning of a verb's form; nil if it is none.
    func kind(_ hash: UInt64) -> KoreanConjugation.Kind? { beginnings[hash].map(KoreanConjugation.Kind.init) }
}
