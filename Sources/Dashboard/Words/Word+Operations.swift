// SPDX-License-Identifier: Apache-2.0

extension Word {
    /// Alerts, health, the audit log, the settings.
    var operationWords: Both? {
        switch self {
        case .notice: ("Notice", "참고")
        case .warning: ("Warning", "주의")
        case .critical: ("Critical", "심각")
        case .runningNow: ("Running", "진행 중")
        case .waiting: ("Wait for a person", "사람을 기다림")
        case .newestAlerts: ("Newest alerts", "최근 알림")
        case .noAlertsTitle: ("There is nothing that you should know.", "알려 드릴 것이 없습니다.")
        case .noAlerts1:
            (
                "Alerts come when a rank falls, a worker is silent, a budget is used up or a goal is reached.",
                "순위가 떨어지거나 작업자가 조용하거나 예산이 다 쓰이거나 목표에 이르면 알림이 옵니다."
            )
        case .alertsLead: ("What a person should know, newest first.", "알아 두어야 할 것, 최근 것부터.")
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
        case .watched: ("What is looked after", "살펴보는 것")
        case .readiness: ("Can the server work", "서버가 일할 수 있는가")
        case .healthHistory: ("What changed in the last seven days", "지난 7일의 변화")
        case .noHealthHistory: ("Nothing was noted in the last seven days.", "지난 7일 동안 적힌 것이 없습니다.")
        case .healthLimits:
            (
                "Use of processor, memory and disk above {0} % is a warning, above {1} % critical (settings health.warning_percent and health.critical_percent).",
                "프로세서, 메모리, 디스크를 {0} % 넘게 쓰면 주의, {1} % 넘게 쓰면 심각입니다 (설정 health.warning_percent, health.critical_percent)."
            )
        case .notLookedYet: ("Nobody has looked yet.", "아직 살펴보지 않았습니다.")
        case .worthALook: ("It works, but something wants attention.", "일하고 있지만 살펴볼 것이 있습니다.")
        case .levelUnknown: ("Unknown", "알 수 없음")
        case .levelBefore: ("before: {0}", "이전: {0}")
        case .change: ("Change", "변화")
        case .doneAboutIt: ("Done about it", "한 일")
        case .sinceWhen: ("Since", "언제부터")
        case .lookedAt: ("Looked at", "살펴본 때")
        case .sourceDefault: ("default", "기본값")
        case .sourceFlags: ("command line", "명령줄")
        default: nil
        }
    }
}
