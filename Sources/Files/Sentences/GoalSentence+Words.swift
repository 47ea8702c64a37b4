// SPDX-License-Identifier: Apache-2.0

/// What is asked, in words.
extension GoalSentence.Question {
    /// The question as a person reads it.
    package func text(isKorean: Bool) -> String { isKorean ? korean : english }

    private var english: String {
        switch reason {
        case .missing: missingInEnglish
        case .several: "'\(words)' says more than one thing. Which one is meant?"
        case .pageSize: "'\(words)' names a page. Up to which rank is that? How many places a page shows differs."
        case .whichMoney: "Is '\(words)' the budget?"
        case .currency:
            "'\(words)' has no currency that is known here. Which amount is meant, in KRW, USD, EUR or JPY?"
        case .perPeriod: "'\(words)' is for a day, a week or a month. How much may be spent in all?"
        case .hasPassed: "'\(words)' has passed. Until when?"
        case .whichDay: "'\(words)' may mean more than one day, or a day of another year. Which one?"
        case .unknownDay: "The day of '\(words)' is not known here. Until which date?"
        case .isDeadline: "Is '\(words)' the deadline?"
        case .vague: vagueInEnglish
        case .relative: "'\(words)' counts from the present rank, which is not known. Which rank is to be reached?"
        case .otherMetric:
            "'\(words)' is not about a rank. A sentence can set ranks only; other metrics need a goal file with a program that measures them. "
                + "Which rank is to be reached?"
        case .outOfRange: "'\(words)' cannot be. What is right?"
        case .bound:
            "'\(words)' is a bound for the price. A sentence cannot set bounds: leave other prices out of what may be changed, or write a guardrail "
                + "into the goal file. What does it cost now?"
        case .downwards: "'\(words)' does not lead up the list. Which rank is to be reached?"
        case .reviewEvent:
            "'\(words)': nothing may be paid for what a review says. If the market allows a reward for true buyers whatever they write, name it below. "
                + "What may be changed, and to which values?"
        case .isProduct: "Is '\(words)' the product's name?"
        case .unknownMarket:
            "'\(words)' is a market that is not known here. Where is the product sold: naver, coupang, or simulated?"
        }
    }

    private var missingInEnglish: String {
        switch field {
        case .product, .url, .productID: "Which product? Give its name or its page's address."
        case .marketplace: "Where is it sold: naver, coupang, or simulated for a rehearsal?"
        case .keywords: "For which search words does the rank count?"
        case .target: "Which rank is to be reached, such as 20?"
        case .deadline: "Until when, or for how long, such as 14d?"
        case .budget: "How much may be spent in all, such as 500000 KRW?"
        case .price: "What does it cost?"
        case .presentRank: "At which rank is it now?"
        case .trial:
            "How is a setting applied and measured? Name a program for each, or the simulated market for a rehearsal."
        case .factors:
            "What may be changed, and to which values? The present value comes first, such as coupon: none, 5%, 10%."
        }
    }

    private var vagueInEnglish: String {
        switch field {
        case .deadline: "'\(words)' is no date. Until when, or for how long, such as 14d?"
        case .budget: "'\(words)' is no amount. How much may be spent in all, such as 500000 KRW?"
        default: "'\(words)' is no rank. Which rank is to be reached, such as 20?"
        }
    }

