// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What Dure refuses: wishes for imitated shoppers, bought or arranged reviews, clicks and orders, and harm to others.
///
/// A wish is what is said to be made (a signal such as reviews or clicks) together with how: by money, by people who are told to, by programs. Neither
/// half alone is one, so that a click pen and a review notebook are products. What is said not to be done is no wish.
extension SentenceReader {
    // MARK: Korean

    /// What shoppers think of a product.
    private static let opinion = "(?:리뷰|후기|구매평|상품평|고객평|이용평|사용평|평점|별점|별\\s*다섯|댓글|추천수|좋아요|알림받기|팔로워|서평)"
    /// What shoppers do.
    private static let traffic = "(?:찜(?!닭|기|통|질|갈비)|장바구니|클릭|방문자?|유입|트래픽|조회수?|검색량|체류\\s*시간|슬롯)"
    private static let order = "(?:(?:가|셀프|맞)?구매|주문(?!\\s*제작)|판매량|판매\\s*실적|판매\\s*건수)"
    private static let signal = "(?:\(opinion)|\(traffic)|\(order))"
    /// What may stand between a signal and what is done with it: 100개, 를, 좀; never taken apart again, so that a long row of them costs no time.
    private static let amount =
        "\\s*(?:수|건수|수량)?(?:을|를|이|가|도|은|는)?\\s*(?>(?:(?:(?:최소|약)\\s*)?(?:\\d[\\d,]*+(?:\\s*(?:천|만))?(?:\\s*(?:개|건|점|회|번|명|차례))?|몇\\s*(?:개|건|백\\s*개)|좀|많이|대량|잔뜩|계속|조금|더|다섯\\s*개)(?:씩|쯤|정도|이상|을|를|으로)*+\\s*)*)"
    /// Ways that none but a wish for imitation has.
    private static let scheme =
        "(?:알바|아르바이트|작업(?!등|복|대|화|용|실|장|노트|등)|조작|어뷰징|품앗이|맞교환|맞구매|매크로|부풀[가-힣]*|뻥튀기|펌핑|부스팅|돌려[가-힣]*|돌리[가-힣]*|쏴[가-힣]*|쏘[가-힣]*|주입|봇(?![가-힣]*\\s*청소))"
    /// Ways that are a wish for imitation only of opinions and traffic: a 구매대행 is a trade.
    private static let purchase =
        "(?:사서|사고|사다[가-힣]*|사들[가-힣]*|사\\s*(?:줘|주세요|줄|주고)|사와[가-힣]*|살\\s*(?:거|수)[가-힣]*|구매|구입|매입|임대|대여|대행(?:업체|사)?|업체|교환|프로그램|넣[어고기][가-힣]*|채우[가-힣]*|채워[가-힣]*|심어[가-힣]*|꾸며[가-힣]*|지어[가-힣]*|달아[가-힣]*|눌러[가-힣]*|태워[가-힣]*)"
    /// What belongs to a wish behind it.
    private static let tail =
        "(?:(?:를|을|로|으로|의|에|이|가)?(?:\\s*(?:\\d[\\d,]*\\s*(?:개|건|회|번|명)(?:을|를|씩)?|해서|하고|해|하여|하면서?|하게|해줘|해주세요|써서|쓰고|써|구해서|구하고|돌려서?|돌리고|맡겨서?|맡기고|시켜서?|시키고|넣어서?|넣고|통해서?|이용해서?|활용해서?|동원해서?|받아서?|받고|태워서?|걸어서|부탁해서?|늘려서?|늘리고|달라고|올려서|뿌려서|붙여서)(?![가-힣]))*)"
    private static let people = "(?:지인|가족|친구|친척|직원|이웃|동료|알바생?|아르바이트생?|주부|서포터즈?|사촌|부모님|동생|팀원|임직원)(?:들)?"

