// SPDX-License-Identifier: Apache-2.0

extension Word {
    /// Workers and their jobs, trends and ranks.
    var fleetWords: Both? {
        switch self {
        case .workerStarting: ("Starting", "시작 중")
        case .workerIdle: ("Idle", "대기")
        case .workerWorking: ("Working", "작업 중")
        case .workerSuspect: ("Suspect", "의심")
        case .workerUnresponsive: ("Does not answer", "응답 없음")
        case .workerRestarting: ("Restarting", "다시 시작 중")
        case .workerIsolated: ("Isolated", "격리됨")
        case .workerDraining: ("Draining", "마무리 중")
        case .workerOffline: ("Offline", "꺼짐")
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
        case .roleTrial: ("Trials", "시험")
        case .roleObserver: ("Observer", "관측")
        case .healthyWorkers: ("Healthy workers", "정상 작업자")
        case .jobsWaiting: ("Jobs waiting", "대기 작업")
        case .deadJobs: ("{0} dead", "죽은 작업 {0}")
        case .slotsUsed: ("{0} of {1} slots in use", "{1}칸 중 {0}칸 사용")
        default: nil
        }
    }
}
