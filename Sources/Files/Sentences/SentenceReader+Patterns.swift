// SPDX-License-Identifier: Apache-2.0

/// Every pattern of the rules, for the test that compiles them all.
extension SentenceReader {
    static var patterns: [SentencePattern] {
        [
            koreanSpan, englishSpan, koreanWeek, koreanMonth, koreanDate, koreanDayOfMonth, koreanWeekday,
            koreanNear, feasts, christmas, isoDate, monthDay, dayMonth, slashDate, theDay, englishWeekday,
            englishNear, past, namedMonth, vagueTime, money, anyAmount, budgetWord, priceWord, priceRange,
            periodWord, vagueBudget, nextThing, koreanParts, address, addressTail, productNumber, quotation,
            koreanRefusal, koreanRefrain, englishRefusal, englishRefrain, reviewEvent, takenBackBehind, takenBackBefore,
            beginsBehind, beginsBefore, timeOfDay, quarter, moneyRange, bareBudget, foreign, leastWord, mostWord,
            priceBound, priceTalk, between, outside, whichRank, noName, takenBack, doubt, adnominal, naver, coupang,
            simulated, otherMarkets, particle, keywordsAfter, keywordBefore,
            englishKeyword, forQuoted, listSeparator, objectWord, leadingFillers, keywordTail, politeEnd, comesUp,
            word, gap, englishVerb, fillers, koreanVerb, presentRank, relative, share, page, presentPage, top, place,
            first, vagueRank, fromTo, otherMetric,
        ]
    }
}
