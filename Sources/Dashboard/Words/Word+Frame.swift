// SPDX-License-Identifier: Apache-2.0

extension Word {
    /// What stands on every page, and in place of one.
    var frameWords: Both? {
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
        case .health: ("Health", "서버 상태")
        case .audit: ("Audit", "감사 기록")
        case .settings: ("Settings", "설정")
        case .days: ("{0} d", "{0}일")
        case .hours: ("{0} h", "{0}시간")
        case .minutes: ("{0} min", "{0}분")
        case .seconds: ("{0} s", "{0}초")
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
        case .name: ("Name", "이름")
        case .state: ("Status", "상태")
        case .created: ("Created", "만든 때")
        case .begun: ("Begun", "시작")
        case .ended: ("Ended", "끝")
        case .time: ("Time", "시각")
        case .kind: ("Kind", "종류")
        case .message: ("Message", "내용")
        case .cancel: ("Cancel", "취소")
        case .backTo: ("Back", "돌아가기")
        case .reason: ("Reason (kept with the decision)", "까닭 (결정과 함께 남습니다)")
        case .notSet: ("not set", "정하지 않음")
        case .none: ("none", "없음")
        case .zoneSeoul: ("Seoul (UTC+9)", "서울(UTC+9)")
        case .readAs: ("The file was read as {0}.", "파일을 {0}(으)로 읽었습니다.")
        case .zoneNote: ("All times are those of {0}.", "모든 시각은 {0} 기준입니다.")
        case .older: ("Older", "이전")
        case .newest: ("Newest", "최근으로")
        default: nil
        }
    }
}
