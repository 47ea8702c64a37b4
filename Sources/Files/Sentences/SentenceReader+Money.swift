// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Amounts of money: the budget, a price, and amounts that do not say what they are.
extension SentenceReader {
    private static let korean = "(?:\\d[\\d,]*(?:\\.\\d+)?|[일이삼사오육칠팔구십백천]+)"
    private static let minus = "(?:(?<![\\p{L}\\p{N}])-\\s?|(?:마이너스|minus)\\s*)?"
    private static let scale = "(?:천만|백만|십만|만|억|천)"
    private static let currencyName =
        "won|krw|usd|us\\s+dollars?|dollars?|bucks|eur|euros?|jpy|yen|달러|유로|엔"
    /// Currencies that Dure does not keep accounts in.
    private static let otherCurrency = "위안|파운드|루피|페소|gbp|cny|rmb|yuan|pounds?|aud|cad|baht|rupees?|pesos?"
    private static let amount =
        "(?:(\(minus))(?:₩\\s*(-?\\d[\\d,]*(?:\\.\\d+)?)\\s*(\(scale)|[km](?![A-Za-z]))?(?:\\s*원)?"
        + "|(?<![A-Za-z0-9.,])((?:\(korean)\\s*억\\s*)?(?:\(korean)\\s*(?:천만|백만|십만|만)\\s*)?(?:\(korean)\\s*천?)?)\\s*원(?!룸|두|목|피|단|형|통|석)"
        + "|(?<![A-Za-z0-9.,])((?:\(korean)\\s*억\\s*)?\(korean)\\s*(?:천만|백만|십만|만)|\(korean)\\s*억)(?![가-힣]*\\s*(?:명|개|건|회|번|장|위))"
        + "|(?:\\bus\\s*)?([$€¥£₹]|\\b(?:krw|usd|eur|jpy|gbp|cny|rmb)\\b)\\s*(-?\\d[\\d,]*(?:\\.\\d+)?)\\s*(k|m|thousand|million)?(?![A-Za-z0-9])"
        + "|(?<![A-Za-z0-9.,])(\\d[\\d,]*(?:\\.\\d+)?|\(SentenceNumbers.englishWord))\\s*(k|m|hundred|thousand|million)?\\s*(\(currencyName)|\(otherCurrency))(?![A-Za-z])))"
    /// What says that it is the greatest amount: don't spend more than, never go over.
    private static let atMost =
        "(?:(?:don't|do\\s+not|never|not|without)\\s+(?:\\w+\\s+)?(?:more\\s+than|over|above|beyond|exceed(?:ing)?)|(?:don't|do\\s+not|never|not\\s+to|without)\\s+exceed(?:ing)?|(?:spend(?:ing)?\\s+)?(?:no\\s+more\\s+than|at\\s+most|(?<!no\\s)less\\s+than|up\\s+to)|많아야|아무리\\s*많아도)"
    /// What says that it is the least amount, or no bound of it.
    private static let atLeast =
        "(?:at\\s+least|no\\s+less\\s+than|more\\s+than|over|above|a\\s+minimum\\s+of|minimum|최소|적어도)"
    private static let before =
        "(?:(?:(총|최대|전체|하루|일|월|주|매일|주간|월간|일일)\\s*)?((?:광고\\s*)?(?:예산|비용|광고비|한도|마케팅비|budget|spend(?:ing)?|cost)(?:s|은|는|이|가|을|를|으로)?\\s*(?:of|is|:|=|at|up\\s+to|to)?\\s*(?:최대|총|up\\s+to|\(atMost)|\(atLeast))?|"
        + "가격(?:은|이)?|판매가(?:는|가)?|정가(?:는)?|단가(?:는)?|price[ds]?\\s*(?:at|of|is|:)?|costing|sells?\\s+(?:for|at)|하루(?:에)?|일\\s*예산(?:은)?|매일|매주|매달|월|주당|한\\s*달에|일주일에|"
        + "\(atMost)|\(atLeast)|for|with|under|within|max(?:imum)?(?:\\s+of)?|using)\\s*(?:a\\s+|an\\s+)?)?(?:최대\\s*|\(atMost)\\s+)?"
    /// What says behind an amount that more must not be spent: 넘기지 말고.
    private static let noMore =
        "\\s*(?:을|를|은|는)?\\s*(?:절대(?:로)?\\s*)?(?:(?:이상|넘게|초과해서?|보다\\s*더)(?:은|는)?\\s*)?(?:넘기|넘|초과하|쓰|사용하|들이|초과)(?:지\\s*(?:는\\s*)?(?:말|마|않|못|안)|면\\s*안)[가-힣]*(?:\\s*(?:돼|됨|되|줘|주세요|해)[가-힣]*)?"
    private static let after =
        "(\(noMore)|\\s*(?:씩|짜리|대의|대|이하로|이하|이상|이내로|이내에서|이내|안에서|안으로|안에|내에서|내로|한도로|한도에서|한도|까지만|까지|으로|로|만|를|을|정도로|정도|쓸|쓰고|써서|들여서|들여|투자해서|투자|"
        + "(?:의\\s*)?예산(?:으로)?(?!\\s*(?:은|는|이|:)?\\s*[\\d₩$€])|와|과|랑|하고|\\s*(?:per|a|each|every)\\s+(?:day|week|month)|/\\s*(?:day|week|month|일|주|월)|\\s+daily|\\s+(?:total\\s+)?(?:budget|in\\s+total|at\\s+most|max(?:imum)?|or\\s+less|to\\s+spend)))*"
    static let money = SentencePattern(before + amount + after)
    static let anyAmount = SentencePattern(amount)
    /// Two amounts with everything between.
    static let moneyRange = SentencePattern(
        "(?:between\\s+)?\(before)(?:\(amount)|\\d[\\d,.]*)\\s*(?:~|-|에서|부터|\\bto\\b|\\band\\b)\\s*\(amount)\\s*(?:사이)?\(after)"
    )
    /// A budget in a bare number.
    static let bareBudget = SentencePattern(
        "(?:예산|budget)(?:은|는|이|을|를)?\\s*(?:of|is|:|=)?\\s*(\(minus)\\d[\\d,]*(?:\\.\\d+)?)(?![\\d%]|\\s*(?:일|주|개|days?|weeks?))"
    )
    /// A sum with a currency that is not known here.
    static let foreign = SentencePattern("[£₹]|\(otherCurrency)|\\b(?:gbp|cny|rmb)\\b")

