// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Addresses, quotations, markets, keywords, and the product: what is left when everything else was read.
extension SentenceReader {
    // MARK: Addresses

    static let address = SentencePattern(
        "(?:https?://|www\\.)[^\\s<>\"'\\x{1}]+|\\b[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.(?:naver|coupang)\\.com/[^\\s<>\"'\\x{1}]+"
    )
    /// Particles that Korean writes without a space behind an address, and marks that end a sentence.
    static let addressTail = SentencePattern("(?:을|를|은|는|의|에|이|가)?[.,;:!?)\\]]*$")
    static let productNumber = SentencePattern("/(?:products|catalog|product)/(\\d{1,20})")

    mutating func readAddresses() {
        for match in text.matches(Self.address) {
            var range = match.range
            let words = text.original.substring(with: range)
            if let tail = Self.addressTail.matches(in: words as NSString).first?.first.flatMap(\.self) {
                range.length = tail.location
            }
            let written = text.original.substring(with: range)
            let url = written.lowercased().hasPrefix("http") ? written : "https://" + written
            guard let host = URL(string: url)?.host()?.lowercased(), host.contains(".") else { continue }
            found(.url, url, in: withTail(range))
            if let market = Self.market(ofHost: host) {
                let number = Self.productNumber.matches(in: url as NSString).first?[1]
                note(.marketplace, market.rawValue, words: host)
                if let number { note(.productID, (url as NSString).substring(with: number), words: written) }
            }
        }
    }

    private static func market(ofHost host: String) -> Marketplace? {
        func isIn(_ domain: String) -> Bool { host == domain || host.hasSuffix("." + domain) }
        if isIn("naver.com") || isIn("naver.me") { return .naver }
        return isIn("coupang.com") ? .coupang : nil
    }

    // MARK: Quotations

    static let quotation = SentencePattern(
        "\"([^\"\\x{1}]{1,120})\"|(?<![\\p{L}\\p{N}])'([^'\\x{1}]{1,120})'(?![A-Za-z0-9])"
    )

    mutating func readQuotations() {
        for match in text.matches(Self.quotation) {
            guard let inner = match.groups.dropFirst().compactMap(\.self).first else { continue }
            quotations.append(inner)
            text.strike(match.range, with: SentenceText.quoted)
        }
    }

    /// The words of the quotation that lies in a range; nil when there is none.
    private func quotation(in range: NSRange) -> String? {
        quotations.first { NSIntersectionRange($0, range).length == $0.length }.map { text.words($0) }
    }

    // MARK: What Dure refuses

    static let refusals = SentencePattern(
        "(?:가짜|허위|조작|가구매|자작)\\s*(?:리뷰|후기|클릭|방문|주문|구매|트래픽)?|(?:트래픽|슬롯|클릭|리뷰|후기|찜)\\s*(?:작업|구매|알바|프로그램|어뷰징)|"
            + "빈\\s*박스|어뷰징|매크로|"
            + "\\b(?:fake|bought|paid|bot)\\s+(?:reviews?|clicks?|visits?|orders?|traffic)|"
            + "\\bbuy(?:ing)?\\s+(?:reviews?|clicks?|traffic)|\\bclick\\s*(?:farm|bots?)\\w*|\\bbot\\s*net"
    )

    mutating func readRefusals() {
        for match in text.matches(Self.refusals) {
            refused.append(text.words(match.range))
            text.strike(match.range)
        }
    }

    // MARK: Markets

    static let naver = SentencePattern(
        "네이버\\s*(?:쇼핑|스마트\\s*스토어|스토어)?|스마트\\s*스토어|\\bnaver(?:\\s+(?:shopping|smart\\s*store))?\\b|\\bsmart\\s*store\\b"
    )
    static let coupang = SentencePattern("쿠팡|\\bcoupang\\b")
    static let simulated = SentencePattern(
        "(?:가상|모의|시뮬레이션)\\s*(?:시장|마켓)?|\\bsimulated\\s*(?:market(?:place)?)?\\b|\\bsimulation\\b"
    )
    static let otherMarkets = SentencePattern(
        "11\\s*번가|[gG지]\\s*마켓|옥션|위메프|티몬|무신사|에이블리|지그재그|오늘의\\s*집|롯데온|[sS쓱]{2}[gG]?닷컴|아마존|이베이|쇼피|큐텐|라쿠텐|알리익스프레스|"
            + "\\b(?:amazon|ebay|etsy|shopee|lazada|qoo10|rakuten|walmart|gmarket|11st|musinsa|aliexpress)\\b"
    )
    private static let marketTail = "\\s*(?:에서의|에서는|에서|에다가|에다|에|의|상에서|상)?(?![가-힣])"

    mutating func readMarkets() {
        for (pattern, market) in [
            (Self.naver, Marketplace.naver), (Self.coupang, .coupang), (Self.simulated, .simulated),
        ] {
            for match in text.matches(pattern) { found(.marketplace, market.rawValue, in: withTail(match.range)) }
        }
        for match in text.matches(Self.otherMarkets) {
            ask(.marketplace, .unknownMarket, in: withTail(match.range))
        }
    }

    static let particle = SentencePattern("^(?:와|과|랑|에서의|에서는|에서|에다가|에다|에|의|상에서|으로|로|를|을|는|은)(?![가-힣])")

    /// A range with the particle that is written right behind it.
    func withTail(_ range: NSRange) -> NSRange {
        let start = NSMaxRange(range)
        let after = text.rest.substring(from: start) as NSString
        guard let tail = Self.particle.matches(in: after).first?.first.flatMap(\.self) else { return range }
        return NSRange(location: range.location, length: range.length + tail.length)
    }