    static let koreanRefusal = SentencePattern(
        // A false signal: 가짜 리뷰, 허위 주문.
        "(?:가짜|허위|거짓|조작(?:된|한)|유령|자작|위장|가라|인위적인?|허수|셀프|악성|악의적인?|봇)\\s*\(signal)(?:\(amount)(?:\(scheme)|\(purchase)))?\(tail)|"
            // A signal that is bought or made: 리뷰 100개 사서, 클릭 알바.
            + "(?:\(people)\\s*)?\(signal)\(amount)\(scheme)[가-힣]*\(tail)|(?:\(people)\\s*)?(?:\(opinion)|\(traffic))\(amount)\(purchase)[가-힣]*\(tail)|"
            // Names of schemes.
            + "가\\s?구매(?!트|장|니|입|점)[가-힣]{0,2}\(tail)|가주문\(tail)|빈\\s*박스(?=\\s*(?:로|으로|작업|배송|발송|구매|리뷰|를\\s|마케팅|$))(?:\\s*(?:작업|배송|발송|구매|리뷰|마케팅))?\(tail)|어뷰징\(tail)|체험단(?:\\s*\(opinion))?\(tail)|자전\\s*거래\(tail)|리뷰어\\s*(?:모집|섭외)\(tail)|"
            + "(?<![가-힣])(?:쇼핑\\s*|순위\\s*|네이버\\s*쇼핑\\s*|네이버\\s*)?슬롯(?=으로|을?\\s*(?:사|써|쓰|돌|태|구|빌))[가-힣]{0,2}(?:\\s*사서)?\(tail)|(?<![가-힣])매크로(?=로\\s|로$|를|\\s*(?:돌|프로그램|써|쓰|작업))(?:\\s*프로그램)?\(tail)|"
            + "(?<![가-힣])봇(?=으로|을\\s|\\s*(?:돌|써|쓰|작업))(?:으로|을)?(?:\\s*\(signal)[가-힣]*)?\(tail)|"
            // People who are told to, and accounts.
            + "(?<![가-힣])\(people)(?:의|끼리)?\\s*(?:아이디|계정|명의)?(?:로|으로)?\\s*(?:\(signal)|사(?:달라|게|도록|라고))[가-힣]*\(tail)|"
            + "(?<![가-힣])\(people)\\s*(?:에게|한테|께|을|를|보고|더러|이랑|통해서?|동원해?서?|시켜서?|부탁해서?)\\s*(?:[가-힣]{1,12}\\s+){0,2}?(?:\(signal)|사(?:달라|게|도록|라고)|써\\s?달라)[가-힣]*(?:\\s*써\\s?달라고)?\(tail)|"
            + "(?:[가-힣]{1,12}\\s+)?[가-힣]{1,12}(?:을|를)?\\s*(?:시켜서?|동원해서?|고용해서?|매수해서?)\\s*(?:[가-힣]{1,12}\\s+){0,1}?\(signal)[가-힣]*\(tail)|"
            + "(?:여러|다른|유령|다중|차명|남의|복수)\\s*(?:개의?\\s*)?(?:계정|아이디|명의)(?:들)?(?:으로|로|을|를)?(?:\\s*(?:만들어|써)서?)?(?:\\s*\(signal)(?:\(amount)(?:\(scheme)|\(purchase)))?[가-힣]*)?\(tail)|부계정[가-힣]*(?:\\s*\(signal)[가-힣]*)?\(tail)|"
            // Money for it.
            + "(?<![가-힣])(?:돈|현금|사례금?|사례비|수고비|대가|페이백)(?:을|를|로)?\\s*(?:주고|내고|지급하고|줘서|써서|들여서|받고)?\\s*(?:[가-힣]{1,12}\\s+)??(?:\(opinion)|\(order)|찜|클릭)[가-힣]*(?:\\s*(?:\\d점|작성))?\(tail)|"
            + "(?:포인트|적립금|기프티콘|상품권|쿠폰|선물|사은품|무료\\s*제품)(?:을|를|로)?\\s*(?:주고|내고|지급하고|줘서|드리고|대신|대가로)\\s*(?:[가-힣]{1,12}\\s+)??\(opinion)[가-힣]*(?:\\s*\\d\\s*점)?\(tail)|"
            // Imitation, disguise and harm.
            + "(?:손님|고객|쇼핑객|구매자|소비자)(?:인)?\\s*(?:척|처럼|행세|으로\\s*가장)[가-힣]*(?:\\s*\(signal)[가-힣]*)?\(tail)|(?:계속|반복해?서?|자동으로|무한|여러\\s*번)\\s*(?:클릭|검색|방문|주문|구매|찜)(?:하|해|시)[가-힣]*|"
            + "경쟁(?:사|업체|자|\\s*상품|\\s*제품)[가-힣]*\\s*(?:[가-힣]{1,12}\\s+){0,2}?(?:악플|클릭|신고|\(opinion)|테러)[가-힣]*(?:\\s*(?:달아|남겨|눌러|써)[가-힣]*)?\(tail)|"
            + "(?<![A-Za-z])(?:vpn|프록시|아이피|ip)(?=\\s*(?:써|쓰|으로|로\\s|돌|켜|이용|우회|변경|바꿔|를\\s|을\\s))(?:\\s*(?:우회|변경|바꿔)[가-힣]*)?\(tail)|캡[차챠]\\s*(?:풀|우회|뚫)[가-힣]*"
    )
    /// What takes a Korean wish back: 없이, 하지 말고.
    static let koreanRefrain = SentencePattern(
        "^(?:은|는|을|를|도|이나|나)?\\s*(?:같은\\s*(?:거|것|건|짓)(?:은|는)?\\s*)?(?:절대(?:로)?\\s*)?(?:(?:하지|쓰지|사지|넣지|돌리지)(?:는|도)?\\s*(?:말고|말아[가-힣]*|마[가-힣]*|않고|않게)|없이(?:도)?|말고|빼고|안\\s*(?:하고|쓰고|사고)|금지)(?![가-힣])"
    )