    static let leastWord = SentencePattern("\(atLeast)|이상")
    static let mostWord = SentencePattern("\(atMost)|\(noMore)")

    private static let priceName = "(?:(?:판매\\s*)?가격|판매가|정가|단가|할인가|값)"
    /// A least or greatest price.
    static let priceBound = SentencePattern(
        "(?:\(priceName)(?:은|는|이|가|을|를)?\\s*)?(?:최소\\s*|최저\\s*)?\(amount)\\s*(?:보다\\s*)?(?:밑|아래|미만|이하|이상|넘게|싸게|낮게|비싸게)(?:으로|로|에)?(?:는|은)?\\s*(?:절대(?:로)?\\s*)?(?:내리|낮추|팔|떨어뜨리|떨어지|내려가|할인하|올리|가)(?:지|면)(?:는|도)?\\s*(?:말|마|않|못|안)[가-힣]*(?:\\s*(?:줘|주세요|돼|됨|되|해)[가-힣]*)?|"
            + "\(priceName)(?:은|는|이|가|을|를)?\\s*(?:최소|최저|적어도|최대)\\s*\(amount)(?:\\s*(?:이상|이하|선|은|는|으로|로|을|를)?\\s*(?:유지|보장|지켜|받)[가-힣]*)?|"
            + "(?:최저가|최저\\s*가격|최소\\s*가격|하한가|가격\\s*하한|상한가|가격\\s*상한)(?:은|는|이|가|을|를|:)?\\s*\(amount)(?:\\s*(?:이상|으로|로|을|를)?\\s*(?:유지|보장|지켜)[가-힣]*)?|"
            + "\(priceName)(?:은|는|이|가|을|를)?\\s*\(amount)\\s*(?:이상|이하|미만|밑|아래)(?:으로|로|만)?(?:\\s*유지[가-힣]*)?|"
            + "(?:(?:don't|do\\s+not|never|without|not)\\s+)?(?:\\b(?:let|letting|drop|dropping|lower|lowering|cut|cutting|reduce|reducing|keep|keeping|hold|holding|price|pricing|sell|selling|discount|discounting)\\s+(?:(?:it|the|its|my|our|price|fall|drop|dip|go|be|stay|at|to)\\s+)*|\\b(?:the\\s+)?price\\s+(?:(?:must|should|may|can|not|never|be|fall|drop|go|stay|stays|is|at)\\s+)*)"
            + "(?:below|under|beneath|above|over|less\\s+than|more\\s+than|lower\\s+than|no\\s+lower\\s+than|no\\s+less\\s+than|at\\s+least|at\\s+or\\s+above)\\s+\(amount)|\\b(?:minimum|least|lowest|floor|maximum)\\s+price\\s*(?:of|is|:|at)?\\s*\(amount)"
    )

