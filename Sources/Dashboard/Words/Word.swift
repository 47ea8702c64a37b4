// SPDX-License-Identifier: Apache-2.0

/// Every word and sentence of the pages; {0} and {1} are places for values.
package enum Word: CaseIterable, Sendable {
    case skip
    case menu
    case navigation
    case languageChoice
    case themeChoice
    case themeAuto
    case themeLight
    case themeDark
    case liveLost
    case liveBack
    case liveEnded
    case sendFailed
    case signOut
    case overview
    case campaigns
    case newGoal
    case experiments
    case fleet
    case trends
    case alerts
    case health
    case audit
    case settings
    case days
    case hours
    case minutes
    case seconds
    case draft
    case awaitingApproval
    case rejected
    case expired
    case ready
    case running
    case paused
    case completed
    case stopped
    case failed
    case baseline
    case searching
    case finalists
    case confirming
    case afterwards
    case finished
    case approve
    case reject
    case start
    case pause
    case resume
    case stop
    case failIt
    case conclude
    case newGeneration
    case stopGeneration
    case approveMeans
    case rejectMeans
    case startMeans
    case pauseMeans
    case resumeMeans
    case stopMeans
    case failMeans
    case concludeMeans
    case newGenerationMeans
    case stopGenerationMeans
    case notice
    case warning
    case critical
    case workerStarting
    case workerIdle
    case workerWorking
    case workerSuspect
    case workerUnresponsive
    case workerRestarting
    case workerIsolated
    case workerDraining
    case workerOffline
    case name
    case state
    case stageWord
    case metricNow
    case metricStart
    case target
    case goalProgress
    case timeProgress
    case begun
    case created
    case ended
    case time
    case kind
    case message
    case campaign
    case noCampaignsTitle
    case noCampaigns1
    case noCampaigns2
    case noCampaigns3
    case openCampaigns
    case allCampaigns
    case noOpen
    case runningNow
    case waiting
    case healthyWorkers
    case jobsWaiting
    case deadJobs
    case slotsUsed
    case newestAlerts
    case noAlertsTitle
    case noAlerts1
    case alertsLead
    case older
    case newest
    case rehearsals
    case trials
    case virtualTime
    case rehearsalWaiting
    case campaignsLead
    case nextStep
    case spent
    case ofBudget
    case trialsOf
    case generation
    case reserved
    case best
    case appliedNow
    case units
    case settingsWord
    case unconfirmed
    case decisions
    case decision
    case why
    case whoDecided
    case noDecisions
    case position
    case unit
    case purpose
    case result
    case noTrials
    case reportWord
    case openReport
    case reason
    case confirmTitle
    case cancel
    case backTo
    case planNotes
    case goalSentence
    case goalSentenceHint
    case readSentence
    case newGoalLead
    case understood
    case asked
    case notRead
    case fromWords
    case goalForm
    case product
    case productURL
    case productID
    case marketplace
    case marketNone
    case marketSimulated
    case marketNaver
    case marketCoupang
    case keywords
    case targetRank
    case deadline
    case deadlineHint
    case budget
    case budgetHint
    case price
    case factors
    case factorsHint
    case unitsCount
    case unitsHint
    case window
    case cost
    case generationSize
    case replicates
    case previewButton
    case createButton
    case rehearseButton
    case createHint
    case plan
    case planTrials
    case planGenerations
    case planDuration
    case planCost
    case planCombinations
    case planPower
    case powerNone
    case powerSentence
    case powerConfirm
    case goalFile
    case orGoalFile
    case goalFileHint
    case wrongGoal
    case experimentsLead
    case csvFile
    case csvText
    case csvHint
    case responses
    case responsesHint
    case factorColumns
    case factorColumnsHint
    case modelWord
    case modelHint
    case better
    case higher
    case lower
    case analyse
    case experimentsEmptyTitle
    case analysisFailed
    case fleetLead
    case groups
    case groupNumber
    case leader
    case members
    case resting
    case workers
    case role
    case slots
    case successRate
    case restarts
    case lastBeat
    case isolate
    case release
    case drain
    case restart
    case isolateMeans
    case releaseMeans
    case drainMeans
    case restartMeans
    case queues
    case readyJobs
    case delayedJobs
    case leasedJobs
    case deadJobsHead
    case noWorkersTitle
    case noWorkers1
    case noWorkers2
    case trendsLead
    case noTrendsTitle
    case noTrends1
    case noTrends2
    case newsTrend
    case videoTrend
    case rankings
    case keyword
    case rank
    case before
    case source
    case beyond
    case ownProduct
    case healthLead
    case allGood
    case notGood
    case check
    case good
    case bad
    case version
    case startedAt
    case agentsAt
    case agentsHere
    case agentsElsewhere
    case agentsNowhere
    case notFoundTitle
    case refusedTitle
    case signInTitle
    case signIn1
    case signIn2
    case wrongTitle
    case value
    case expected
    case field
    case toOverview
    case orderWaits
    case begunRehearsal
    case auditLead
    case noAudit
    case actor
    case action
    case subject
    case variable
    case settingsLead

    /// In English and in Korean.
    var both: (english: String, korean: String) {
        switch self {
        case .skip: ("Skip to the content", "본문으로 건너뛰기")
        case .menu: ("Menu", "메뉴")
        case .navigation: ("Pages", "페이지")
        case .languageChoice: ("Language", "언어")
        case .themeChoice: ("Colours", "색")
        case .themeAuto: ("Auto", "자동")
        case .themeLight: ("Light", "밝게")
        case .themeDark: ("Dark", "어둡게")
        case .liveLost: ("The connection to the server is lost. Trying again …", "서버와 연결이 끊겼습니다. 다시 연결하는 중 …")
        case .liveBack: ("Connected again.", "다시 연결되었습니다.")
        case .liveEnded:
            (
                "Your session is over. Copy what you have filled in, and sign in again: dure open",
                "로그인이 끝났습니다. 적은 내용을 복사해 두고 다시 로그인하세요: dure open"
            )
        case .sendFailed: ("The form could not be sent. Try again.", "보내지 못했습니다. 다시 시도해 주세요.")
        case .signOut: ("Sign out", "로그아웃")
        case .overview: ("Overview", "개요")
        case .campaigns: ("Campaigns", "캠페인")
        case .newGoal: ("New goal", "새 목표")
        case .experiments: ("Experiments", "실험")
        case .fleet: ("Fleet", "작업자")
        case .trends: ("Trends", "트렌드")
        case .alerts: ("Alerts", "알림")
        case .health: ("Health", "상태")
        case .audit: ("Audit", "감사 기록")
        case .settings: ("Settings", "설정")
        case .days: ("{0} d", "{0}일")
        case .hours: ("{0} h", "{0}시간")
        case .minutes: ("{0} min", "{0}분")
        case .seconds: ("{0} s", "{0}초")
        case .draft: ("Draft", "초안")
        case .awaitingApproval: ("Waits for approval", "승인 대기")
        case .rejected: ("Rejected", "반려됨")
        case .expired: ("Expired", "만료됨")
        case .ready: ("Ready", "준비됨")
        case .running: ("Running", "진행 중")
        case .paused: ("Paused", "일시 정지")
        case .completed: ("Completed", "완료")
        case .stopped: ("Stopped", "중지됨")
        case .failed: ("Failed", "실패")
        case .baseline: ("Measuring the present setting", "지금 설정을 재는 중")
        case .searching: ("Searching", "탐색 중")
        case .finalists: ("Measuring the best again", "상위 조합을 다시 재는 중")
        case .confirming: ("Confirming the winner", "우승 조합을 확인하는 중")
        case .afterwards: ("Measuring afterwards", "마무리 측정 중")
        case .finished: ("Finished", "끝남")
        case .approve: ("Approve", "승인")
        case .reject: ("Reject", "반려")
        case .start: ("Start", "시작")
        case .pause: ("Pause", "일시 정지")
        case .resume: ("Resume", "재개")
        case .stop: ("Stop", "중지")
        case .failIt: ("Give up", "실패로 끝내기")
        case .conclude: ("Conclude", "탐색 마치기")
        case .newGeneration: ("New generation", "새 세대")
        case .stopGeneration: ("Stop generation", "세대 중단")
        case .approveMeans:
            (
                "The campaign may start: it changes the levers of its units and spends its budget.",
                "캠페인을 시작할 수 있게 됩니다. 대상의 설정을 바꾸고 예산을 씁니다."
            )
        case .rejectMeans:
            (
                "The campaign never starts. A new one can be made from the same goal.",
                "캠페인을 시작하지 않습니다. 같은 목표로 새로 만들 수 있습니다."
            )
        case .startMeans: ("The campaign starts as soon as its units are free.", "대상이 비는 대로 캠페인을 시작합니다.")
        case .pauseMeans:
            (
                "No new trial starts. Trials that run end; nothing is lost.",
                "새 시행을 시작하지 않습니다. 진행 중인 시행은 끝까지 갑니다. 잃는 것은 없습니다."
            )
        case .resumeMeans: ("The campaign goes on where it was.", "멈춘 곳에서 이어 갑니다.")
        case .stopMeans:
            (
                "The campaign ends now. The levers go back to the present setting, and what was learnt is kept. This cannot be undone.",
                "캠페인을 지금 끝냅니다. 설정은 원래대로 돌아가고, 알아낸 것은 남습니다. 되돌릴 수 없습니다."
            )
        case .failMeans: ("The campaign ends as failed. This cannot be undone.", "캠페인을 실패로 끝냅니다. 되돌릴 수 없습니다.")
        case .concludeMeans:
            (
                "The search ends, and the best combinations are measured again.",
                "탐색을 마치고 가장 좋은 조합을 다시 잽니다."
            )
        case .newGenerationMeans: ("A new generation of combinations starts now.", "새 조합 세대를 지금 시작합니다.")
        case .stopGenerationMeans:
            (
                "What the present generation has not tried yet is cancelled.",
                "이번 세대에서 아직 해 보지 않은 것을 취소합니다."
            )
        case .notice: ("Notice", "참고")
        case .warning: ("Warning", "주의")
        case .critical: ("Critical", "심각")
        case .workerStarting: ("Starting", "시작 중")
        case .workerIdle: ("Idle", "대기")
        case .workerWorking: ("Working", "작업 중")
        case .workerSuspect: ("Suspect", "의심")
        case .workerUnresponsive: ("Does not answer", "응답 없음")
        case .workerRestarting: ("Restarting", "다시 시작 중")
        case .workerIsolated: ("Isolated", "격리됨")
        case .workerDraining: ("Draining", "마무리 중")
        case .workerOffline: ("Offline", "꺼짐")
        case .name: ("Name", "이름")
        case .state: ("Status", "상태")
        case .stageWord: ("Stage", "단계")
        case .metricNow: ("Now", "지금")
        case .metricStart: ("At the start", "시작")
        case .target: ("Target", "목표")
        case .goalProgress: ("Way to the target", "목표까지")
        case .timeProgress: ("Planned time", "계획된 시간")
        case .begun: ("Begun", "시작")
        case .created: ("Created", "만든 때")
        case .ended: ("Ended", "끝")
        case .time: ("Time", "시각")
        case .kind: ("Kind", "종류")
        case .message: ("Message", "내용")
        case .campaign: ("Campaign", "캠페인")
        case .noCampaignsTitle: ("There is no campaign yet.", "아직 캠페인이 없습니다.")
        case .noCampaigns1:
            (
                "Describe a goal in one sentence: which product, which rank, until when, for how much.",
                "한 문장으로 목표를 적어 보세요. 어떤 상품을, 몇 위까지, 언제까지, 얼마로."
            )
        case .noCampaigns2:
            (
                "Look at the plan, its cost and its power, and rehearse it against the simulated market.",
                "계획과 비용, 검정력을 보고 가상 시장에서 리허설해 보세요."
            )
        case .noCampaigns3: ("Create the campaign, and approve it here when it waits.", "캠페인을 만들고, 대기하면 여기서 승인하세요.")
        case .openCampaigns: ("Open campaigns", "진행 중인 캠페인")
        case .allCampaigns: ("All campaigns", "모든 캠페인")
        case .noOpen: ("No campaign is open.", "진행 중인 캠페인이 없습니다.")
        case .runningNow: ("Running", "진행 중")
        case .waiting: ("Wait for a person", "사람을 기다림")
        case .healthyWorkers: ("Healthy workers", "정상 작업자")
        case .jobsWaiting: ("Jobs waiting", "대기 작업")
        case .deadJobs: ("{0} dead", "죽은 작업 {0}")
        case .slotsUsed: ("{0} of {1} slots in use", "{1}칸 중 {0}칸 사용")
        case .newestAlerts: ("Newest alerts", "최근 알림")
        case .noAlertsTitle: ("There is nothing that you should know.", "알려 드릴 것이 없습니다.")
        case .noAlerts1:
            (
                "Alerts come when a rank falls, a worker is silent, a budget is used up or a goal is reached.",
                "순위가 떨어지거나 작업자가 조용하거나 예산이 다 쓰이거나 목표에 이르면 알림이 옵니다."
            )
        case .alertsLead: ("What a person should know, newest first.", "알아 두어야 할 것, 최근 것부터.")
        case .older: ("Older", "이전")
        case .newest: ("Newest", "최근으로")
        case .rehearsals: ("Rehearsals", "리허설")
        case .trials: ("Trials", "시행")
        case .virtualTime: ("Virtual time", "가상 시간")
        case .rehearsalWaiting: ("Waits", "대기")
        case .campaignsLead: ("Every attempt at a goal, newest first.", "목표를 향한 시도, 최근 것부터.")
        case .nextStep: ("What happens next", "다음에 일어날 일")
        case .spent: ("Spent", "쓴 돈")
        case .ofBudget: ("of {0}", "예산 {0}")
        case .trialsOf: ("of {0} planned", "계획 {0}")
        case .generation: ("Generation", "세대")
        case .reserved: ("{0} reserved", "{0} 예약")
        case .best: ("Best so far", "지금까지 가장 좋은 조합")
        case .appliedNow: ("Applied now", "지금 적용된 설정")
        case .units: ("Units", "대상")
        case .settingsWord: ("Settings", "설정값")
        case .unconfirmed: ("{0} not confirmed", "확인 안 됨 {0}")
        case .decisions: ("Decisions and their reasons", "결정과 그 까닭")
        case .decision: ("Decision", "결정")
        case .why: ("Why", "까닭")
        case .whoDecided: ("Agent", "에이전트")
        case .noDecisions: ("No decision was made yet.", "아직 내린 결정이 없습니다.")
        case .position: ("No.", "번호")
        case .unit: ("Unit", "대상")
        case .purpose: ("Purpose", "목적")
        case .result: ("Result", "결과")
        case .noTrials: ("No trial was made yet.", "아직 시행이 없습니다.")
        case .reportWord: ("Report", "보고서")
        case .openReport: ("Whole report", "보고서 전체")
        case .reason: ("Reason (kept with the decision)", "까닭 (결정과 함께 남습니다)")
        case .confirmTitle: ("{0}: {1}", "{1}: {0}")
        case .cancel: ("Cancel", "취소")
        case .backTo: ("Back", "돌아가기")
        case .planNotes: ("Notes on the plan", "계획에 대한 참고")
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
        case .window: ("Length of a trial", "시행 하나의 길이")
        case .cost: ("Cost of a trial", "시행 하나의 비용")
        case .generationSize: ("Combinations per generation", "세대당 조합 수")
        case .replicates: ("Trials per combination", "조합당 시행 수")
        case .previewButton: ("Look at the plan", "계획 보기")
        case .createButton: ("Create the campaign", "캠페인 만들기")
        case .rehearseButton: ("Rehearse it", "리허설")
        case .createHint: ("It waits for your approval before it changes anything.", "무엇이든 바꾸기 전에 승인을 기다립니다.")
        case .plan: ("The plan", "계획")
        case .planTrials: ("Trials", "시행")
        case .planGenerations: ("Generations", "세대")
        case .planDuration: ("Time", "기간")
        case .planCost: ("Cost", "비용")
        case .planCombinations: ("Combinations", "조합")
        case .planPower: ("Power", "검정력")
        case .powerSentence:
            (
                "With a chance of 80 %, the search tells apart two values of a factor that differ by {0} times the noise of one trial. A rehearsal, or the first trials, tell how large that noise is.",
                "탐색은 시행 하나의 잡음의 {0}배만큼 다른 두 값을 80 % 확률로 가려냅니다. 잡음의 크기는 리허설이나 첫 시행들이 알려 줍니다."
            )
        case .powerConfirm:
            (
                "The confirmation finds a winner that is {0} times that noise better ({1} fresh trials each).",
                "확인 단계는 그 잡음의 {0}배만큼 나은 조합을 찾아냅니다 (새 시행 각 {1}번)."
            )
        case .powerNone: ("Not computed", "계산하지 않음")
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
        case .fleetLead:
            (
                "Workers pull jobs and report; groups of three are led by one of them.",
                "작업자가 일을 가져가 결과를 알립니다. 셋씩 한 조이고 하나가 이끕니다."
            )
        case .groups: ("Groups", "조")
        case .groupNumber: ("Group {0}", "{0}조")
        case .leader: ("Leader", "이끄는 작업자")
        case .members: ("Members", "조원")
        case .resting: ("Maintenance", "점검 중")
        case .workers: ("Workers", "작업자")
        case .role: ("Role", "역할")
        case .slots: ("Slots", "칸")
        case .successRate: ("Success", "성공률")
        case .restarts: ("Restarts", "재시작")
        case .lastBeat: ("Last beat", "마지막 신호")
        case .isolate: ("Isolate", "격리")
        case .release: ("Release", "해제")
        case .drain: ("Drain", "마무리")
        case .restart: ("Restart", "다시 시작")
        case .isolateMeans:
            (
                "The worker gets no more jobs until it is released; its jobs go to others.",
                "해제할 때까지 일을 주지 않고, 맡은 일은 다른 작업자에게 갑니다."
            )
        case .releaseMeans: ("The worker gets jobs again.", "다시 일을 줍니다.")
        case .drainMeans: ("The worker ends what it has and takes nothing new.", "맡은 일을 끝내고 새 일은 받지 않습니다.")
        case .restartMeans: ("The worker's supervisor restarts it.", "감독이 작업자를 다시 시작합니다.")
        case .queues: ("Queue", "작업 대기열")
        case .readyJobs: ("Ready", "준비")
        case .delayedJobs: ("Delayed", "지연")
        case .leasedJobs: ("Running", "실행 중")
        case .deadJobsHead: ("Dead", "죽음")
        case .noWorkersTitle: ("No worker is there yet.", "아직 작업자가 없습니다.")
        case .noWorkers1:
            (
                "Make a key: dure fleet keys add NAME --scope work",
                "키를 만드세요: dure fleet keys add 이름 --scope work"
            )
        case .noWorkers2: ("Start a worker: dure worker --server ADDRESS", "작업자를 시작하세요: dure worker --server 주소")
        case .trendsLead: ("What news and videos say about watched subjects.", "지켜보는 주제를 뉴스와 영상이 어떻게 말하는지.")
        case .noTrendsTitle: ("No trend was collected yet.", "아직 모은 트렌드가 없습니다.")
        case .noTrends1: ("Collect once: dure trends news --source FEED", "한 번 모으기: dure trends news --source 주소")
        case .noTrends2: ("Watch subjects: dure trends watch", "주제 지켜보기: dure trends watch")
        case .newsTrend: ("News", "뉴스")
        case .videoTrend: ("Videos", "영상")
        case .rankings: ("Ranks", "순위")
        case .keyword: ("Search word", "검색어")
        case .rank: ("Rank", "순위")
        case .before: ("Before", "이전")
        case .source: ("Source", "출처")
        case .beyond: ("beyond {0}", "{0}위 밖")
        case .ownProduct: ("own", "내 상품")
        case .healthLead: ("How the server and what it depends on are.", "서버와 서버가 기대는 것의 상태.")
        case .allGood: ("Everything works.", "모두 정상입니다.")
        case .notGood: ("Something does not work.", "문제가 있습니다.")
        case .check: ("Part", "부분")
        case .good: ("Good", "정상")
        case .bad: ("Bad", "문제")
        case .version: ("Version", "버전")
        case .startedAt: ("Started", "시작한 때")
        case .agentsAt: ("Agents", "에이전트")
        case .agentsHere: ("in this process", "이 프로세스 안")
        case .agentsElsewhere: ("in another process", "다른 프로세스")
        case .agentsNowhere: ("nowhere: campaigns do not go on", "없음: 캠페인이 진행되지 않습니다")
        case .notFoundTitle: ("There is no such page.", "그런 페이지가 없습니다.")
        case .refusedTitle: ("This is not for you.", "권한이 없습니다.")
        case .signInTitle: ("Sign in first.", "먼저 로그인하세요.")
        case .signIn1:
            (
                "Use the sign-in link that the server printed when it started.",
                "서버가 시작하면서 알려 준 로그인 링크를 여세요."
            )
        case .signIn2: ("A new one: dure open", "새 링크: dure open")
        case .wrongTitle: ("This could not be done.", "할 수 없었습니다.")
        case .value: ("Value", "값")
        case .expected: ("What would be right", "올바른 값")
        case .field: ("Field", "항목")
        case .toOverview: ("To the overview", "개요로")
        case .orderWaits:
            (
                "The order waits for the agents; its outcome will show here.",
                "명령이 에이전트를 기다립니다. 결과는 여기에 나타납니다."
            )
        case .begunRehearsal: ("The rehearsal has begun.", "리허설을 시작했습니다.")
        case .auditLead:
            (
                "Who did what, in a chain of hashes: dure audit verify shows whether it was edited.",
                "누가 무엇을 했는지, 해시 사슬로. dure audit verify로 고친 흔적을 찾습니다."
            )
        case .noAudit: ("Nothing was recorded yet.", "아직 기록이 없습니다.")
        case .actor: ("Who", "누가")
        case .action: ("What", "무엇을")
        case .subject: ("About", "대상")
        case .variable: ("Environment variable", "환경 변수")
        case .settingsLead:
            (
                "The values that count now, where each comes from, and its environment variable. Secrets are masked.",
                "지금 적용되는 값과 출처, 환경 변수. 비밀 값은 가립니다."
            )
        }
    }
}
