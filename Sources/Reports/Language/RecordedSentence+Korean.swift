// SPDX-License-Identifier: Apache-2.0

extension RecordedSentence {
    /// Each sentence as it is recorded, and in Korean; `{0}`, `{1}` … name a place where the order differs.
    static let korean: [(english: String, korean: String)] = [
        (
            "{} jobs of the kind '{}' wait, and no worker has taken such jobs for {}: start one by 'dure worker --server ADDRESS'.",
            "‘{1}’ 작업 {0}개가 기다리는데 {2} 동안 맡을 작업자가 없습니다. ‘dure worker --server 주소’로 작업자를 시작하세요."
        ),
        (
            "{} asked at {} to {}, which was refused: {}.",
            "{0}이(가) {1}에 {2}을(를) 명령했으나 거절되었습니다: {3}."
        ),
        (
            "{} asked at {} to {}: {}",
            "{0}이(가) {1}에 {2}을(를) 명령했습니다: {3}"
        ),
        (
            "worker {} is isolated: it has been silent since {}, and {} restarts did not help",
            "작업자 {}을(를) 격리했습니다: {}부터 응답이 없고, {}번 다시 시작해도 나아지지 않았습니다"
        ),
        (
            "worker {} is isolated: {}",
            "작업자 {}을(를) 격리했습니다: {}"
        ),
        (
            "{} of {} workers fell silent together; none is isolated, look for a cause outside the workers (disk, network, an overloaded computer)",
            "작업자 {1}개 가운데 {0}개가 한꺼번에 응답을 멈췄습니다. 격리한 것은 없습니다. 작업자 밖의 원인(디스크, 네트워크, 과부하)을 찾아보세요"
        ),
        (
            "Finalists and confirmation are cut from {} trials to {}, two fifths of the {} that fit; their results will be less certain.",
            "결선과 확인 시험을 {}회에서 {}회로 줄입니다. 들어갈 수 있는 {}회의 5분의 2입니다. 그만큼 결과가 덜 확실합니다."
        ),
        (
            "Too little fits: finalists and confirmation alone take {} trials, and {} fit in all; raise the budget or the deadline, or lower ending.confirmation_replicates.",
            "들어갈 수 있는 시험이 너무 적습니다. 결선과 확인에만 {}회가 드는데 모두 {}회만 들어갑니다. 예산이나 기한을 늘리거나 ending.confirmation_replicates를 줄이세요."
        ),
        (
            "The round does not meet the target.",
            "이번 라운드는 목표에 이르지 못했습니다."
        ),
        (
            "The target is met in {} of {} rounds in a row.",
            "연속 {1}개 라운드 가운데 {0}개에서 목표에 이르렀습니다."
        ),
        (
            "The target is met in {} rounds in a row.",
            "{}개 라운드 연속으로 목표에 이르렀습니다."
        ),
        (
            "The target is met in {} rounds in a row: well done.",
            "{}개 라운드 연속으로 목표에 이르렀습니다. 축하합니다."
        ),
        (
            "The target is met in {} rounds in a row: well done. It is raised by 20 %, once.",
            "{}개 라운드 연속으로 목표에 이르렀습니다. 축하합니다. 목표를 한 번, 20 % 높입니다."
        ),
        (
            "Only {} of the workers are healthy: nothing new is started.",
            "정상인 작업자가 {}뿐이라 새로 시작하지 않습니다."
        ),
        (
            "The guardrail on {} was breached: the levers go back and the campaign stops.",
            "{}의 안전 한계를 넘었습니다. 설정을 되돌리고 캠페인을 멈춥니다."
        ),
        (
            "The budget for searching is used: the best combinations are measured again.",
            "탐색에 쓸 예산을 다 썼습니다. 가장 좋은 조합들을 다시 측정합니다."
        ),
        (
            "Half of the time has passed and the rank is worse than at the start: the campaign stops.",
            "기간의 절반이 지났는데 순위가 시작보다 나쁩니다. 캠페인을 멈춥니다."
        ),
        (
            "Half of the time has passed and the rank is not worse than at the start: it goes on.",
            "기간의 절반이 지났고 순위가 시작보다 나쁘지 않습니다. 계속합니다."
        ),
        (
            "At 30 % of the time {} places were gained: the effort grows by half.",
            "기간의 30 %에 {}계단 올랐습니다. 시험 규모를 절반만큼 늘립니다."
        ),
        (
            "At 30 % of the time {} places were gained, but it may be chance: the effort stays.",
            "기간의 30 %에 {}계단 올랐지만 우연일 수 있습니다. 시험 규모를 유지합니다."
        ),
        (
            "At 30 % of the time fewer than 10 places were gained: the effort stays.",
            "기간의 30 %에 오른 것이 10계단보다 적습니다. 시험 규모를 유지합니다."
        ),
        (
            "{} of the way to the target is done: the search goes on to {}.",
            "목표까지 {} 왔습니다. {} 단계로 탐색을 이어 갑니다."
        ),
        (
            "No combination was measured: the control stays.",
            "측정된 조합이 없습니다. 현재 설정을 유지합니다."
        ),
        (
            "No combination is better than the control by the model: the control stays.",
            "모형으로 보아 현재 설정보다 나은 조합이 없습니다. 현재 설정을 유지합니다."
        ),
        (
            "Of {} finalists measured again the model holds {} for the best.",
            "다시 측정한 결선 조합 {}개 가운데 모형은 {}을(를) 가장 좋게 봅니다."
        ),
        (
            "The campaign did not complete: no campaign follows.",
            "캠페인이 끝까지 가지 못해 다음 캠페인을 만들지 않습니다."
        ),
        (
            "No combination beat the control: no campaign follows.",
            "현재 설정을 이긴 조합이 없어 다음 캠페인을 만들지 않습니다."
        ),
        (
            "The goal asks for no further campaign.",
            "목표에 다음 캠페인을 두지 않았습니다."
        ),
        (
            "The best combination becomes the control of the next campaign, which starts now.",
            "가장 좋은 조합을 기준으로 다음 캠페인을 바로 시작합니다."
        ),
        (
            "The best combination becomes the control of the next campaign, which waits for approval.",
            "가장 좋은 조합을 기준으로 다음 캠페인을 만들었고 승인을 기다립니다."
        ),
        (
            "The best combinations score as before.",
            "상위 조합의 점수가 예전과 같습니다."
        ),
        (
            "The best combinations lost 20 % or more of their score within 7 days: the market has changed.",
            "상위 조합의 점수가 7일 안에 20 % 이상 떨어졌습니다. 시장이 변했습니다."
        ),
        (
            "Permission was refused ({}): a person must look, the campaign pauses.",
            "권한이 거부되었습니다({}). 사람이 살펴야 하므로 캠페인을 일시 중지합니다."
        ),
        (
            "Something that every trial needs is not there ({}): the campaign fails.",
            "모든 시험에 필요한 것이 없습니다({}). 캠페인은 실패로 끝납니다."
        ),
        (
            "{} trials failed one after the other: a person must look, the campaign pauses.",
            "시험 {}회가 잇달아 실패했습니다. 사람이 살펴야 하므로 캠페인을 일시 중지합니다."
        ),
        (
            "The trial failed ({}): the campaign goes on.",
            "시험이 실패했습니다({}). 캠페인은 계속합니다."
        ),
        (
            "Nothing was planned yet: the pace stays.",
            "아직 계획된 시험이 없습니다. 속도를 유지합니다."
        ),
        (
            "Fewer than 90 % of the planned trials have ended: 20 % more effort.",
            "계획한 시험의 90 %가 끝나지 않았습니다. 시험 규모를 20 % 늘립니다."
        ),
        (
            "Over 110 % of the planned trials have ended: 10 % less effort.",
            "계획보다 110 % 넘게 끝났습니다. 시험 규모를 10 % 줄입니다."
        ),
        (
            "The campaign keeps its pace.",
            "캠페인이 계획한 속도를 지키고 있습니다."
        ),
        (
            "The budget of {} trials binds; time and units would allow {}.",
            "예산이 시험 {}회로 정해져 있습니다. 시간과 대상은 {}회까지 허용합니다."
        ),
        (
            "The money is enough for {} trials.",
            "금액은 시험 {}회까지 충분합니다."
        ),
        (
            "A generation of {} combinations with {} trials each does not fit a day: it holds {} trials.",
            "조합 {}개를 {}회씩 시험하는 세대는 하루에 들어가지 않습니다. 하루에 시험 {}회가 가능합니다."
        ),
        (
            "Too little fits: finalists and confirmation alone take {} trials; raise the budget or the deadline, or lower ending.confirmation_replicates.",
            "들어갈 수 있는 시험이 너무 적습니다. 결선과 확인에만 {}회가 듭니다. 예산이나 기한을 늘리거나 ending.confirmation_replicates를 줄이세요."
        ),
        (
            "{} trials in {} generations of up to {} fit the time, the units and the budget; {} of them are kept for measuring the best again.",
            "시간과 대상과 예산 안에서 시험 {}회를 {}개 세대(세대마다 많아야 {}회)로 할 수 있으며, 그 가운데 {}회는 가장 좋은 조합을 다시 측정하는 데 남겨 둡니다."
        ),
        (
            "Nothing unusual was seen.",
            "특이한 일이 없었습니다."
        ),
        (
            "The rank fell {} places within an hour.",
            "순위가 한 시간 안에 {}계단 떨어졌습니다."
        ),
        (
            "The worker {} has been silent for {}.",
            "작업자 {}의 응답이 {} 동안 없습니다."
        ),
        (
            "The campaign is over 24 hours late ({} past its deadline).",
            "캠페인이 24시간 넘게 늦었습니다(기한에서 {} 지남)."
        ),
        (
            "The source {} changed: of {} ranks {} became worse and {} better at once, which products do not do.",
            "출처 {0}이(가) 바뀌었습니다. 순위 {1}개 가운데 {2}개가 나빠지고 {3}개가 좋아졌는데, 상품은 그렇게 한꺼번에 움직이지 않습니다."
        ),
        (
            "The rank of {} moved from {} to {} and stayed there, without a lever's having been moved.",
            "설정을 바꾸지 않았는데 {0}의 순위가 {1}위에서 {2}위로 옮겨 머물렀습니다."
        ),
        (
            "The ranks have changed their level beyond what chance explains.",
            "순위가 우연으로 설명되지 않을 만큼 달라졌습니다."
        ),
        (
            "No combination beat the present setting.",
            "현재 설정을 이긴 조합이 없습니다."
        ),
        (
            "The search, the finalists and the confirmation are done.",
            "탐색과 결선과 확인이 끝났습니다."
        ),
        (
            "Everything was halted by a person.",
            "사람이 모두 멈췄습니다."
        ),
        (
            "Nothing could be measured: every trial failed ({}).",
            "모든 시험이 실패해 아무것도 측정하지 못했습니다({})."
        ),
        (
            "The levers of {} could not be put back ({}); a person must look.",
            "{}의 설정을 되돌리지 못했습니다({}). 사람이 살펴야 합니다."
        ),
        (
            "{} units and windows of {} leave room for {} trials until midnight.",
            "대상 {}개와 {} 길이의 시험으로 자정까지 {}회를 시험할 수 있습니다."
        ),
        (
            "The budget leaves {} trials for searching.",
            "예산에서 탐색에 쓸 수 있는 시험은 {}회입니다."
        ),
        (
            "So it has {} combinations with {} trials each, instead of {} with {}.",
            "그래서 조합 {}개를 {}회씩 시험합니다. 원래는 {}개를 {}회씩이었습니다."
        ),
        (
            "The factors span only {} combinations: all are tried, the control in every block.",
            "요인으로 만들 수 있는 조합이 {}개뿐이라 모두 시험하고, 현재 설정은 블록마다 넣습니다."
        ),
        (
            "{} combinations were chosen to lie far from all others.",
            "조합 {}개는 나머지와 멀리 떨어지도록 골랐습니다."
        ),
        (
            "No orthogonal array up to 81 runs fits {} factors of {} levels: a balanced design that spreads is used instead.",
            "81회 이하의 직교표 가운데 수준이 {1}인 요인 {0}개에 맞는 것이 없어 고르게 퍼진 균형 설계를 씁니다."
        ),
        (
            "The smallest orthogonal array that fits, {}, has {} runs: more than the generation's {}.",
            "맞는 직교표 가운데 가장 작은 {}도 {}회가 필요해 한 세대의 {}회를 넘습니다."
        ),
        (
            "Those of its runs that spread best are used, so effects are not yet balanced.",
            "그 가운데 가장 고르게 퍼진 것만 썼으므로 효과가 아직 균형을 이루지 않습니다."
        ),
        (
            "The {} array's {} runs screen {} factors.",
            "{} 직교표의 {}회로 요인 {}개를 훑습니다."
        ),
        (
            "One run of the {} is the control, which every block holds anyway.",
            "{}의 한 회는 현재 설정이며, 어차피 블록마다 들어 있습니다."
        ),
        (
            "{} has {} levels in a column of {} of the {}: dummy levels repeat its levels, the control first.",
            "{}은(는) 수준이 {}개인데 {3}의 {2}수준 열에 놓여, 현재 수준부터 되풀이해 채웠습니다."
        ),
        (
            "The environment changed: older outcomes were set aside and more is explored.",
            "시장이 변해 예전 결과를 제쳐 두고 더 넓게 탐색합니다."
        ),
        (
            "{} elite, {} crossover, {} mutation and {} random combinations.",
            "엘리트 {}개, 교차 {}개, 돌연변이 {}개, 무작위 {}개 조합."
        ),
        (
            "The market has changed: the search explores anew.",
            "시장이 변해 탐색을 새로 합니다."
        ),
        (
            "An analysis of variance is not possible: {}.",
            "분산분석을 할 수 없습니다: {}."
        ),
        (
            "No combination beat the control by the model.",
            "모형으로 보아 현재 설정을 이긴 조합이 없습니다."
        ),
        (
            "The rank is lowest at {} o'clock, against the day's median.",
            "순위는 하루의 중앙값과 견주어 {}시에 가장 좋습니다."
        ),
        (
            "The {} is lowest at {} o'clock, against the day's median.",
            "{}은(는) 하루의 중앙값과 견주어 {}시에 가장 낮습니다."
        ),
        (
            "The rank is lowest at {} o'clock, against the day's mean.",
            "순위는 하루의 평균과 견주어 {}시에 가장 좋습니다."
        ),
        (
            "The rank is lowest on Mondays, against the week's mean.",
            "순위는 한 주의 평균과 견주어 월요일에 가장 좋습니다."
        ),
        (
            "The rank is lowest on Tuesdays, against the week's mean.",
            "순위는 한 주의 평균과 견주어 화요일에 가장 좋습니다."
        ),
        (
            "The rank is lowest on Wednesdays, against the week's mean.",
            "순위는 한 주의 평균과 견주어 수요일에 가장 좋습니다."
        ),
        (
            "The rank is lowest on Thursdays, against the week's mean.",
            "순위는 한 주의 평균과 견주어 목요일에 가장 좋습니다."
        ),
        (
            "The rank is lowest on Fridays, against the week's mean.",
            "순위는 한 주의 평균과 견주어 금요일에 가장 좋습니다."
        ),
        (
            "The rank is lowest on Saturdays, against the week's mean.",
            "순위는 한 주의 평균과 견주어 토요일에 가장 좋습니다."
        ),
        (
            "The rank is lowest on Sundays, against the week's mean.",
            "순위는 한 주의 평균과 견주어 일요일에 가장 좋습니다."
        ),
        (
            "The ranks could not be looked at ({}).",
            "순위를 볼 수 없었습니다({})."
        ),
        (
            "The {} is least at {} o'clock, against the day's median.",
            "{}은(는) 하루의 중앙값과 견주어 {}시에 가장 낮습니다."
        ),
        (
            "1 row was left out because a cell that the analysis uses is missing.",
            "분석에 쓰는 칸이 비어 있어 1줄을 뺐습니다."
        ),
        (
            "{} rows were left out because a cell that the analysis uses is missing.",
            "분석에 쓰는 칸이 비어 있어 {}줄을 뺐습니다."
        ),
        (
            "The response is the mean of {} repeats; --sn analyses their ratios.",
            "반응값은 되풀이 {}회의 평균입니다. --sn으로 신호 대 잡음비를 분석할 수 있습니다."
        ),
        (
            "Every value of '{}' is the same, so there is nothing for the factors to explain.",
            "‘{}’의 값이 모두 같아 요인이 설명할 것이 없습니다."
        ),
        (
            "The design is saturated, so the prediction has no interval; confirm it by a run.",
            "포화 설계라서 예측에 구간이 없습니다. 한 번 더 시험해 확인하세요."
        ),
        (
            "The model fits every value exactly, so the prediction has no interval; confirm it by a run.",
            "모형이 모든 값에 정확히 맞아 예측에 구간이 없습니다. 한 번 더 시험해 확인하세요."
        ),
        (
            "The split is somewhat off the planned shares (p {}; below 0.001 it would be invalid).",
            "방문자가 계획한 비율에서 조금 벗어났습니다(p {}). p가 0.001보다 작으면 무효입니다."
        ),
        (
            "{} units have no value of '{}' and were left out of it.",
            "{1} 값이 없는 방문자 {0}명을 그 지표에서 뺐습니다."
        ),
        (
            "The last look has {} % of the planned units, so its boundary is stricter than it would be with all of them.",
            "마지막 확인 시점의 자료가 계획의 {} %라서 경계가 계획보다 엄격합니다."
        ),
        (
            "{} units have no value of '{}'; they were given its mean.",
            "{1} 값이 없는 방문자 {0}명에게는 그 평균을 넣었습니다."
        ),
        (
            "{}: {} units make up a fifth or more of a variant's spread; with: difference {}, p {}; without: difference {}, p {}.",
            "{0}: 방문자 {1}명이 한 변형의 흩어짐에서 오분의 일 이상을 차지합니다. 포함하면 차이 {2}, p {3}이고, 빼면 차이 {4}, p {5}입니다."
        ),
        (
            "{}: 1 unit makes up a fifth or more of a variant's spread; with: difference {}, p {}; without: difference {}, p {}.",
            "{0}: 방문자 한 명이 한 변형의 흩어짐에서 오분의 일 이상을 차지합니다. 포함하면 차이 {1}, p {2}이고, 빼면 차이 {3}, p {4}입니다."
        ),
        (
            "{}: events come in groups (variance {} times the mean), so the Poisson tests are too sure; the decision rests on the spread that is seen.",
            "{0}: 사건이 몰려서 일어나(분산이 평균의 {1}배) 푸아송 검정은 지나치게 확신합니다. 실제로 보이는 흩어짐으로 판정했습니다."
        ),
        (
            "The verdict is about '{}', the first metric; the others have their own.",
            "결론은 첫째 지표인 ‘{}’에 대한 것이며, 나머지 지표의 판정은 따로 있습니다."
        ),
    ]
}