    static let budgetWord = SentencePattern(
        "(?:예산|비용|광고비|마케팅비|한도|budget|spend|쓰고|쓸|써서|들여|투자|in\\s+total|at\\s+most|max|no\\s+more|less\\s+than|or\\s+less|up\\s+to|under|within|with|using|이하|이내|안에서|내에서|내로|안으로|까지|으로|로)"
    )
    static let priceWord = SentencePattern("(?:가격|판매가|정가|단가|짜리|price|costing|sells?\\s+)")
    static let priceRange = SentencePattern("^\\s*대(?:의)?\\s*$")
    static let periodWord = SentencePattern(
        "(?:하루|일일|주간|월간|(?:일|월|주)\\s*(?:광고\\s*)?예산|매일|매주|매달|월|주당|한\\s*달에|일주일에|씩|(?:per|a|each|every)\\s+(?:day|week|month)|/\\s*(?:day|week|month|일|주|월)|daily)"
    )
    static let vagueBudget = SentencePattern(
        "(?:예산은?|비용은?)\\s*(?:적당히|적당하게|알아서|최소한으로|최소로|조금|무제한|상관\\s*없[가-힣]*|넉넉[가-힣]*)|(?:최대한\\s*)?(?:싸게|저렴하게|적은\\s*(?:예산|비용)(?:으로)?)|"
            + "\\b(?:a\\s+)?(?:small|reasonable|low|big|large|unlimited|minimal|tiny)\\s+budget\\b|\\bas\\s+cheap(?:ly)?\\s+as\\s+possible\\b|\\bcheaply\\b"
    )

    /// What tells the price from the budget in such a bound: keep it under $50 is either.
    static let priceTalk = SentencePattern("[가-힣]|pric|sell|discount|drop|lower|cut|reduc")

    mutating func readMoney() {
        for match in text.matches(Self.priceBound) where Self.priceTalk.fits(text.words(match.range)) {
            ask(.price, .bound, in: match.range)
        }
        for match in text.matches(Self.moneyRange) { ask(.budget, .several, in: match.range) }
        for match in text.matches(Self.money) { readMoney(match) }
        for match in text.matches(Self.bareBudget) { ask(.budget, .currency, in: match.range) }
        for match in text.matches(Self.vagueBudget) {
            if isOpen(.budget) { ask(.budget, .vague, in: match.range) } else { text.strike(match.range) }
        }
    }

    private mutating func readMoney(_ match: SentenceText.Match) {
        let whole = text.original.substring(with: match.range) as NSString
        guard let inner = Self.anyAmount.matches(in: whole).first, let range = inner.first.flatMap(\.self) else {
            return
        }
        let groups = inner.map { $0.map { whole.substring(with: $0) } }
        let before = whole.substring(to: range.location)
        let after = whole.substring(from: NSMaxRange(range))
        let isPriced = Self.priceWord.fits(before) || Self.priceWord.fits(after)
        if Self.foreign.fits(whole.substring(with: range)) {
            return ask(isPriced ? .price : .budget, .currency, in: match.range)
        }
        guard let (units, currency) = Self.amount(groups) else {
            // What looks like an amount and is none is never dropped; a word such as 원 alone is not one.
            guard whole.substring(with: range).contains(where: \.isNumber) else { return }
            return ask(isPriced ? .price : .budget, .outOfRange, in: match.range)
        }
        if Self.priceRange.fits(after) {
            // "3만원대" names a class of prices, not one.
            unread.append(text.words(match.range))
            return text.strike(match.range)
        }
        let isPrice =
            isPriced || !Self.budgetWord.fits(before) && isOfThing(match, after: after)
        if isPrice {
            if let currency { found(.price, "\(Self.written(units, currency)) \(currency.rawValue)", in: match.range) }
            return
        }
        guard units > 0 else { return ask(.budget, .outOfRange, in: match.range) }
        let proposal = Self.written(units, currency ?? .krw) + " " + (currency ?? .krw).rawValue
        if Self.periodWord.fits(before) || Self.periodWord.fits(after) {
            ask(.budget, .perPeriod, in: match.range)
        } else if currency == nil {
            ask(.budget, .currency, in: match.range, proposals: [proposal])
        } else if !Self.mostWord.fits(before), !Self.mostWord.fits(after),
            Self.leastWord.fits(before) || Self.leastWord.fits(after)
        {
            ask(.budget, .whichMoney, in: match.range, proposals: [proposal])
        } else if Self.mostWord.fits(before) || Self.mostWord.fits(after) || Self.budgetWord.fits(before)
            || Self.budgetWord.fits(after)
        {
            found(.budget, proposal, in: match.range)
        } else {
            ask(.budget, .whichMoney, in: match.range, proposals: [proposal])
        }
    }

