// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Ranks: the one to reach, the present one, pages, and what is said of ranks without a number.
extension SentenceReader {
    private static let free = "(?<![A-Za-z0-9.,])"
    /// A minus stands at the number and not behind a word: a hyphen in a name is none.
    private static let minus = "(?:(?<![\\p{L}\\p{N}])-\\s?(?=\\d)|(?:마이너스|minus|negative)\\s*)?"
    private static let digits = "\\d[\\d,]*(?:\\.\\d+)?(?:\\s*(?:십만|백만|천만|만|억)(?=\\s*(?:위|등)))?"
    private static let number = "(?:\(minus)(?:\(digits)|[일이삼사오육칠팔구십백천]+만?))"
    private static let english = "(?:\(minus)(?:\(digits)|\(SentenceNumbers.englishWord)))"
    private static let ordinal =
        "(?:\\d{1,7}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)"
    /// What makes a number a rank, in English.
    private static let rankWord = "(?:rank|position|place|number|no\\.?|spot|#)"

    // MARK: What is no target

    /// Where it is now: 지금 120위, 50위에서, currently 120th, from #50.
    static let presentRank = SentencePattern(
        "(?:지금은?|현재는?|요즘은?|아직)\\s*(?:순위(?:가|는)?\\s*)?(\\d[\\d,]*)\\s*(?:위|등)(?:쯤|정도)?(?:인데|이고|에\\s*있는|에서|인|이야|입니다|이지만|예요|이에요)?|"
            + "(\\d[\\d,]*)\\s*(?:위|등)(?:쯤|정도)?(?:에서|인데|에\\s*있는)(?![가-힣])|"
            + "\\b(?:(?:is|it's|it\\s+is)\\s+)?(?:currently|now|presently)\\s+(?:(?:is|at|in|on|ranked|ranks)\\s+)?(?:the\\s+)?(?:rank|position|place|number|no\\.?|#)?\\s*#?(\\d[\\d,]*)(?:st|nd|rd|th)?(?:\\s+(?:place|position))?\\b|"
            + "\\bfrom\\s+(?:rank|position|place|number|no\\.?|#)?\\s*#?(\\d[\\d,]*)(?:st|nd|rd|th)?(?=\\s+(?:in)?to\\b|\\s+up\\b)|"
            + "\\b(?:is|it's|at|in)\\s+(?:at\\s+)?\(rankWord)\\s*#?(\\d[\\d,]*)(?:st|nd|rd|th)?\\s+(?:right\\s+)?(?:now|currently|at\\s+present)\\b"
    )
    /// So many places up: 10계단, up 10 places.
    static let relative = SentencePattern(
        "\(free)(\(number))\\s*(?:계단|단계|칸)(?:만|정도|이상|을|씩)?|"
            + "\(free)(\(number))\\s*위(?:만|정도|씩)?\\s*(?:상승|올려|올리|끌어|향상)[가-힣]*|"
            + "\\b(?:up|improve\\s+(?:it\\s+)?by|climb|gain|rise|jump)\\s+(?:by\\s+)?(\(english))\\s+(?:places?|ranks?|positions?|spots?)\\b|"
            + "\\bby\\s+(\(english))\\s+(?:places?|ranks?|positions?|spots?)\\b"
    )
    /// 상위 10% is no rank.
    static let share = SentencePattern("(?:상위|top)\\s*(\\d+(?:\\.\\d+)?)\\s*(?:%|퍼센트|프로|percent)(?:까지|로|안에|에)?")

    // MARK: Targets

