// SPDX-License-Identifier: Apache-2.0

extension RecordedSentence {
    /// Why the next campaign cannot be predicted yet, as the models that were fitted anew record it.
    static let koreanPrediction: [(english: String, korean: String)] =
        [("lower", "낮을수록"), ("higher", "높을수록")].flatMap { english, korean in
            let needed =
                "not enough data: needs 2 campaigns or more that measured '{}' (\(english) is better) with {} results in all"
            let told = "자료가 모자랍니다. {0}(\(korean) 좋음)을(를) 잰 캠페인 2개 이상과 결과 모두 {1}개가 필요한데, 캠페인 {2}개에 결과 {3}개입니다"
            return [
                ("\(needed), has {} with {} results", told),
                (
                    "\(needed), has {} with {} results; one campaign alone cannot say how much campaigns differ, so that the interval would have no end",
                    told + ". 캠페인 하나로는 캠페인이 서로 얼마나 다른지 알 수 없어 구간에 끝이 없습니다"
                ),
            ]
        } + [
            (
                "not enough data: needs results that differ, has {} that are all alike",
                "자료가 모자랍니다. 서로 다른 결과가 필요한데, 결과 {0}개가 모두 같습니다"
            ),
            (
                "not enough data: needs campaigns of about 4 products, or one of this product, has {} of {} products; the interval would be {} to {}, {} times as wide as more data could make it (mostly because of: {})",
                "자료가 모자랍니다. 상품 4개쯤의 캠페인이나 이 상품의 캠페인이 필요한데, 상품 {1}개의 캠페인 {0}개입니다. 구간이 {2} ~ {3}으로, 자료가 많을 때의 {4}배입니다(주된 까닭: {5})"
            ),
            (
                "not enough data: needs campaigns of about 4 products, or one of this product, has {} of {} product; the interval would be {} to {}, {} times as wide as more data could make it (mostly because of: {})",
                "자료가 모자랍니다. 상품 4개쯤의 캠페인이나 이 상품의 캠페인이 필요한데, 상품 {1}개의 캠페인 {0}개입니다. 구간이 {2} ~ {3}으로, 자료가 많을 때의 {4}배입니다(주된 까닭: {5})"
            ),
            (
                "not enough data: needs about {} campaigns or more, has {} of {} products; the interval would be {} to {}, {} times as wide as more data could make it (mostly because of: {})",
                "자료가 모자랍니다. 캠페인이 {0}개쯤 또는 그 이상 필요한데, 상품 {2}개의 캠페인 {1}개입니다. 구간이 {3} ~ {4}으로, 자료가 많을 때의 {5}배입니다(주된 까닭: {6})"
            ),
            (
                "not enough data: needs about {} campaigns or more, has {} of {} product; the interval would be {} to {}, {} times as wide as more data could make it (mostly because of: {})",
                "자료가 모자랍니다. 캠페인이 {0}개쯤 또는 그 이상 필요한데, 상품 {2}개의 캠페인 {1}개입니다. 구간이 {3} ~ {4}으로, 자료가 많을 때의 {5}배입니다(주된 까닭: {6})"
            ),
            (
                "not enough data: needs {} campaigns or more, has {} of {} products; the interval would be {} to {}, and so few campaigns cannot say how much the next one differs",
                "자료가 모자랍니다. 캠페인이 {0}개 이상 필요한데, 상품 {2}개의 캠페인 {1}개입니다. 구간이 {3} ~ {4}인데, 이렇게 적은 캠페인으로는 다음 캠페인이 얼마나 다를지 알 수 없습니다"
            ),
            (
                "not enough data: needs {} campaigns or more, has {} of {} product; the interval would be {} to {}, and so few campaigns cannot say how much the next one differs",
                "자료가 모자랍니다. 캠페인이 {0}개 이상 필요한데, 상품 {2}개의 캠페인 {1}개입니다. 구간이 {3} ~ {4}인데, 이렇게 적은 캠페인으로는 다음 캠페인이 얼마나 다를지 알 수 없습니다"
            ),
            (
                "not enough data: needs campaigns that agree better, or a narrower metric, has {} that differ too much; the interval would be {} to {}, nearly all that is possible",
                "자료가 모자랍니다. 서로 더 비슷한 캠페인이나 더 좁은 지표가 필요한데, 캠페인 {0}개가 너무 다릅니다. 구간이 {1} ~ {2}으로, 있을 수 있는 거의 전부입니다"
            ),
        ] + predictionAdvice

    /// What to begin the next campaign with.
    private static let predictionAdvice: [(english: String, korean: String)] = [
        (
            "Start without a head start: the orthogonal array first, as planned.",
            "앞선 결과 없이, 계획대로 직교배열부터 시작하세요."
        ),
        (
            "Start from what is known: {} of the variance of levels' effects carries over from campaign to campaign.",
            "아는 것에서 시작하세요. 수준 효과의 변동 가운데 {}이(가) 캠페인에서 캠페인으로 이어집니다."
        ),
        (
            "Start anew: only {} of the variance of levels' effects carries over from campaign to campaign.",
            "새로 시작하세요. 수준 효과의 변동 가운데 {}만 캠페인에서 캠페인으로 이어집니다."
        ),
        (
            "Put the best known combination into the first generation; it beats the present setting with a chance of {}.",
            "지금까지 가장 좋은 조합을 첫 세대에 넣으세요. 현재 설정보다 나을 확률이 {}입니다."
        ),
        (
            "The best known combination is worth one place in the first generation, no more: it beats the present setting with a chance of only {}.",
            "지금까지 가장 좋은 조합은 첫 세대에 한 자리만 주세요. 현재 설정보다 나을 확률이 {}에 그칩니다."
        ),
        (
            "Leave out {}, or try it last: it was worse in {} campaigns and {} results.",
            "{0}은(는) 빼거나 마지막에 시험하세요. 캠페인 {1}개, 결과 {2}개에서 더 나빴습니다."
        ),
        (
            "Leave out {}, or try it last: it was worse in {} campaign and {} results.",
            "{0}은(는) 빼거나 마지막에 시험하세요. 캠페인 {1}개, 결과 {2}개에서 더 나빴습니다."
        ),
        (
            "Nothing is known of {}: give these their trials first.",
            "{}은(는) 아직 아는 것이 없습니다. 여기에 먼저 시험을 배정하세요."
        ),
    ]
}
