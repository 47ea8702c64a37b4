// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The phrases that are left when the rules have read theirs, without the words around them that name nothing.
extension SentenceReader {
    /// Words that stand together and that no rule has read.
    struct Phrase {
        var text: String
        var range: NSRange
        /// Whether a particle or a verb says that this is what the sentence is about.
        var isMarked: Bool
        /// What stands behind the last word that seldom belongs to a name, such as a verb; nil when there is no such word.
        var doubtful: String?
    }

    static let word = SentencePattern("(?![-/·&+](?:\\s|$|\\x{1}))[^\\s\\x{1}\\x{2},;!?|]+")
    static let gap = SentencePattern("[\\x{1}\\x{2},;!?|]|(?:^|\\s)[-/·&+](?:\\s|$)")

    /// The stretches of words that are left, without fillers at their ends.
    func phrases() -> [Phrase] {
        var runs: [[NSRange]] = []
        var end = -1
        for match in text.matches(Self.word) {
            let range = match.range
            let between =
                end < 0 ? "" : text.rest.substring(with: NSRange(location: end, length: range.location - end))
            let isNew = end < 0 || !Self.gap.matches(in: between as NSString).isEmpty
            if isNew { runs.append([range]) } else { runs[runs.count - 1].append(range) }
            end = NSMaxRange(range)
        }
        return runs.flatMap(split).compactMap(phrase)
    }

    /// A stretch ends behind an object or topic, because a verb or another phrase follows.
    private func split(_ run: [NSRange]) -> [[NSRange]] {
        var parts: [[NSRange]] = [[]]
        for range in run {
            let word = text.original.substring(with: range)
            if Self.noName.fits(bare(range)) {
                parts += [[range], []]
                continue
            }
            parts[parts.count - 1].append(range)
            if Self.takenBack.fits(word) || Self.stem(word) != nil { parts.append([]) }
        }
        return parts.filter { !$0.isEmpty }
    }

    private func phrase(_ run: [NSRange]) -> Phrase? {
        var run = run[...]
        var isAfterVerb = false
        let isTakenBack = run.last.map { Self.takenBack.fits(bare($0)) } ?? false
        while let first = run.first, isFiller(first) {
            if Self.englishVerb.fits(bare(first)) { isAfterVerb = true }
            run = run.dropFirst()
        }
        while let last = run.last, isFiller(last) { run = run.dropLast() }
        guard let first = run.first, let last = run.last else { return nil }
        let range = NSRange(location: first.location, length: NSMaxRange(last) - first.location)
        var words = text.words(range).trimmingCharacters(in: .init(charactersIn: ".:()[]\"'"))
        let ending = text.original.substring(with: last)
        let stem = Self.stem(ending)
        if let stem { words = String(words.dropLast(ending.count - stem.count)) }
        words = words.trimmingCharacters(in: .init(charactersIn: " .:()[]\"'"))
        guard words.contains(where: \.isLetter) else { return nil }
        if isTakenBack || Self.noName.fits(words) { return Phrase(text: "", range: range, isMarked: false) }
        return Phrase(
            text: words,
            range: range,
            isMarked: stem != nil || isAfterVerb,
            doubtful: Self.behindDoubtful(words)
        )
    }

    /// Verbs before a noun end like a topic.
    static let adnominal = SentencePattern(whole: ".*(?:하|되|있|없|않|시키)는|쓰는|먹는|입는|신는|붙는|파는|만드는|나오는|들어가는")

    private func bare(_ range: NSRange) -> String {
        text.original.substring(with: range).trimmingCharacters(in: .init(charactersIn: ".:()[]\"'-"))
    }

    private func isFiller(_ range: NSRange) -> Bool {
        let word = bare(range)
        return word.isEmpty || Self.fillers.fits(word) || Self.koreanVerb.fits(word) || Self.englishVerb.fits(word)
    }

    /// Words that are in no name and stand for themselves: questions and negations.
    static let noName = SentencePattern(
        whole:
            "don't|do|does|doesn't|did|didn't|won't|can't|cannot|never|not|how|what|what's|why|when|where|who|which|if|because|let|let's|maybe|perhaps|"
            + "어떻게|왜|혹시|만약|만약에|언제|누가|무엇|뭐|뭘|뭐야|얼마|얼마나|몇|근데|그런데|하지만|그러나|절대|절대로|않게|않도록|마|말아|말아줘|마세요|하지마|있나요|있을까|있을까요|있어요|있습니까|알려줘|궁금해요"
    )
    /// Behind what is taken back: 텀블러 말고.
    static let takenBack = SentencePattern(whole: "말고|말고는|아니라|아니고|대신|대신에|빼고")
    /// Words that seldom stand within a name: what is done, by what, for whom.
    static let doubt = SentencePattern(
        whole:
            "buy|buying|sell|selling|paying|spend|spending|than|people|someone|somebody|them|they|outside|below|starting|ask|tell|leave|"
            + "get|making|"
            + ".*(?:하|시키|올리|내리|돌리|늘리|되|사|쓰|받|주|넣)고|.*(?:해|써|사|돌려|올려|내려|넣어|받아|줘|시켜|돼|늘려|만들어|통해|달아)서|.*(?:하|되|않|시키|내리|올리|떨어지)(?:지|면|니까|도록|는데|지만)|"
            + ".*(?:한테|에게|처럼|덕분에|때문에)|.+으로|.{3,}로|(?:행사|광고|세일)로|.*(?:하|되|있|없|않|시키)는|위해|위해서|통해|따라"
    )