    static let page = SentencePattern(
        "\(free)(?:(?<![가-힣])제\\s*)?(\\d{1,4}|(?<![가-힣])일|이|삼|한|두|세|첫|첫\\s*번째|두\\s*번째)\\s*(?:번째\\s*)?페이지(?:\\s*(?:안|내|이내))?(?:까지|에서|에|로|으로|를|은|는)?(?![가-힣]*\\s*(?:넘|밖))|"
            + "\\b(?:the\\s+)?page\\s+(\(english))\\b|\\b(?:the\\s+)?(\(ordinal))\\s+page\\b|\\bp\\.?\\s?(\\d{1,3})\\b(?!\\.)"
    )
    /// Which page it is on now says no rank.
    static let presentPage = SentencePattern(
        "\(free)\\d{1,4}\\s*페이지(?:에서|인데|에\\s*있는데?)(?=.*페이지)|\\bfrom\\s+page\\s+(?:\(english))(?=\\s+to\\b)"
    )
    static let top = SentencePattern(
        "(?:top|톱|탑)(?:-(?=\\d)|\\s*)(\(english)|\(number))(?:\\s*(?:위|등|개))?(?:\\s*(?:안|이내|내))?(?:까지|에|으로|로|을|를)?(?![가-힣A-Za-z0-9%])|"
            + "상위\\s*(\(number))\\s*(?:위|등|개|권)?(?:\\s*(?:안|이내|내))?(?:까지|에|으로|로|를|을)?(?![가-힣%\\d])|"
            + "\(free)(\(number))\\s*위권(?:\\s*(?:안|이내|내))?(?:까지|에|으로|로)?"
    )
    static let place = SentencePattern(
        "\(free)(\(number))\\s*(?:위(?!안(?![가-힣]))|등(?!급|분|록|산))(?:\\s*(?:안|이내|내|이상|권))?(?:까지|으로|로|에|이나|나|를|을|은|는|만|이|가)?(?![가-힣]*격)|"
            + "(?:순위|랭킹|rank)\\s*(?:을|를|은|는|:)?\\s*(\(minus)\(digits))(?:\\s*(?:으로|로|까지|안에))?(?![\\d가-힣%])|"
            + "(?<![A-Za-z0-9])#\\s?(\(minus)\(digits))(?![A-Za-z0-9])|"
            + "\\b(?:rank|position|place|number|no\\.?|spot)\\s*#?\\s*(\(english))(?![A-Za-z0-9])|"
            + "\\b(\(ordinal))\\s+(?:place|position|rank|spot)\\b|"
            + "\\b(?:ranked|rank|be|come|at|to)\\s+(\\d{1,7}(?:st|nd|rd|th))\\b|"
            + "\\b(?:ranked|rank|ranks|come|comes|be|finish)\\s+(\(ordinal))\\b"
    )
    static let first = SentencePattern(
        "(?:맨\\s*위|맨\\s*앞|최상단|제일\\s*위|가장\\s*위|꼭대기|최상위)(?:까지|으로|로|에)?|일등(?:으로|까지)?|"
            + "\\b(?:the\\s+)?(?:very\\s+top|top\\s+(?:spot|position|place|result)|first\\s+(?:result|spot))\\b|\\b(?:to|at|reach)\\s+the\\s+top\\b(?!\\s*(?:of\\s+)?\\d)"
    )
    static let vagueRank = SentencePattern(
        "상위권(?:까지|에|으로|로|을)?|상위\\s*노출(?:을|이|로|되게|시켜줘|시켜|해줘)?|상단(?:에|으로|까지)?(?:\\s*노출)?|앞쪽(?:으로|에|까지)?|높은\\s*순위(?:로|까지|를)?|더\\s*(?:위로|높이|높게)|(?:순위|랭킹)(?:를|을|가)?\\s*(?:좀\\s*)?(?:올려|올리|높여|높이|개선|향상|끌어\\s*올)[가-힣]*|"
            + "\\bas\\s+high\\s+as\\s+possible\\b|\\bhigher\\b|\\bbetter\\s+rank(?:ing)?\\b|\\bhigh(?:er)?\\s+(?:up|rank(?:ing)?)\\b|\\bnear\\s+the\\s+top\\b|\\btop\\s+results\\b"
    )

    /// Where it is and where it shall be: from 50 to 10.
    static let fromTo = SentencePattern(
        "\\bfrom\\s+(?:rank|position|place|number|no\\.?|#)?\\s*#?(\\d[\\d,]*)(?:st|nd|rd|th)?\\s+(?:in)?to\\s+(?:rank|position|place|number|no\\.?)?\\s*#?(\\d[\\d,]*)(?:st|nd|rd|th)?\\b(?!\\s*%)"
    )

    // MARK: What no target can be

    /// Two ranks with everything between: 10~20위, between rank 10 and 20, top 5 to 10.
    static let between = SentencePattern(
        "\(free)(\(number))\\s*(?:위|등)?\\s*[~-]\\s*(\(number))\\s*(?:위|등)(?:\\s*(?:사이|권|안|이내))?(?:까지|으로|로|에)?|"
            + "\(free)(\(number))\\s*(?:위|등)(?:에서|부터|와|과)\\s*(\(number))\\s*(?:위|등)(?:까지)?\\s*(?:의\\s*)?사이(?:로|에)?|"
            + "\\bbetween\\s+(?:the\\s+)?(?:(?:top|ranks?|positions?|places?|numbers?|spots?)\\s*|#)(\\d{1,7})(?:st|nd|rd|th)?\\s+(?:and|to)\\s+#?(\\d{1,7})(?:st|nd|rd|th)?\\b|"
            + "\\b(?:(?:top|ranks?|positions?|places?|spots?)\\s*|#)(\\d{1,7})(?:st|nd|rd|th)?\\s*(?:-|~|\\bto\\b|\\bor\\b|\\bthrough\\b)\\s*#?(\\d{1,7})(?:st|nd|rd|th)?\\b(?!\\s*(?:%|hours?|days?|weeks?|months?|dollars?|won|krw|usd))"
    )
    /// Out of it, or below it: 20위 밖으로, outside the top 20.
    static let outside = SentencePattern(
        "\(free)(?:\(number))\\s*(?:위|등)(?:권)?\\s*(?:밖|바깥|밑|아래|이하|미만|뒤)(?:쪽)?(?:으로|로|에|에서|까지)?(?:는|은|도)?(?:\\s*(?:떨어|밀려|밀리|내려|빠|나가|벗어|처지|추락)[가-힣]*(?:\\s*(?:않|말|못|마|안)[가-힣]*)?(?:\\s*(?:해|유지)[가-힣]*)?)?|"
            + "\(free)(?:\(number))\\s*(?:위|등)(?:로|으로|까지|에)\\s*(?:내려|낮춰|떨어뜨려|끌어내려)[가-힣]*|"
            + "\\b(?:(?:fall|falling|drop|dropping|slip|slipping|slide|sliding|go|get|move|be|keep|stay|push)\\s+)?(?:out\\s+of|outside(?:\\s+of)?|below|beneath|beyond|behind|lower\\s+than|worse\\s+than|past|under)\\s+(?:the\\s+)?(?:top|\(rankWord))\\s*#?\\s*\(english)(?![A-Za-z0-9])"
    )
    /// Which rank it has, as a question.
    static let whichRank = SentencePattern("(?:지금\\s*|현재\\s*)?몇\\s*(?:위|등|페이지)[가-힣]*|\\bwhat\\s+rank\\b")

