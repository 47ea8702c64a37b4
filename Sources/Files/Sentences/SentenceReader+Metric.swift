// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Wishes about something other than a rank: sales, clicks, a rate.
extension SentenceReader {
    static let otherMetric = SentencePattern(
        "(?:(?:월|하루|일|주|연|한\\s*달)(?:에|간)?\\s*)?(?:구매\\s*)?(?:전환율|전환|매출|판매량|판매|클릭률|조회수|유입|방문자|이익|마진|수익|ROAS|CTR|CVR)(?:을|를|이|가|은|는)?\\s*(?:\\d[\\d,.]*\\s*(?:%|퍼센트|프로|배|(?:천만|백만|억|만)?\\s*원|천만|백만|억|만|개|건)?(?:으로|로|까지|만큼|이상)?\\s*)?(?:두\\s*배(?:로)?\\s*)?(?:올|높|늘|증가|개선|향상|극대화|달성|찍|넘)[가-힣]*|"
            + "\\b(?:increase|raise|improve|boost|double|grow|lift|maximi[sz]e)\\s+(?:my\\s+|our\\s+|the\\s+)?(?:conversion(?:\\s+rate)?s?|sales|revenue|clicks?|click[- ]through(?:\\s+rate)?|ctr|traffic|profit|margin|roas|orders)\\b(?:\\s+(?:by|to)\\s+\\d[\\d,.]*\\s*%?)?|"
            + "\\b(?:conversion\\s+rate|sales|revenue|ctr)\\s+(?:up\\s+)?(?:to|by)\\s+\\d[\\d,.]*\\s*%?"
            + "|(?:(?:하루|일|월|주|한\\s*달|매일|매달|매주)(?:에|간)?\\s*)?\\d[\\d,]*\\s*(?:천|만)?\\s*(?:개|건|장|병|박스|세트|켤레|벌|권|잔|봉|팩|캔)(?:\\s*(?:이상|씩|정도|만|넘게))*\\s*(?:을|를)?\\s*(?:팔|판매|주문|출고)[가-힣]*|"
            + "\\b(?:sell|ship|move|get|receive|reach|hit|generate|make|land)\\s+(?:at\\s+least\\s+|over\\s+|more\\s+than\\s+)?\\d[\\d,]*\\s*k?\\s+(?:(?:more|new)\\s+)?(?:units?|pieces?|pcs|items?|copies|orders?|sales|customers?|clicks|visits|visitors|views|reviews|downloads|subscribers|followers)(?:\\s+(?:of|for)\\b|\\s+(?:per|a|every)\\s+(?:day|week|month)\\b)?"
    )

    mutating func readOtherMetrics() {
        for match in text.matches(Self.otherMetric) { ask(.target, .otherMetric, in: match.range) }
    }
}