    // MARK: A review event

    /// Something for true buyers who write: whether it is tried is for a person to say.
    static let reviewEvent = SentencePattern(
        "(?:포토\\s*|텍스트\\s*)?(?:리뷰|후기|구매평|상품평)\\s*(?:작성\\s*)?(?:이벤트|행사|프로모션|추첨|적립|경품)(?:로|으로|를|을|도)?(?:\\s*(?:해서|하고|열어서|열고|진행해서|진행하고|통해))?|"
            + "(?:리뷰|후기|구매평|상품평)(?:를|을)?\\s*(?:쓰|작성하|남기)(?:시)?면\\s*[^,.;!?\\x{1}]{0,20}?(?:쿠폰|포인트|적립금|선물|할인|커피|사은품)(?:을|를)?(?:\\s*(?:드|줘|주|지급|증정|제공)[가-힣]*)?|"
            + "\\b(?:(?:by|with|through|run(?:ning)?|a|an|our|the)\\s+)*review\\s+(?:events?|contests?|giveaways?|campaigns?|drives?)\\b"
    )

    // MARK: English

    private static let praise =
        "(?:(?:some|a|an|few|more|many|lots|of|hundreds?|dozens?|thousands?|\\d[\\d,]*k?|(?:five|four|one|5|4|1)[- ]?stars?|positive|good|great|nice|glowing|real|verified|fake|cheap|organic|product|customer|amazon|naver|coupang|search|page|bad|negative)\\s+){0,5}"
    private static let signals =
        "(?:reviews|ratings|stars|testimonials|feedback|clicks|visits|traffic(?!\\s+(?:cones?|lights?|signs?))|orders|purchases|upvotes|likes|votes|wish\\s?lists|add[- ]to[- ]carts|favou?rites|followers|(?:page\\s*)?views|impressions|searches)"
    private static let doing =
        "(?:leave|leaving|write|writing|post|posting|give|giving|buy|buying|order|ordering|click|clicking|review|reviewing|rate|rating|upvote|upvoting|search|searching|visit|visiting|purchase|purchasing|like|liking|share|sharing)"
    /// What is done to what, behind a wish: to click on it, 5 star reviews, from other sellers.
    private static let rest =
        "(?:\\s+to\\s+\(doing)(?:\\s+(?:on|for|it|them)\\b)*)?(?:\\s+\(praise)\(signals))?(?:\\s+(?:with|from)\\s+(?:other|another)\\s+(?:sellers?|shops?|people))?(?:\\s+(?:on|for|about)\\s+(?:the\\s+|my\\s+|our\\s+)?(?:competitors?|rivals?|other\\s+sellers?))?"
    private static let close =
        "(?:friends?|family|relatives?|cousins?|brothers?|sisters?|parents|mom|employees|staff|colleagues|coworkers|neighbou?rs|classmates|students|workers|freelancers|strangers|influencers|acquaintances|team|crowd)"