    /// Whether a thing follows at once: 39,000원 텀블러 is a price.
    private func isOfThing(_ match: SentenceText.Match, after: String) -> Bool {
        guard after.trimmingCharacters(in: .whitespaces).isEmpty else { return false }
        let rest = text.rest.substring(from: NSMaxRange(match.range)) as NSString
        guard let next = Self.nextThing.matches(in: rest).first?.first.flatMap(\.self) else { return false }
        let word = rest.substring(with: next).trimmingCharacters(in: .whitespaces)
        return !Self.fillers.fits(word) && !Self.koreanVerb.fits(word)
    }

    static let nextThing = SentencePattern("^\\s+[가-힣A-Za-z][가-힣A-Za-z0-9]*")

    /// Minor units and currency of an amount's groups; no currency where none is said.
    private static func amount(_ groups: [String?]) -> (Int64, Currency?)? {
        func group(_ index: Int) -> String? { groups.indices.contains(index) ? groups[index] : nil }
        let isNegative = group(1)?.isEmpty == false || group(2)?.first == "-" || group(7)?.first == "-"
        guard !isNegative else { return nil }
        if let won = group(2) { return units(won, group(3), .krw) }
        if let won = group(4) { return koreanAmount(won).map { ($0, .krw) } }
        if let bare = group(5) { return koreanAmount(bare).map { ($0, nil) } }
        if let sign = group(6)?.lowercased(), let number = group(7) {
            return units(number, group(8), currency(sign))
        }
        guard let number = group(9), let name = group(11)?.lowercased() else { return nil }
        return units(number, group(10), currency(name))
    }

    private static func currency(_ name: String) -> Currency {
        switch name {
        case "won", "krw": .krw
        case "€", "eur", "euro", "euros", "유로": .eur
        case "¥", "jpy", "yen", "엔": .jpy
        default: .usd
        }
    }

    private static let scales: [String: Double] = [
        "k": 1e3, "hundred": 1e2, "thousand": 1e3, "m": 1e6, "million": 1e6, "천": 1e3, "만": 1e4, "십만": 1e5, "백만": 1e6,
        "천만": 1e7,
        "억": 1e8,
    ]

    private static func units(_ number: String, _ scale: String?, _ currency: Currency) -> (Int64, Currency?)? {
        guard let value = SentenceNumbers.value(number) else { return nil }
        let minor = (0..<currency.fractionDigits).reduce(1.0) { value, _ in value * 10 }
        let total = value * (scale.flatMap { scales[$0.lowercased()] } ?? 1) * minor
        guard total < 1e15, let units = Int64(exactly: total.rounded()), (total - total.rounded()).magnitude < 1e-6
        else {
            return nil
        }
        return (units, currency)
    }

    static let koreanParts = SentencePattern(
        "^(?:(\(korean))\\s*억\\s*)?(?:(\(korean))\\s*(천만|백만|십만|만)\\s*)?(?:(\(korean))\\s*(천)?)?$"
    )

    /// An amount such as 1억 5천만, 50만 or 오십만.
    private static func koreanAmount(_ text: String) -> Int64? {
        let text = text.trimmingCharacters(in: .whitespaces) as NSString
        guard text.length > 0, let groups = koreanParts.matches(in: text).first else { return nil }
        let parts = groups.map { $0.map { text.substring(with: $0) } }
        var total = 0.0
        if let hundredMillions = parts[1] {
            guard let value = SentenceNumbers.value(hundredMillions) else { return nil }
            total += value * 1e8
        }
        if let tenThousands = parts[2] {
            guard let value = SentenceNumbers.value(tenThousands), let scale = parts[3].flatMap({ scales[$0] }) else {
                return nil
            }
            total += value * scale
        }
        if let ones = parts[4] {
            guard let value = SentenceNumbers.value(ones) else { return nil }
            total += value * (parts[5] == nil ? 1 : 1_000)
        }
        return total < 1e15 ? Int64(exactly: total) : nil
    }

    /// The amount as a goal file has it, without the currency.
    private static func written(_ units: Int64, _ currency: Currency) -> String {
        guard currency.fractionDigits > 0 else { return String(units) }
        let cents = units % 100
        return cents == 0 ? String(units / 100) : "\(units / 100)." + (cents < 10 ? "0\(cents)" : "\(cents)")
    }
}
