// SPDX-License-Identifier: Apache-2.0

extension RecordedSentence {
    /// What an analysis notes of a file and its model.
    static let koreanAnalysis: [(english: String, korean: String)] = [
        (
            "The model has no factor, so that there is no combination of levels to recommend.",
            "모형에 요인이 없어 권할 수준의 조합이 없습니다."
        ),
        (
            "Nothing was counted, so that no combination can be recommended.",
            "한 건도 일어나지 않아 권할 조합이 없습니다."
        ),
        (
            "The data determine no combination's rate, so that none can be recommended.",
            "자료로 정해지는 조합의 발생률이 없어 권할 조합이 없습니다."
        ),
        (
            "Left out 1 row without a value of '{}'.",
            "'{0}' 값이 없는 줄 1개를 뺐습니다."
        ),
        (
            "Left out {} rows without a value of '{}'.",
            "'{1}' 값이 없는 줄 {0}개를 뺐습니다."
        ),
        (
            "Left out 1 row with an empty cell in a column of the model.",
            "모형에 쓰인 열의 칸이 빈 줄 1개를 뺐습니다."
        ),
        (
            "Left out {} rows with an empty cell in a column of the model.",
            "모형에 쓰인 열의 칸이 빈 줄 {0}개를 뺐습니다."
        ),
        (
            "1 row was left out because a cell is missing.",
            "칸이 비어 있는 줄 1개를 뺐습니다."
        ),
        (
            "{} rows were left out because a cell is missing.",
            "칸이 비어 있는 줄 {0}개를 뺐습니다."
        ),
        (
            "Every value of '{}' is the same, so there is nothing for the terms to explain.",
            "'{0}'의 값이 모두 같아서 설명할 것이 없습니다."
        ),
        (
            "The design is saturated: no degrees of freedom are left for the error, so F and p are undefined.",
            "설계가 포화되었습니다. 오차를 잴 자유도가 남지 않아 F와 p를 구할 수 없습니다."
        ),
        (
            "Repeat runs, leave a term out or pool small terms.",
            "시험을 되풀이하거나, 항을 하나 빼거나, 작은 항을 합치세요."
        ),
        (
            "The design is saturated, so the prediction has no interval; confirm it by a run.",
            "설계가 포화되어 예측에 구간이 없습니다. 한 번 더 시험해 확인하세요."
        ),
        (
            "The model explains every value exactly, so the error is zero and F and p are undefined.",
            "모형이 모든 값을 정확히 설명해 오차가 없으므로 F와 p를 구할 수 없습니다."
        ),
        (
            "The model fits every value exactly, so the prediction has no interval; confirm it by a run.",
            "모형이 모든 값에 정확히 맞아 예측에 구간이 없습니다. 한 번 더 시험해 확인하세요."
        ),
        (
            "Some terms cannot be told from others, so the prediction depends on how they are separated.",
            "다른 항과 구별되지 않는 항이 있어, 예측은 그 항들을 어떻게 나누느냐에 달려 있습니다."
        ),
        (
            "Only combinations that the data determine were looked at for the best one; others may be better, or impossible.",
            "가장 좋은 조합은 자료로 정해지는 조합 가운데서만 찾았습니다. 다른 조합이 더 좋거나, 아예 불가능할 수 있습니다."
        ),
        (
            "Lenth's method rests on only {} effects here; take its margins as rough.",
            "렌스 방법이 여기서는 효과 {0}개에만 기대므로 한계를 대략으로만 보세요."
        ),
        (
            "Lenth's method finds effects that the model does not have: {}.",
            "렌스 방법이 모형에 없는 효과를 찾았습니다: {0}."
        ),
        (
            "Add them to the model; until then they are in the residual and hide smaller effects.",
            "모형에 더하세요. 그때까지는 잔차에 섞여 더 작은 효과를 가립니다."
        ),
        (
            "Not taken as factors: {}.",
            "요인으로 쓰지 않은 열: {0}."
        ),
        (
            "Name one in --factors (levels) or --numeric (a straight line) to use it.",
            "쓰려면 --factors(수준)나 --numeric(직선)에 이름을 적으세요."
        ),
        (
            "{} rows repeat the combination of an earlier row: their values are repeats of one run, so that there are {} runs.",
            "앞선 줄과 조합이 같은 줄이 {0}개 있습니다. 그 값은 같은 실험의 반복으로 쳐서 실험은 모두 {1}개입니다."
        ),
        (
            "{} row repeats the combination of an earlier row: their values are repeats of one run, so that there are {} runs.",
            "앞선 줄과 조합이 같은 줄이 {0}개 있습니다. 그 값은 같은 실험의 반복으로 쳐서 실험은 모두 {1}개입니다."
        ),
        (
            "Residuals were not looked at: there are more than {} rows.",
            "줄이 {0}개보다 많아 잔차는 살펴보지 않았습니다."
        ),
        (
            "No row has these levels of '{}': {}.",
            "'{0}'의 다음 수준은 어느 줄에도 없습니다: {1}."
        ),
        (
            "'{}' has one level only ('{}'), so it has no effect to estimate.",
            "'{0}'은(는) 수준이 하나('{1}')뿐이라 효과를 추정할 수 없습니다."
        ),
        (
            "'{}' cannot be told from {}: {} degrees of freedom shared and credited to no term.",
            "'{0}'은(는) {1}과(와) 구별되지 않습니다. 자유도 {2}이(가) 겹치며 어느 항의 것으로도 치지 않았습니다."
        ),
        (
            "'{}' cannot be told from {}: {} degree of freedom shared and credited to no term.",
            "'{0}'은(는) {1}과(와) 구별되지 않습니다. 자유도 {2}이(가) 겹치며 어느 항의 것으로도 치지 않았습니다."
        ),
        (
            "'{}' cannot be told fully from {}: {} degrees of freedom shared and credited to no term.",
            "'{0}'은(는) {1}과(와) 다는 구별되지 않습니다. 자유도 {2}이(가) 겹치며 어느 항의 것으로도 치지 않았습니다."
        ),
        (
            "'{}' cannot be told fully from {}: {} degree of freedom shared and credited to no term.",
            "'{0}'은(는) {1}과(와) 다는 구별되지 않습니다. 자유도 {2}이(가) 겹치며 어느 항의 것으로도 치지 않았습니다."
        ),
        (
            "'{}' cannot be told from {}: {} degree of freedom credited to {}.",
            "'{0}'은(는) {1}과(와) 구별되지 않습니다. 자유도 {2}은(는) {3}의 것으로 쳤습니다."
        ),
        (
            "'{}' cannot be told from {}: {} degrees of freedom credited to {}.",
            "'{0}'은(는) {1}과(와) 구별되지 않습니다. 자유도 {2}은(는) {3}의 것으로 쳤습니다."
        ),
        (
            "What '{}' is credited with may come from {}, which cannot be told from it fully.",
            "'{0}'의 것으로 친 효과가 {1}에서 왔을 수도 있습니다. 둘은 다는 구별되지 않습니다."
        ),
        (
            "Some combinations of levels of '{}' never occur, which takes {} of its {} degrees of freedom.",
            "'{0}'의 수준 조합 가운데 한 번도 나오지 않은 것이 있어 자유도 {2} 가운데 {1}을(를) 잃었습니다."
        ),
        (
            "'{}' is in the model without all the terms within it, so it holds their effects too.",
            "'{0}'은(는) 그 안의 항 없이 모형에 있어서 그 항들의 효과도 담고 있습니다."
        ),
        (
            "Pooled into the residual as asked: {}.",
            "요청대로 잔차에 합친 항: {0}."
        ),
        (
            "The residual then holds the smallest effects by choice, so p values are smaller than they should be.",
            "그러면 잔차에 일부러 고른 작은 효과가 들어가므로 p가 실제보다 작습니다."
        ),
        (
            "Successes of trials are fitted by a logit: effects multiply the odds.",
            "시도 가운데 성공한 횟수를 로짓 모형으로 맞췄습니다. 효과는 승산을 곱합니다."
        ),
        (
            "Counts are fitted by a logarithm: effects multiply the rate.",
            "횟수를 로그 모형으로 맞췄습니다. 효과는 발생률을 곱합니다."
        ),
        (
            "Terms are tested by likelihood ratios of type {}.",
            "항은 {0}형 가능도비로 검정했습니다."
        ),
        (
            "Separation: some rates are fitted as 0 or 1 ({}).",
            "분리: 발생률이 0이나 1로 맞춰진 곳이 있습니다({0})."
        ),
        (
            "Their estimates are infinite and left out; the tests of terms still hold.",
            "그 추정값은 무한대라 뺐지만 항의 검정은 유효합니다."
        ),
        (
            "More trials there would help.",
            "그곳에서 더 시도하면 도움이 됩니다."
        ),
        (
            "The best combination is fitted by a rate of 0 or 1, as seen so far; how sure that is cannot be told.",
            "가장 좋은 조합의 발생률은 지금까지 본 대로 0이나 1로 맞춰졌으며, 얼마나 확실한지는 말할 수 없습니다."
        ),
        (
            "The model has as many parameters as there are combinations or rows: its fit cannot be judged.",
            "모형의 모수가 조합이나 줄의 수만큼 많아 잘 맞는지 판단할 수 없습니다."
        ),
        (
            "Expected counts are too small to judge the scatter by Pearson's chi-squared.",
            "기대되는 횟수가 적어 피어슨 카이제곱으로 흩어짐을 판단할 수 없습니다."
        ),
        (
            "Counts scatter {} times as much as the family says (p {}): tests (F) and intervals allow for it (quasi-likelihood).",
            "횟수가 분포가 말하는 것의 {0}배로 흩어집니다(p {1}). 검정(F)과 구간이 이를 고려합니다(준가능도)."
        ),
        (
            "Counts scatter {} times as much as the family says (p {}): p values are too small and intervals too narrow; take blocks or interactions in, or allow for it.",
            "횟수가 분포가 말하는 것의 {0}배로 흩어집니다(p {1}). p는 너무 작고 구간은 너무 좁습니다. 블록이나 상호작용을 넣거나 이를 고려하세요."
        ),
        (
            "Tests (F) and intervals use the scatter found, {} times that of the family, as asked for.",
            "요청대로 검정(F)과 구간은 관찰된 흩어짐(분포의 {0}배)을 씁니다."
        ),
        (
            "Other terms determine some degrees of freedom of: {}.",
            "다른 항이 자유도 일부를 정하는 항: {0}."
        ),
    ]
}