    // MARK: Keywords

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
                readKeywordList(words, whole: match.range)
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

    // MARK: The product

    mutating func readProduct() {
        let named = quotedProducts()
        if named.count == 1, let only = named.first {
            found(.product, only.text, in: only.range)
        } else if named.count > 1 {
            ask(.product, .several, about: named)
        } else {
            return readProductFromRest()
        }
        noteUnread(phrases())
    }

    /// The quotations that no keyword took, with their marks and the particle behind.
    private func quotedProducts() -> [Phrase] {
        let rest = text.rest as String as NSString
        let left = quotations.filter { rest.substring(with: $0).allSatisfy { $0 == SentenceText.quoted } }
        return left.map { inner in
            let whole = NSRange(location: max(inner.location - 1, 0), length: inner.length + 2)
            let range = NSIntersectionRange(whole, NSRange(location: 0, length: rest.length))
            return Phrase(text: text.words(inner), range: withTail(range), isMarked: true)
        }
    }

    private mutating func readProductFromRest() {
        let all = phrases()
        var marked: [Phrase] = []
        for phrase in all where phrase.isMarked && !marked.contains(where: { $0.text == phrase.text }) {
            marked.append(phrase)
        }
        let named = all.filter { !Self.politeEnd.fits($0.text) }
        let chosen = marked.count == 1 ? marked.first : named.count == 1 ? named.first : nil
        guard let chosen else {
            let candidates = marked.isEmpty ? named : marked
            if !candidates.isEmpty { ask(.product, .several, about: candidates) }
            return noteUnread(all.filter { phrase in !candidates.contains { $0.range == phrase.range } })
        }
        if !hasRead {
            // Words alone may be anything.
            ask(.product, .isProduct, about: [chosen])
        } else if !chosen.isMarked, let stem = Self.subject(chosen.text), Self.comesUp.fits(text.original as String) {
            // 고양이 and 감귤이 look the same: only one of them has a particle.
            let range = chosen.range
            ask(
                .product,
                .several,
                about: [
                    Phrase(text: stem, range: range, isMarked: false),
                    Phrase(text: chosen.text, range: range, isMarked: false),
                ]
            )
        } else {
            found(.product, chosen.text, in: chosen.range)
        }
        noteUnread(all.filter { $0.range != chosen.range && $0.text != chosen.text })
    }

    /// Words that end so are a request, not a name.
    static let politeEnd = SentencePattern("(?:주세요|줘|세요|습니다|어요|아요|해요|까요|네요|군요|는데요)$")
    /// A verb whose subject the product would be.
    static let comesUp = SentencePattern("나오게|나오도록|들어가|들게|들도록|오르게|오르도록|올라가|보이게|보이도록|뜨게|되게|되도록|노출되|됐으면")

    /// A text without the 이 or 가 at its end that may be a particle; nil without one.
    private static func subject(_ text: String) -> String? {
        guard let last = text.last, last == "이" || last == "가", text.count >= 2 else { return nil }
        let stem = text.dropLast()
        guard let scalar = stem.unicodeScalars.last else { return nil }
        guard (0xAC00...0xD7A3).contains(scalar.value) else { return String(stem) }
        let hasFinal = (scalar.value - 0xAC00) % 28 != 0
        return hasFinal == (last == "이") ? String(stem) : nil
    }

    private mutating func noteUnread(_ phrases: [Phrase]) {
        unread += phrases.map { text.words($0.range) }
    }

    /// Words that stand together and that no rule has read.
    struct Phrase {
        var text: String
        var range: NSRange
        /// Whether a particle or a verb says that this is what the sentence is about.
        var isMarked: Bool
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
            parts[parts.count - 1].append(range)
            if Self.stem(text.original.substring(with: range)) != nil { parts.append([]) }
        }
        return parts.filter { !$0.isEmpty }
    }

    private func phrase(_ run: [NSRange]) -> Phrase? {
        var run = run[...]
        var isAfterVerb = false
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
        return Phrase(text: words, range: range, isMarked: stem != nil || isAfterVerb)
    }

    private func bare(_ range: NSRange) -> String {
        text.original.substring(with: range).trimmingCharacters(in: .init(charactersIn: ".:()[]\"'-"))
    }

    private func isFiller(_ range: NSRange) -> Bool {
        let word = bare(range)
        return word.isEmpty || Self.fillers.fits(word) || Self.koreanVerb.fits(word) || Self.englishVerb.fits(word)
    }

    /// A Korean word without the particle that makes it an object, a topic or an owner; nil when it has none.
    ///
    /// 을 and 은 follow a final consonant, 를 and 는 a vowel: so 가을 and 마을 keep theirs.
    static func stem(_ word: String) -> String? {
        guard let last = word.last, "을를은는의".contains(last), word.count >= 2 else { return nil }
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
            "get|gets|getting|bring|push|move|rank|put|raise|improve|boost|help|make|lift|drive|take|promote|place|send|climb|grow|land|have"
    )
    static let fillers = SentencePattern(
        whole:
            "i|we|you|me|us|it|its|it's|i'd|i'm|we'd|my|our|the|a|an|this|that|please|pls|can|could|would|will|should|must|want|wants|need|needs|"
            + "like|love|to|into|onto|in|on|at|of|for|with|and|then|so|is|be|are|was|as|up|listing|listings|product|products|item|items|page|"
            + "ranking|rankings|ranked|position|positions|place|places|result|results|search|reach|reaches|reached|hit|hits|within|by|until|"
            + "from|using|use|used|total|at\\s+least|least|most|sure|just|now|currently|there|here|goal|target|deadline|budget|product:|"
            + "stay|stays|stand|stands|standing|appear|appears|show|shows|go|goes|"
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