    static let englishRefusal = SentencePattern(
        "\\b(?:fake|bought|paid(?:[- ]for)?|bot|phon(?:e)?y|false|bogus|sham|dummy|artificial|inauthentic|purchased|incentivi[sz]ed|compensated|planted|staged|rigged|ghost|brushing|brushed|fraudulent)\\s+\(praise)\(signals)\\b\(rest)|"
            + "\\b(?:buy(?:ing)?|purchas(?:e|ing)|order(?:ing)?|rent(?:ing)?|hir(?:e|ing)|swap(?:ping)?|trad(?:e|ing)|exchang(?:e|ing)|farm(?:ing)?|fabricat(?:e|ing)|inflat(?:e|ing)|manipulat(?:e|ing)|fak(?:e|ing)|simulat(?:e|ing)|automat(?:e|ing)|forg(?:e|ing)|incentivi[sz](?:e|ing)|rig(?:ging)?|spam(?:ming)?|pump(?:ing)?(?:\\s+up)?|pay(?:ing)?\\s+for|generat(?:e|ing)\\s+fake)\\s+(?:(?:my|our|its|the)\\s+)?\(praise)\(signals)\\b\(rest)|"
            + "\\b(?:pay(?:ing)?|brib(?:e|ing)|hir(?:e|ing))\\s+(?:(?!per\\b)[\\w'-]+\\s+){0,4}?(?:to\\s+\(doing)\\b(?:\\s+\(praise)\(signals))?|for\\s+\(praise)\(signals)\\b)\(rest)|"
            + "\\b(?:ask|tell|have|having|get|let|make|use)(?:ing)?\\s+(?:(?:my|our|some|all|the|a\\s+few)\\s+)*\(close)(?:\\s+and\\s+\(close))?\\s+(?:to\\s+)?\(doing)\\b(?:\\s+\(praise)\(signals))?\(rest)|"
            + "\\b(?:(?:run(?:ning)?|use|using|with|by|through|a|an|of)\\s+)*(?:click\\s*(?:farms?|bots?)|review\\s+(?:swaps?|swapping|exchanges?|rings?|farms?|brokers?|mills?|bots?)|bot\\s*(?:nets?|farms?|army|armies|accounts?)|(?:fake|dummy|sock\\s*puppet|multiple|several|burner)\\s+accounts?|brushing(?=\\s+(?:scam|scheme)|\\s*(?:$|,))|astroturf\\w*|mechanical\\s+turk|micro\\s*workers|empty\\s+(?:box(?:es)?|packages?)\\s+(?:orders?|shipments?|method|trick)|ship(?:ping)?\\s+empty\\s+box(?:es)?)\\b\(rest)|"
            + "\\b(?:use|using|with|by|through|via|run|running|deploy|deploying|send|sending|no)\\s+(?:(?:some|our|my|a|any)\\s+)?(?:bots|proxies|vpns?)\\b\(rest)|"
            + "\\b(?:(?:free|discounted)\\s+(?:products?|samples?|items?|gifts?)|gift\\s*cards?|vouchers?|coupons?|discounts?|refunds?|cash\\s*backs?|rebates?|money|cash|rewards?)\\s+(?:in\\s+(?:exchange|return)\\s+)?for\\s+\(praise)(?:reviews|ratings|stars|feedback)\\b|"
            + "\\b(?:pretend(?:ing)?\\s+to\\s+be|pos(?:e|ing)\\s+as|imitat(?:e|ing)|impersonat(?:e|ing)|simulat(?:e|ing)|mimic(?:king)?)\\s+(?:\\w+\\s+)?(?:shoppers?|customers?|buyers?|users|visitors?)(?:\\s+\(doing)(?:\\s+on)?\\b)?|"
            + "\\b(?:leav|post|writ|giv)(?:e|ing)?\\s+(?:(?:bad|negative|one[- ]star|1[- ]star|fake|my\\s+own|our\\s+own)\\s+)+reviews?\\b\(rest)"
    )
    /// What takes an English wish back.
    static let englishRefrain = SentencePattern(
        "\\b(?:no|not|never|without|don't|do\\s+not|avoid|zero)\\s+(?:(?:any|the|use|using|buy|buying)\\s+)*$"
    )

    // MARK: Reading

    mutating func readRefusals() {
        for pattern in [Self.koreanRefusal, Self.englishRefusal] {
            for match in text.matches(pattern) where !match.range.isEmpty { refuse(match.range) }
        }
        for match in text.matches(Self.reviewEvent) { ask(.factors, .reviewEvent, in: match.range) }
    }

    private mutating func refuse(_ range: NSRange) {
        if let refrained = refrained(range) {
            unread.append(text.words(refrained))
            return text.strike(refrained)
        }
        refused.append(text.words(range))
        text.strike(range)
    }

    /// The range of a wish together with the words that take it back; nil when it is one.
    private func refrained(_ range: NSRange) -> NSRange? {
        let behind = text.rest.substring(from: NSMaxRange(range)) as NSString
        if let match = Self.koreanRefrain.matches(in: behind).first?.first.flatMap(\.self) {
            return NSRange(location: range.location, length: range.length + match.length)
        }
        if text.words(range).lowercased().hasPrefix("no ") { return range }
        let before = text.rest.substring(to: range.location) as NSString
        guard let match = Self.englishRefrain.matches(in: before).first?.first.flatMap(\.self) else { return nil }
        return NSRange(location: match.location, length: NSMaxRange(range) - match.location)
    }
}
