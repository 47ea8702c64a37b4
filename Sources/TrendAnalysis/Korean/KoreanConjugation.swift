// SPDX-License-Identifier: Apache-2.0

/// The beginnings of all forms of a stem, by the rules of Korean conjugation, regular and irregular.
struct KoreanConjugation {
    /// What may follow a beginning.
    struct Kind: OptionSet {
        let rawValue: UInt8
        static let stem = Kind(rawValue: 1)
        static let infinitive = Kind(rawValue: 2)
        static let past = Kind(rawValue: 4)
        static let n = Kind(rawValue: 8)
        static let l = Kind(rawValue: 16)
        static let m = Kind(rawValue: 32)
        static let b = Kind(rawValue: 64)
    }

    /// Vowels by their Unicode indices.
    private enum Vowel {
        static let a = 0
        static let ae = 1
        static let eo = 4
        static let e = 5
        static let yeo = 6
        static let o = 8
        static let wa = 9
        static let wae = 10
        static let oe = 11
        static let u = 13
        static let wo = 14
        static let wi = 16
        static let eu = 18
        static let i = 20
    }

    /// The beginnings by their hashes.
    private(set) var beginnings: [UInt64: Kind] = [:]

    /// Conjugates stems, which are given without 다.
    init(_ stems: [[UInt32]]) {
        for stem in stems { add(stem) }
    }

    private mutating func add(_ stem: [UInt32]) {
        guard let last = stem.last else { return }
        note(stem, .stem)
        let head = Array(stem.dropLast())
        for open in opened(head, last) {
            guard let end = open.last else { continue }
            for (final, kind) in [(Hangul.n, Kind.n), (Hangul.l, .l), (Hangul.m, .m), (Hangul.b, .b)] {
                note(open.dropLast() + [Hangul.with(end, final: final)], kind)
            }
        }
        for form in Self.infinitives(head, last) {
            note(form, .infinitive)
            if let end = form.last, Hangul.final(end) == 0 {
                note(form.dropLast() + [Hangul.with(end, final: Hangul.ss)], .past)
            }
        }
    }

    /// The stem's forms that take a final consonant.
    private mutating func opened(_ head: [UInt32], _ last: UInt32) -> [[UInt32]] {
        let bare = Hangul.with(last, final: 0)
        switch Hangul.final(last) {
        case 0: return [head + [last]]
        case Hangul.l, Hangul.h: return [head + [bare]]
        case Hangul.b:
            note(head + [bare, 0xC6B0], .stem)
            return [head + [bare, 0xC6B0]]
        case Hangul.d: return [head + [Hangul.with(last, final: Hangul.l), 0xC73C]]
        case Hangul.s: return [head + [bare, 0xC73C]]
        default: return []
        }
    }

    private mutating func note(_ form: [UInt32], _ kind: Kind) {
        beginnings[WordHash.of(form[...]), default: []].insert(kind)
    }

    /// The forms in 아 or 어, contracted where that is written.
    private static func infinitives(_ head: [UInt32], _ last: UInt32) -> [[UInt32]] {
        let (ah, eoh, wah, woh): (UInt32, UInt32, UInt32, UInt32) = (0xC544, 0xC5B4, 0xC640, 0xC6CC)
        if last == 0xD558 { return [head + [0xD574], head + [last, 0xC5EC]] }
        let bare = Hangul.with(last, final: 0)
        var forms: [[UInt32]] = []
        switch Hangul.final(last) {
        case 0: return open(head, last)
        case Hangul.b: forms = [head + [bare, wah], head + [bare, woh]]
        case Hangul.d:
            let liquid = Hangul.with(last, final: Hangul.l)
            forms = [head + [liquid, eoh], head + [liquid, ah]]
        case Hangul.s: forms = [head + [bare, ah], head + [bare, eoh]]
        case Hangul.h: forms = [head + [Hangul.with(last, vowel: Vowel.ae)]]
        default: break
        }
        return forms + [head + [last, ah], head + [last, eoh]]
    }

    private static func open(_ head: [UInt32], _ last: UInt32) -> [[UInt32]] {
        let eoh: UInt32 = 0xC5B4
        func contracted(_ vowel: Int) -> [UInt32] { head + [Hangul.with(last, vowel: vowel)] }
        switch Hangul.vowel(last) {
        case Vowel.a, Vowel.eo, Vowel.ae, Vowel.e, Vowel.yeo: return [head + [last]]
        case Vowel.o: return [contracted(Vowel.wa)]
        case Vowel.u: return [contracted(Vowel.wo)]
        case Vowel.i: return [contracted(Vowel.yeo), head + [last, eoh]]
        case Vowel.oe: return [contracted(Vowel.wae), head + [last, eoh]]
        case Vowel.wi: return [head + [last, eoh]]
        case Vowel.eu:
            var forms = [contracted(Vowel.a), contracted(Vowel.eo)]
            // 르 doubles its consonant, or takes 러.
            if last == 0xB974, let before = head.last {
                forms.append(head + [last, 0xB7EC])
                if Hangul.final(before) == 0 {
                    let liquid = head.dropLast() + [Hangul.with(before, final: Hangul.l)]
                    forms += [liquid + [0xB77C], liquid + [0xB7EC]]
                }
            }
            return forms
        default: return []
        }
    }
}

/// Names of short words in sets: FNV-1a over their code points.
///
/// Among some ten thousand words no two have one hash.
enum WordHash {
    static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    static func adding(_ scalar: UInt32, to hash: UInt64) -> UInt64 { (hash ^ UInt64(scalar)) &* 0x0000_0100_0000_01B3 }

    static func of(_ word: ArraySlice<UInt32>) -> UInt64 { word.reduce(start) { adding($1, to: $0) } }
}
