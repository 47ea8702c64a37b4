// SPDX-License-Identifier: Apache-2.0

extension RecordedSentence {
    /// What looks after health finds and does; apart from the sentences of campaigns, because these are short enough to fit others.
    static let koreanHealth: [(english: String, korean: String)] = [
        ("every kind of job that waits has a worker", "기다리는 작업마다 맡을 작업자가 있습니다"),
        ("told a person", "사람에게 알렸습니다"), ("a person was told before", "전에 사람에게 알렸습니다"),
        (
            "{} jobs of the kind '{}' wait, and no worker has taken such jobs for {}: start one by 'dure worker --server ADDRESS'.",
            "‘{1}’ 작업 {0}개가 기다리는데 {2} 동안 맡을 작업자가 없습니다. ‘dure worker --server 주소’로 작업자를 시작하세요."
        ),
        ("{} % of the processors' time is used", "프로세서 시간의 {} %를 쓰고 있습니다"),
        ("{} % of the memory is used", "메모리의 {} %를 쓰고 있습니다"),
        ("{} % of the disk of the data is used", "데이터 디스크의 {} %를 쓰고 있습니다"),
        ("a row was written in {}", "쓰기 한 번에 {} 걸렸습니다"), ("a write was kept", "쓴 것이 남아 있습니다"),
        ("version {}", "버전 {}"), ("{} of {} workers are healthy, {} isolated", "작업자 {1} 가운데 {0} 정상, {2} 격리"),
        ("{} workers", "작업자 {}"), ("{} agents run", "에이전트 {}개가 일합니다"),
        ("{} agents have their leases", "에이전트 {}개가 제자리에 있습니다"),
        ("no agents have been here yet", "아직 에이전트가 없었습니다"), ("nobody is {}", "맡은 이가 없습니다: {}"),
        ("{} is stuck with a message for {}", "{0}: 메시지 하나에 {1}째 매여 있습니다"), ("{} stopped", "{}: 멈췄습니다"),
        ("{} starts again", "{}: 다시 시작합니다"), ("{} is busy for {}", "{0}: {1}째 바쁩니다"),
        ("nobody can tell how much of {} is used", "얼마나 쓰이는지 알 수 없습니다"), ("no answer within {}", "{} 안에 답이 없습니다"),
        ("gave memory that is not used back to the system", "쓰지 않는 메모리를 시스템에 돌려주었습니다"),
        ("removed {} jobs and {} sessions and links that are over", "끝난 작업 {}개와 끝난 세션·링크 {}개를 지웠습니다"),
        ("made all agents of this process anew", "이 프로세스의 에이전트를 모두 새로 만들었습니다"),
        ("waits: an agent starts again by itself", "기다립니다. 에이전트가 스스로 다시 시작합니다"),
        ("tried, and failed: {}", "해 보았으나 실패했습니다: {}"), ("ticks", "돕니다"),
    ]
}