    private var korean: String {
        switch reason {
        case .missing: missingInKorean
        case .several: "‘\(words)’: 두 가지 이상으로 읽힙니다. 어느 것인가요?"
        case .pageSize: "‘\(words)’: 페이지를 말합니다. 몇 위까지인가요? 한 페이지에 몇 개가 나오는지는 경우마다 다릅니다."
        case .whichMoney: "‘\(words)’: 예산인가요?"
        case .currency: "‘\(words)’: 여기서 아는 통화가 없습니다. KRW, USD, EUR, JPY로 얼마인가요?"
        case .perPeriod: "‘\(words)’: 하루, 한 주 또는 한 달의 금액입니다. 모두 합해 얼마까지 쓸 수 있나요?"
        case .hasPassed: "‘\(words)’: 이미 지났습니다. 언제까지인가요?"
        case .whichDay: "‘\(words)’: 여러 날일 수 있거나 다른 해의 날일 수 있습니다. 어느 날인가요?"
        case .unknownDay: "‘\(words)’: 날짜를 알 수 없습니다. 며칠까지인가요?"
        case .isDeadline: "‘\(words)’: 기한인가요?"
        case .vague: vagueInKorean
        case .relative: "‘\(words)’: 지금 순위를 알아야 셀 수 있습니다. 몇 위까지 올릴까요?"
        case .otherMetric:
            "‘\(words)’: 순위가 아닙니다. 문장으로는 순위만 정할 수 있고, 다른 지표는 재는 프로그램을 적은 목표 파일이 필요합니다. 몇 위까지 올릴까요?"
        case .outOfRange: "‘\(words)’: 있을 수 없는 값입니다. 무엇이 맞나요?"
        case .bound:
            "‘\(words)’: 가격의 한계입니다. 문장으로는 한계를 정할 수 없습니다. 바꿔 볼 가격에서 빼거나 목표 파일에 guardrail로 적어 주세요. 지금 가격은 얼마인가요?"
        case .downwards: "‘\(words)’: 위로 올라가는 순위가 아닙니다. 몇 위까지 올릴까요?"
        case .reviewEvent:
            "‘\(words)’: 리뷰의 내용에 값을 치를 수는 없습니다. 실제 구매자에게 내용과 상관없이 주는 보상을 장터가 허용한다면 아래에 적어 주세요. 무엇을 어떤 값으로 바꿔 볼 수 있나요?"
        case .isProduct: "‘\(words)’: 상품 이름인가요?"
        case .unknownMarket: "‘\(words)’: 여기서 모르는 장터입니다. 어디서 팔리나요? naver, coupang, 또는 simulated"
        }
    }

    private var missingInKorean: String {
        switch field {
        case .product, .url, .productID: "어떤 상품인가요? 이름이나 상품 페이지의 주소를 적어 주세요."
        case .marketplace: "어디서 팔리나요? naver, coupang, 또는 리허설을 위한 simulated"
        case .keywords: "어떤 검색어의 순위인가요?"
        case .target: "몇 위까지 올릴까요? 예: 20"
        case .deadline: "언제까지, 또는 얼마 동안인가요? 예: 14d"
        case .budget: "모두 합해 얼마까지 쓸 수 있나요? 예: 500000 KRW"
        case .price: "가격은 얼마인가요?"
        case .presentRank: "지금 몇 위인가요?"
        case .trial: "설정을 어떻게 적용하고 재나요? 프로그램을 각각 적거나, 리허설이면 가상 시장을 고르세요."
        case .factors: "무엇을 어떤 값으로 바꿔 볼 수 있나요? 지금 값을 먼저 적습니다. 예: coupon: none, 5%, 10%"
        }
    }

    private var vagueInKorean: String {
        switch field {
        case .deadline: "‘\(words)’: 날짜가 아닙니다. 언제까지, 또는 얼마 동안인가요? 예: 14d"
        case .budget: "‘\(words)’: 금액이 아닙니다. 모두 합해 얼마까지 쓸 수 있나요? 예: 500000 KRW"
        default: "‘\(words)’: 순위가 아닙니다. 몇 위까지 올릴까요? 예: 20"
        }
    }
}

extension GoalSentence {
    /// Why words that ask for imitated shoppers have no effect.
    package static func refusal(_ words: [String], isKorean: Bool) -> String {
        let list = words.joined(separator: ", ")
        return isKorean
            ? "‘\(list)’: Dure는 하지 않습니다. 쇼핑객을 흉내 내지 않으며, 파는 사람이 실제로 내놓는 것만 낫게 합니다."
            : "'\(list)' is refused: Dure never imitates shoppers; it improves what a seller truly offers."
    }
}
