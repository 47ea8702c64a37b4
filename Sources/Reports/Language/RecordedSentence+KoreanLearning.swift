// SPDX-License-Identifier: Apache-2.0

extension RecordedSentence {
    /// What campaigns record of what they learned: the search's reasons, its price, earlier campaigns and patterns.
    static let koreanLearning: [(english: String, korean: String)] = [
        (
            "{} results of an earlier campaign lead the search, each counting {} of a new one.",
            "앞선 캠페인의 결과 {0}개가 탐색을 이끌며, 하나가 새 결과의 {1}만큼 반영됩니다."
        ),
        (
            "{} results of {} earlier campaigns lead the search, each of the latest counting {} of a new one.",
            "앞선 캠페인 {1}개의 결과 {0}개가 탐색을 이끌며, 가장 최근 캠페인의 결과 하나가 새 결과의 {2}만큼 반영됩니다."
        ),
        (
            "No earlier campaign has results of these factors: the search starts anew.",
            "이 요인들의 결과가 있는 앞선 캠페인이 없어 처음부터 탐색합니다."
        ),
        (
            "{} more trials are expected to improve the score by {} hundredths: the search goes on.",
            "시험을 {0}회 더 하면 점수가 0.01의 {1}배만큼 나아질 것으로 기대됩니다. 탐색을 계속합니다."
        ),
        (
            "{} more trials are expected to improve the score by {} hundredths, which is less than half of one: the best combinations are measured again.",
            "시험을 {0}회 더 해도 점수는 0.01의 {1}배만 나아질 것으로 기대되어 0.005에 못 미칩니다. 가장 좋은 조합들을 다시 측정합니다."
        ),
        (
            "{} more trials are expected to improve {} by {}, worth {}, and cost {}: the search goes on.",
            "시험을 {0}회 더 하면 {1}에서 {2}만큼 나아질 것으로 기대됩니다. 그 가치는 {3}, 비용은 {4}입니다. 탐색을 계속합니다."
        ),
        (
            "{} more trials are expected to improve {} by {}, worth {}, and cost {}: more trials are not worth their price, and the best combinations are measured again.",
            "시험을 {0}회 더 하면 {1}에서 {2}만큼 나아질 것으로 기대됩니다. 그 가치는 {3}, 비용은 {4}이므로 더 시험할 값어치가 없습니다. 가장 좋은 조합들을 다시 측정합니다."
        ),
        (
            "All trials there could be are expected to improve {} by {}, less than the {} that matter: the best combinations are measured again.",
            "시험을 아무리 더 해도 {0}에서 {1}만큼만 나아질 것으로 기대되어, 의미 있는 차이인 {2}에 못 미칩니다. 가장 좋은 조합들을 다시 측정합니다."
        ),
        (
            "The second-order model is used: only {} combinations exist, and every one can be tried.",
            "이차 모형을 씁니다. 조합이 {}개뿐이라 모두 시험할 수 있습니다."
        ),
        (
            "The second-order model is used: fewer than {} trials cannot tell models apart.",
            "이차 모형을 씁니다. 시험이 {}회보다 적으면 모형을 가려낼 수 없습니다."
        ),
        (
            "The model is kept: this is the last batch of the budget.",
            "예산의 마지막 묶음이라 모형을 그대로 둡니다."
        ),
        (
            "A Gaussian process is used: it predicts trials that it has not seen better than main effects and two-way interactions do, by {} in the logarithm of the density per trial.",
            "가우스 과정을 씁니다. 보지 않은 시험을 주효과와 2요인 교호작용보다 시험당 로그 밀도 {}만큼 더 잘 예측합니다."
        ),
        (
            "The second-order model is used: a Gaussian process predicts unseen trials better by only {} in the logarithm of the density per trial.",
            "이차 모형을 씁니다. 가우스 과정은 보지 않은 시험을 시험당 로그 밀도 {}만큼만 더 잘 예측합니다."
        ),
        (
            "The second-order model is used: a Gaussian process predicts unseen trials worse by {} in the logarithm of the density per trial.",
            "이차 모형을 씁니다. 가우스 과정은 보지 않은 시험을 시험당 로그 밀도 {}만큼 더 못 예측합니다."
        ),
        (
            "{} combinations that tell most about which of the likely best is the best.",
            "유력한 조합 가운데 어느 것이 가장 좋은지를 가장 잘 알려 주는 조합 {}개입니다."
        ),
        (
            "{} combinations in which the levels of each factor are met equally often.",
            "각 요인의 수준이 고르게 나오는 조합 {}개입니다."
        ),
        (
            "{} combinations within {} changes of the best expected one.",
            "가장 좋을 것으로 기대되는 조합에서 {1}곳 안쪽을 바꾼 조합 {0}개입니다."
        ),
        ("No combination but the control may be tried.", "현재 설정 말고는 시험할 수 있는 조합이 없습니다."),
        ("The first population: {} random combinations.", "첫 집단은 무작위 조합 {}개입니다."),
        (
            "{} children of the plain genetic algorithm; the elite is not measured again.",
            "단순 유전 알고리즘의 자손 {}개이며, 엘리트는 다시 측정하지 않습니다."
        ),
        ("{} random combinations.", "무작위 조합 {}개입니다."),
        (
            "Emergency: no new combinations are tried until the workers are healthy.",
            "비상 상태라 작업자들이 회복될 때까지 새 조합을 시험하지 않습니다."
        ),
        (
            "{} combinations were forbidden or the same as others: {} random ones that were not tried take their places.",
            "조합 {0}개가 금지되었거나 다른 것과 같아, 시험한 적 없는 무작위 조합 {1}개로 바꾸었습니다."
        ),
        ("{} of {} combinations are measured again.", "조합 {1}개 가운데 {0}개를 다시 측정합니다."),
        (
            "The best are measured again, so that a lucky result does not stay.",
            "운 좋은 결과가 남지 않도록 가장 좋은 것들을 다시 측정합니다."
        ),
        (
            "The finalists are measured again before one is chosen.",
            "하나를 고르기 전에 결선 조합들을 다시 측정합니다."
        ),
        ("Winner and control are compared.", "추천 조합과 현재 설정을 견줍니다."),
        (
            "No combinations are left that were not tried, so that these are made surer.",
            "시험하지 않은 조합이 남아 있지 않아 이것들을 더 확실히 합니다."
        ),
        (
            "It may still be the best, and is measured more surely.",
            "아직 가장 좋은 조합일 수 있어 더 확실히 측정합니다."
        ),
        ("The plain genetic algorithm bred it again.", "단순 유전 알고리즘이 같은 조합을 다시 만들었습니다."),
        (
            "Successes are more frequent on the unit {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "성공이 단위 {0}에서 잦습니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Successes are more frequent with {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "성공이 {0}일 때 잦습니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Successes are more frequent on the unit {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "성공이 단위 {0}에서 잦습니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Successes are more frequent with {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "성공이 {0}일 때 잦습니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Successes are less frequent on the unit {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "성공이 단위 {0}에서 드뭅니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Successes are less frequent with {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "성공이 {0}일 때 드뭅니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Successes are less frequent on the unit {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "성공이 단위 {0}에서 드뭅니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Successes are less frequent with {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "성공이 {0}일 때 드뭅니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Failures are more frequent on the unit {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패가 단위 {0}에서 잦습니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Failures are more frequent with {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패가 {0}일 때 잦습니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Failures are more frequent on the unit {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패가 단위 {0}에서 잦습니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Failures are more frequent with {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패가 {0}일 때 잦습니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Failures are less frequent on the unit {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패가 단위 {0}에서 드뭅니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Failures are less frequent with {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패가 {0}일 때 드뭅니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Failures are less frequent on the unit {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패가 단위 {0}에서 드뭅니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Failures are less frequent with {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패가 {0}일 때 드뭅니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Broken guardrails are more frequent on the unit {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "안전 한계 위반이 단위 {0}에서 잦습니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Broken guardrails are more frequent with {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "안전 한계 위반이 {0}일 때 잦습니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Broken guardrails are more frequent on the unit {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "안전 한계 위반이 단위 {0}에서 잦습니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Broken guardrails are more frequent with {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "안전 한계 위반이 {0}일 때 잦습니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Broken guardrails are less frequent on the unit {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "안전 한계 위반이 단위 {0}에서 드뭅니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Broken guardrails are less frequent with {}: {} against {} elsewhere (difference with the other factors held {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "안전 한계 위반이 {0}일 때 드뭅니다. {1} 대 다른 곳 {2}(다른 요인을 고정한 차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Broken guardrails are less frequent on the unit {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "안전 한계 위반이 단위 {0}에서 드뭅니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "Broken guardrails are less frequent with {}: {} against {} elsewhere (difference {}, 95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "안전 한계 위반이 {0}일 때 드뭅니다. {1} 대 다른 곳 {2}(차이 {3}, 95 % 구간 {4} ~ {5} %p, 검정 {8}개 보정 전 p {6}, 보정 후 {7})."
        ),
        (
            "The share of failures depends on the hour and differs most at {} o'clock: {} points against the day's mean (95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패 비율은(는) 시각에 따라 다르며 {0}시에 하루 평균과 가장 다릅니다. {1} %p(95 % 구간 {2} ~ {3} %p, 검정 {6}개 보정 전 p {4}, 보정 후 {5})."
        ),
        (
            "The share of failures depends on the weekday and differs most on Monday: {} points against the week's mean (95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패 비율은(는) 요일에 따라 다르며 월요일에 주 평균과 가장 다릅니다. {0} %p(95 % 구간 {1} ~ {2} %p, 검정 {5}개 보정 전 p {3}, 보정 후 {4})."
        ),
        (
            "The share of failures depends on the weekday and differs most on Tuesday: {} points against the week's mean (95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패 비율은(는) 요일에 따라 다르며 화요일에 주 평균과 가장 다릅니다. {0} %p(95 % 구간 {1} ~ {2} %p, 검정 {5}개 보정 전 p {3}, 보정 후 {4})."
        ),
        (
            "The share of failures depends on the weekday and differs most on Wednesday: {} points against the week's mean (95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패 비율은(는) 요일에 따라 다르며 수요일에 주 평균과 가장 다릅니다. {0} %p(95 % 구간 {1} ~ {2} %p, 검정 {5}개 보정 전 p {3}, 보정 후 {4})."
        ),
        (
            "The share of failures depends on the weekday and differs most on Thursday: {} points against the week's mean (95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패 비율은(는) 요일에 따라 다르며 목요일에 주 평균과 가장 다릅니다. {0} %p(95 % 구간 {1} ~ {2} %p, 검정 {5}개 보정 전 p {3}, 보정 후 {4})."
        ),
        (
            "The share of failures depends on the weekday and differs most on Friday: {} points against the week's mean (95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패 비율은(는) 요일에 따라 다르며 금요일에 주 평균과 가장 다릅니다. {0} %p(95 % 구간 {1} ~ {2} %p, 검정 {5}개 보정 전 p {3}, 보정 후 {4})."
        ),
        (
            "The share of failures depends on the weekday and differs most on Saturday: {} points against the week's mean (95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패 비율은(는) 요일에 따라 다르며 토요일에 주 평균과 가장 다릅니다. {0} %p(95 % 구간 {1} ~ {2} %p, 검정 {5}개 보정 전 p {3}, 보정 후 {4})."
        ),
        (
            "The share of failures depends on the weekday and differs most on Sunday: {} points against the week's mean (95 % interval {} to {} points; p {}, {} after correction for {} tests).",
            "실패 비율은(는) 요일에 따라 다르며 일요일에 주 평균과 가장 다릅니다. {0} %p(95 % 구간 {1} ~ {2} %p, 검정 {5}개 보정 전 p {3}, 보정 후 {4})."
        ),
        (
            "The {} depends on the hour and differs most at {} o'clock: {} against the day's mean (95 % interval {} to {}; p {}, {} after correction for {} tests).",
            "{0}은(는) 시각에 따라 다르며 {1}시에 하루 평균과 가장 다릅니다. {2}(95 % 구간 {3} ~ {4}, 검정 {7}개 보정 전 p {5}, 보정 후 {6})."
        ),
        (
            "The {} depends on the weekday and differs most on Monday: {} against the week's mean (95 % interval {} to {}; p {}, {} after correction for {} tests).",
            "{0}은(는) 요일에 따라 다르며 월요일에 주 평균과 가장 다릅니다. {1}(95 % 구간 {2} ~ {3}, 검정 {6}개 보정 전 p {4}, 보정 후 {5})."
        ),
        (
            "The {} depends on the weekday and differs most on Tuesday: {} against the week's mean (95 % interval {} to {}; p {}, {} after correction for {} tests).",
            "{0}은(는) 요일에 따라 다르며 화요일에 주 평균과 가장 다릅니다. {1}(95 % 구간 {2} ~ {3}, 검정 {6}개 보정 전 p {4}, 보정 후 {5})."
        ),
        (
            "The {} depends on the weekday and differs most on Wednesday: {} against the week's mean (95 % interval {} to {}; p {}, {} after correction for {} tests).",
            "{0}은(는) 요일에 따라 다르며 수요일에 주 평균과 가장 다릅니다. {1}(95 % 구간 {2} ~ {3}, 검정 {6}개 보정 전 p {4}, 보정 후 {5})."
        ),
        (
            "The {} depends on the weekday and differs most on Thursday: {} against the week's mean (95 % interval {} to {}; p {}, {} after correction for {} tests).",
            "{0}은(는) 요일에 따라 다르며 목요일에 주 평균과 가장 다릅니다. {1}(95 % 구간 {2} ~ {3}, 검정 {6}개 보정 전 p {4}, 보정 후 {5})."
        ),
        (
            "The {} depends on the weekday and differs most on Friday: {} against the week's mean (95 % interval {} to {}; p {}, {} after correction for {} tests).",
            "{0}은(는) 요일에 따라 다르며 금요일에 주 평균과 가장 다릅니다. {1}(95 % 구간 {2} ~ {3}, 검정 {6}개 보정 전 p {4}, 보정 후 {5})."
        ),
        (
            "The {} depends on the weekday and differs most on Saturday: {} against the week's mean (95 % interval {} to {}; p {}, {} after correction for {} tests).",
            "{0}은(는) 요일에 따라 다르며 토요일에 주 평균과 가장 다릅니다. {1}(95 % 구간 {2} ~ {3}, 검정 {6}개 보정 전 p {4}, 보정 후 {5})."
        ),
        (
            "The {} depends on the weekday and differs most on Sunday: {} against the week's mean (95 % interval {} to {}; p {}, {} after correction for {} tests).",
            "{0}은(는) 요일에 따라 다르며 일요일에 주 평균과 가장 다릅니다. {1}(95 % 구간 {2} ~ {3}, 검정 {6}개 보정 전 p {4}, 보정 후 {5})."
        ),
        (
            "Not enough data for patterns: needs {} results, has {}.",
            "규칙성을 찾기에 자료가 모자랍니다. 결과 {0}개가 필요한데 {1}개입니다."
        ),
    ]
}
