// SPDX-License-Identifier: Apache-2.0

import Domain
import Reports

// Names that are kept as short words in records, as a reader knows them; what has no other name here is shown as it is kept.
extension Words {
    /// A campaign's metric.
    package func metric(_ name: String) -> String { name == "rank" ? self(.rank) : name }

    /// What a trial is for.
    func purpose(_ name: String) -> String {
        switch Trial.Purpose(rawValue: name) {
        case .search: self(.purposeSearch)
        case .control: self(.purposeControl)
        case .finalist: self(.purposeFinalist)
        case .confirmation: self(.purposeConfirmation)
        case nil: name
        }
    }

    /// A trial's state.
    func trial(_ state: String) -> String {
        switch TrialStatus(rawValue: state) {
        case .planned: self(.trialPlanned)
        case .running: self(.running)
        case .completed: self(.completed)
        case .failed: self(.failed)
        case .cancelled: self(.trialCancelled)
        case .discarded: self(.trialDiscarded)
        case nil: state
        }
    }

    /// The state of a workflow's run.
    func workflow(_ state: WorkflowRun.State) -> String {
        switch state {
        case .running: self(.running)
        case .waiting: self(.awaitingApproval)
        case .completed: self(.completed)
        case .failed: self(.failed)
        case .cancelled: self(.trialCancelled)
        }
    }

    /// A worker's role.
    func role(_ name: String) -> String {
        switch WorkerRole(rawValue: name) {
        case .trial: self(.roleTrial)
        case .observer: self(.roleObserver)
        case nil: name
        }
    }

    /// The agent that decided.
    func agent(_ name: String) -> String { term(name, Self.agents) }

    /// The rule by which it was decided.
    func policy(_ name: String) -> String { term(name, Self.policies) }

    private func term(_ name: String, _ korean: [String: String]) -> String {
        language == .korean ? korean[name] ?? name : name.replacing("_", with: " ")
    }

    /// Something whose health is looked at.
    func check(_ name: String) -> String { language == .korean ? Self.checks[name] ?? name : name }

    /// How something is.
    func level(_ level: HealthLevel) -> (text: String, tone: Tone) {
        switch level {
        case .healthy: (self(.good), .good)
        case .unknown: (self(.levelUnknown), .plain)
        case .warning: (self(.warning), .bad)
        case .critical: (self(.critical), .bad)
        }
    }

    /// What was found or done, which is recorded in English.
    func toldOfHealth(_ sentence: String) -> String { language.toldOfHealth(sentence) }

    /// What happens next, or what a person can do.
    func next(_ status: CampaignStatus, _ stage: CampaignStage, isClosing: Bool) -> String {
        guard !isClosing else { return self(.nextClosing) }
        return switch status {
        case .awaitingApproval: self(.nextApproval)
        case .draft, .ready: self(.nextReady)
        case .rejected, .expired: self(.nextRejected)
        case .paused: self(.nextPaused)
        case .completed: self(.nextCompleted)
        case .stopped, .failed: self(.nextStopped)
        case .running:
            switch stage {
            case .baseline: self(.nextBaseline)
            case .searching: self(.nextSearching)
            case .finalists: self(.nextFinalists)
            case .confirming: self(.nextConfirming)
            case .afterwards, .finished: self(.nextAfterwards)
            }
        }
    }

    private static let agents = [
        "orchestrator": "지휘", "variable": "조합", "fleet": "작업자", "campaign": "캠페인", "monitoring": "감시",
        "analysis": "분석", "news_trend": "뉴스 트렌드", "video_trend": "영상 트렌드", "gateway": "사람",
    ]

    private static let checks = [
        "processor": "프로세서", "memory": "메모리", "disk": "디스크", "database": "데이터베이스", "workers": "작업자", "queues": "대기열",
        "agents": "에이전트", "migrations": "스키마", "store": "저장소", "fleet": "작업자 관리", "lease": "담당권",
    ]

    private static let policies = [
        "anomaly": "이상", "course": "진로", "environment": "환경 변화", "failure": "실패 처리", "next_campaign": "다음 캠페인",
        "pacing": "속도", "person_order": "사람의 명령", "plan": "계획", "target": "목표", "trend": "추세",
        "warm_start": "앞선 결과", "winner": "우승 조합", "worth": "시험의 값어치",
    ]
}