    /// The words behind the last doubtful one; nil when there is none, or nothing behind it.
    private static func behindDoubtful(_ words: String) -> String? {
        let all = words.split(separator: " ")
        guard let last = all.dropLast().lastIndex(where: { doubt.fits(String($0)) }) else { return nil }
        return all[(last + 1)...].joined(separator: " ")
    }

    /// A Korean word without the particle that makes it an object, a topic or an owner; nil when it has none.
    ///
    /// 을 and 은 follow a final consonant, 를 and 는 a vowel: so 가을 and 마을 keep theirs.
    static func stem(_ word: String) -> String? {
        guard let last = word.last, "을를은는의".contains(last), word.count >= 2, !adnominal.fits(word) else { return nil }
        let stem = word.dropLast()
        guard let scalar = stem.unicodeScalars.last else { return nil }
        guard (0xAC00...0xD7A3).contains(scalar.value) else {
            return scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == ")"
                ? String(stem) : nil
        }
        let hasFinal = (scalar.value - 0xAC00) % 28 != 0
        switch last {
        case "을", "은": return hasFinal && stem.count >= 2 ? String(stem) : hasFinal ? String(stem) : nil
        case "를", "는": return hasFinal ? nil : String(stem)
        default: return stem.count >= 2 && !["주의", "회의", "정의"].contains(word) ? String(stem) : nil
        }
    }

    static let englishVerb = SentencePattern(
        whole:
            "sees|seeing|want|rank|ranks|ranking|raise|get|gets|getting|bring|push|move|rank|put|raise|improve|boost|help|make|lift|drive|take|promote|place|send|climb|grow|land|have"
    )
    static let fillers = SentencePattern(
        whole:
            "i|we|you|he|she|but|or|between|see|been|made|down|also|only|too|i'll|we'll|there's|"
            + "i|we|you|me|us|it|its|it's|i'd|i'm|we'd|my|our|the|a|an|this|that|please|pls|can|could|would|will|should|must|want|wants|need|needs|"
            + "like|love|to|into|onto|in|on|at|of|for|with|and|then|so|is|be|are|was|as|up|listing|listings|product|products|item|items|page|"
            + "ranking|rankings|ranked|position|positions|place|places|result|results|search|reach|reaches|reached|hit|hits|within|by|until|"
            + "from|using|use|used|total|at\\s+least|least|most|sure|just|now|currently|there|here|goal|target|deadline|budget|product:|"
            + "stay|stays|stand|stands|standing|appear|appears|show|shows|go|goes|"
            + "파는|판매하는|판매중인|올린|등록한|할|될|하면|되면|안에서|사이|사이로|사이에|최대|최소|유지|정말|진짜|"
            + "우리|내|저희|제|나의|저의|이|그|저|꼭|반드시|좀|제발|빨리|최대한|가능하면|일단|지금|현재|상품|제품|물건|상품명|제품명|상품은|제품은|상품명은|상품을|제품을|"
            + "순위|순위를|순위가|순위는|순위로|랭킹|랭킹을|검색|검색결과|노출|노출을|목표|목표는|목표로|기한|기한은|예산|예산은|안|안에|안으로|이내|이내로|내로|까지|"
            + "상위|상위로|상위에|및|그리고|또|정도|정도로|쯤|약|대략|으로|로|에|을|를|은|는|이|가|의|도|만|한|수준|수준으로|수준까지|해서|써서|들여서|들여|쓰고|써|걸로|것|게|수|있어|있는|이요|에요|있어요|있습니다|있음|가능|가능해|가능합니다|있게|있도록|있으면|"
            + "줘|주세요|주라|주실래요|줄래|해|해줘|해주세요|하자|합니다|하고|하면|합시다|부탁|부탁해|부탁해요|부탁드립니다|부탁드려요|좋겠어|좋겠어요|좋겠다|좋겠습니다|"
            + "싶어|싶어요|싶다|싶습니다|싶은데|원해|원해요|원합니다|바라|바라요|바랍니다|됐으면|되면|되게|되도록|돼|돼요|입니다|이야|이에요|예요|인데|이고|이며|인|야|요"
    )
    static let koreanVerb = SentencePattern(
        whole: "(?:끌어\\s*)?(?:올려|올리|올라|올릴|올린|띄워|띄우|밀어|보내|만들어|만들|노출시켜|노출되|노출해|노출하|진입시켜|진입하|진입|달성하|달성해|달성|"
            + "도달하|도달해|도달|들어가|들게|들도록|가게|가고|가도록|나오게|나오도록|보이게|보이도록|뜨게|뜨도록|오르게|오르도록|유지하|유지해|팔고|팔아|판매하|판매|원하|해주)"
            + "(?:줘|줘요|주세요|주라|주십시오|주실래요|줄래|줄래요|주면|주고|달라|달라고|봐|보자|놓아줘|놔줘|놔|놓고|두고|라|자|고|기|게|면|는|서|야|도록|지|지게|가게|오게|"
            + "시켜|시켜줘|시키고|싶어|싶어요|싶다|싶습니다|싶은|싶은데|해|해줘|해주세요|했으면|됐으면|되게|하게|하고|하기|하자|한다|합니다|합시다|해야|해야해|어야|어줘|려|려고|려면|리고|워|워줘|워주세요|우고|려줘|려주세요|"
            + "려고|들어줘|들어주세요)*(?:싶어|싶어요|싶다|해|해요|합니다|하자|야|해야)?"
    )
}
