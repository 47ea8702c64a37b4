// SPDX-License-Identifier: Apache-2.0

extension Word {
    /// A new goal, its plan, and the analysis of a table.
    var goalWords: Both? {
        switch self {
        case .goalSentence: ("Goal in one sentence", "한 문장 목표")
        case .goalSentenceHint:
            (
                "Korean or English. For example: Galaxy S24 to the top 20 on Naver by Friday with 500,000 won",
                "한국어나 영어로. 예: 갤럭시 S24를 다음 주까지 20위 안에 올려줘, 예산 50만원"
            )
        case .readSentence: ("Read the sentence", "문장 읽기")
        case .newGoalLead:
            (
                "Say it in a sentence, or fill in the form. Nothing starts before you have seen the plan.",
                "문장으로 말하거나 양식을 채우세요. 계획을 보기 전에는 아무것도 시작하지 않습니다."
            )
        case .understood: ("What was understood", "이해한 것")
        case .asked: ("What is still open", "더 필요한 답")
        case .notRead: ("Words without effect", "읽지 않은 말")
        case .fromWords: ("from “{0}”", "‘{0}’에서")
        case .goalForm: ("The goal", "목표")
        case .product: ("Product", "상품")
        case .productURL: ("Its page", "상품 페이지")
        case .productID: ("Its number", "상품 번호")
        case .marketplace: ("Sold on", "판매처")
        case .marketNone: ("Choose …", "선택 …")
        case .marketSimulated: ("Simulated market (rehearsal)", "가상 시장 (리허설)")
        case .marketNaver: ("Naver", "네이버")
        case .marketCoupang: ("Coupang", "쿠팡")
        case .keywords: ("Search words, separated by commas", "검색어 (쉼표로 구분)")
        case .targetRank: ("Rank to reach", "목표 순위")
        case .deadline: ("Deadline", "기한")
        case .deadlineHint: ("A length of time such as 14d or 36h", "14d, 36h와 같이")
        case .budget: ("Budget", "예산")
        case .budgetHint: ("With its currency, such as 500000 KRW", "통화와 함께. 예: 500000 KRW")
        case .price: ("Price", "가격")
        case .factors: ("What may be changed", "바꿔 볼 수 있는 것")
        case .factorsHint:
            (
                "One per line, the present value first. For example: coupon: none, 5%, 10%",
                "한 줄에 하나, 지금 값을 먼저. 예: coupon: none, 5%, 10%"
            )
        case .unitsCount: ("Listings", "판매 글 수")
        case .unitsHint: ("How many listings combinations are tried on", "조합을 해 볼 판매 글의 수")
        case .window: ("Length of a trial", "시험 하나의 길이")
        case .cost: ("Cost of a trial", "시험 하나의 비용")
        case .applyCommand: ("Registered command that applies a setting", "설정을 적용하는 등록된 명령")
        case .measureCommand: ("Registered command that measures", "재는 등록된 명령")
        case .commandHint:
            (
                "The name that 'dure commands add' gave it; for the simulated market leave it empty",
                "‘dure commands add’로 붙인 이름. 가상 시장이면 비워 두세요"
            )
        case .generationSize: ("Combinations per generation", "세대당 조합 수")
        case .replicates: ("Trials per combination", "조합당 시험 수")
        case .previewButton: ("Look at the plan", "계획 보기")
        case .createButton: ("Create the campaign", "캠페인 만들기")
        case .rehearseButton: ("Rehearse it", "리허설")
        case .createHint: ("It waits for your approval before it changes anything.", "무엇이든 바꾸기 전에 승인을 기다립니다.")
        case .plan: ("The plan", "계획")
        case .planTrials: ("Trials", "시험")
        case .planGenerations: ("Generations", "세대")
        case .planDuration: ("Time", "기간")
        case .planCost: ("Cost", "비용")
        case .planCombinations: ("Combinations", "조합")
        case .planPower: ("Power", "검정력")
        case .powerNone: ("Not computed", "계산하지 않음")
        case .powerSentence:
            (
                "With a chance of 80 %, the search tells apart two values of a factor that differ by {0} times the noise of one trial. A rehearsal, or the first trials, tell how large that noise is.",
                "탐색은 시험 하나의 잡음의 {0}배만큼 다른 두 값을 80 % 확률로 가려냅니다. 잡음의 크기는 리허설이나 첫 시험들이 알려 줍니다."
            )
        case .powerConfirm:
            (
                "The confirmation finds a winner that is {0} times that noise better ({1} fresh trials each).",
                "확인 단계는 그 잡음의 {0}배만큼 나은 조합을 찾아냅니다 (새 시험 각 {1}번)."
            )
        case .goalFile: ("The goal file", "목표 파일")
        case .orGoalFile: ("Or give a goal file", "또는 목표 파일을 넣기")
        case .goalFileHint:
            (
                "YAML, as docs/goal-file.md describes it. It is used as it stands.",
                "docs/goal-file.md에 적힌 YAML. 적힌 그대로 씁니다."
            )
        case .wrongGoal: ("The goal is not complete.", "목표가 아직 완전하지 않습니다.")
        case .experimentsLead:
            (
                "Analyse a table of runs: which factor has an effect, how sure that is, and which combination is best.",
                "실험 표를 분석합니다. 어떤 요인이 효과가 있는지, 얼마나 확실한지, 어떤 조합이 가장 좋은지."
            )
        case .csvFile: ("CSV file", "CSV 파일")
        case .csvText: ("or its text", "또는 그 내용")
        case .csvHint:
            (
                "A header line, then one row per run; the file stays on this server only while it is read.",
                "첫 줄은 이름, 그다음 줄마다 실험 하나. 읽는 동안만 서버에 있습니다."
            )
        case .responses: ("Measured columns", "측정한 열")
        case .responsesHint: ("Separated by commas", "쉼표로 구분")
        case .factorColumns: ("Factor columns", "요인 열")
        case .factorColumnsHint: ("Empty: all others", "비우면 나머지 모두")
        case .modelWord: ("Model", "모형")
        case .modelHint: ("As in R, such as A*B + C; empty: main effects", "R처럼. 예: A*B + C. 비우면 주효과")
        case .better: ("Better is", "좋은 방향")
        case .higher: ("higher", "클수록")
        case .lower: ("lower", "작을수록")
        case .analyse: ("Analyse", "분석")
        case .experimentsEmptyTitle: ("Choose a file, or paste its text.", "파일을 고르거나 내용을 붙여 넣으세요.")
        case .analysisFailed: ("The file could not be analysed.", "파일을 분석하지 못했습니다.")
        default: nil
        }
    }
}