    mutating func readRanks() {
        for match in text.matches(Self.whichRank) { ignore(match.range) }
        for match in text.matches(Self.between) {
            let ranks = match.texts.dropFirst().compactMap(\.self).compactMap(Self.ordinalValue).filter(
                Self.ranks.contains
            )
            ask(.target, .several, in: match.range, proposals: ranks.map(String.init))
        }
        for match in text.matches(Self.outside) { ask(.target, .downwards, in: match.range) }
        for match in text.matches(Self.fromTo) {
            guard let present = match[1].flatMap(SentenceNumbers.whole),
                let target = match[2].flatMap(Self.ordinalValue),
                Self.ranks.contains(target)
            else { continue }
            note(.presentRank, String(present), words: text.words(match.range))
            found(.target, String(target), in: match.range)
        }
        for match in text.matches(Self.presentRank) {
            guard let words = Self.group(match), let rank = SentenceNumbers.whole(words) else { continue }
            found(.presentRank, String(rank), in: match.range)
        }
        for match in text.matches(Self.share) { ask(.target, .vague, in: match.range) }
        for match in text.matches(Self.relative) { ask(.target, .relative, in: match.range) }
        for match in text.matches(Self.presentPage) {
            unread.append(text.words(match.range))
            text.strike(match.range)
        }
        for match in text.matches(Self.page) { readPage(match) }
        for pattern in [Self.top, Self.place] {
            for match in text.matches(pattern) { readTarget(match) }
        }
        for match in text.matches(Self.first) { found(.target, "1", in: match.range) }
        for match in text.matches(Self.vagueRank) {
            if isOpen(.target) { ask(.target, .vague, in: match.range) } else { text.strike(match.range) }
        }
    }

    private mutating func readPage(_ match: SentenceText.Match) {
        guard let words = Self.group(match), let number = Self.ordinalValue(words) else { return }
        guard (1...1_000).contains(number) else { return ask(.target, .outOfRange, in: match.range) }
        // How many places a page shows is the shopper's choice and the market's.
        ask(.target, .pageSize, in: match.range, proposals: [20, 40].map { String($0 * number) })
    }

    private mutating func readTarget(_ match: SentenceText.Match) {
        guard let words = Self.group(match), Self.isNumber(words) else { return }
        guard let rank = Self.ordinalValue(words), Self.ranks.contains(rank) else {
            return ask(.target, .outOfRange, in: match.range)
        }
        found(.target, String(rank), in: match.range)
    }

    /// The first group that took part.
    static func group(_ match: SentenceText.Match) -> String? {
        match.texts.dropFirst().compactMap(\.self).first
    }

    /// The ranks that a goal of a sentence can have: down to the depth that a goal file has by itself.
    static let ranks = 1...1_000

    private static func isNumber(_ text: String) -> Bool {
        text.contains(where: \.isNumber) || ordinalValue(text) != nil
    }

    /// A whole number, or one behind which st, nd, 번째 and the like stand; nil for anything else.
    static func ordinalValue(_ text: String) -> Int? {
        var text = text.lowercased().trimmingCharacters(in: .whitespaces)
        for ending in ["st", "nd", "rd", "th"] where text.hasSuffix(ending) && text.first?.isNumber == true {
            text = String(text.dropLast(2))
        }
        if text.hasSuffix("번째") { text = String(text.dropLast(2)).trimmingCharacters(in: .whitespaces) }
        return SentenceNumbers.whole(text)
    }
}
