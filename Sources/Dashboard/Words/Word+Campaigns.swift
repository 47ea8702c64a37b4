// SPDX-License-Identifier: Apache-2.0

extension Word {
    /// Campaigns: states, orders, decisions, trials, rehearsals.
    var campaignWords: Both? {
        switch self {
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
                "새 시험을 시작하지 않습니다. 진행 중인 시험은 끝까지 갑니다. 잃는 것은 없습니다."
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
        case .stageWord: ("Stage", "단계")
        case .metricNow: ("Now", "지금")
        case .metricStart: ("At the start", "시작")
        case .target: ("Target", "목표")
        case .goalProgress: ("Way to the target", "목표까지")
        case .timeProgress: ("Planned time", "계획된 시간")
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
        case .rehearsals: ("Rehearsals", "리허설")
        case .trials: ("Trials", "시험")
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
        case .allDecisions: ("All decisions, one by one", "모든 결정을 하나씩 보기")
        case .allTrials: ("All trials", "모든 시험 보기")
        case .newestOf: ("The newest {0} of {1}.", "전체 {1} 가운데 최근 {0}.")
        case .times: ("{0} times", "{0}번")
        case .metricAtEnd: ("{0} at the end", "끝났을 때 {0}")
        case .metricAtEndNote: ("median over the units after the last trial", "마지막 시험 뒤 대상들의 중앙값")
        case .waitsForUnits:
            (
                "It waits: its unit “{0}” serves the campaign “{1}”. It starts by itself as soon as that one ends.",
                "기다리는 중입니다. 대상 ‘{0}’을(를) 캠페인 ‘{1}’이(가) 쓰고 있습니다. 그 캠페인이 끝나는 대로 저절로 시작합니다."
            )
        case .noDecisions: ("No decision was made yet.", "아직 내린 결정이 없습니다.")
        case .position: ("No.", "번호")
        case .unit: ("Unit", "대상")
        case .purpose: ("Purpose", "목적")
        case .result: ("Result", "결과")
        case .noTrials: ("No trial was made yet.", "아직 시험이 없습니다.")
        case .reportWord: ("Report", "보고서")
        case .openReport: ("Whole report", "보고서 전체")
        case .confirmTitle: ("{0}: {1}", "{1}: {0}")
        case .planNotes: ("Notes on the plan", "계획에 대한 참고")
        case .orderWaits:
            (
                "The order waits for the agents; its outcome will show here.",
                "명령이 에이전트를 기다립니다. 결과는 여기에 나타납니다."
            )
        case .begunRehearsal: ("The rehearsal has begun.", "리허설을 시작했습니다.")
        case .purposeSearch: ("Search", "탐색")
        case .purposeControl: ("Present setting", "현재 설정")
        case .purposeFinalist: ("Finalist", "결선")
        case .purposeConfirmation: ("Confirmation", "확인")
        case .trialPlanned: ("Planned", "예정")
        case .trialCancelled: ("Cancelled", "취소됨")
        case .trialDiscarded: ("Discarded", "제외됨")
        case .nextApproval:
            (
                "It waits for a person: look at the plan, then approve or reject it.",
                "사람을 기다립니다. 계획을 보고 승인하거나 반려하세요."
            )
        case .nextReady: ("It waits to be started.", "시작을 기다립니다.")
        case .nextRejected: ("It will not run. Make a new one from the same goal.", "실행되지 않습니다. 같은 목표로 새로 만드세요.")
        case .nextPaused: ("It is paused: nothing new starts until it is resumed.", "멈춰 있습니다. 재개할 때까지 새로 시작하는 것이 없습니다.")
        case .nextCompleted: ("It is over: its report says what came of it.", "끝났습니다. 결과는 보고서에 있습니다.")
        case .nextStopped: ("It ended early: its report says what was learnt.", "일찍 끝났습니다. 알아낸 것은 보고서에 있습니다.")
        case .nextClosing: ("The levers go back, then the campaign ends.", "설정을 원래대로 돌린 뒤 캠페인이 끝납니다.")
        case .nextBaseline:
            (
                "The present setting is measured, then the first generation is tried.",
                "현재 설정을 잰 뒤 첫 세대를 시험합니다."
            )
        case .nextSearching:
            (
                "The generation's trials end, then the next generation is chosen from what they say.",
                "이번 세대의 시험이 끝나면 그 결과로 다음 세대를 고릅니다."
            )
        case .nextFinalists:
            (
                "The best combinations are measured again, then one is chosen.",
                "가장 좋은 조합들을 다시 잰 뒤 하나를 고릅니다."
            )
        case .nextConfirming: ("The winner is measured against the present setting.", "우승 조합을 현재 설정과 견주어 잽니다.")
        case .nextAfterwards:
            (
                "The metric is measured a last time, then the campaign ends.",
                "마지막으로 한 번 더 잰 뒤 캠페인이 끝납니다."
            )
        default: nil
        }
    }
}
