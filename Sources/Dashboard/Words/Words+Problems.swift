// SPDX-License-Identifier: Apache-2.0

import Reports

// What the server says of a request that cannot be carried out, and what the audit log says of one: both are written in English.
extension Words {
    /// A sentence of the server, or of the audit log, in this language where it is known.
    package func server(_ sentence: String) -> String {
        guard language == .korean else { return sentence }
        for (english, korean) in Self.server {
            let parts = english.split(separator: "{}", omittingEmptySubsequences: false).map(String.init)
            guard let before = parts.first, parts.count <= 2, sentence.hasPrefix(before) else { continue }
            guard let after = parts.dropFirst().first else {
                if sentence == english { return korean }
                continue
            }
            let rest = sentence.dropFirst(before.count)
            guard rest.hasSuffix(after), rest.count > after.count else { continue }
            let named = String(rest.dropLast(after.count))
            return korean.replacing("{}", with: Self.things[named] ?? named)
        }
        return language.toldOfMistake(sentence)
    }

    private static let things = [
        "campaign": "캠페인", "worker": "작업자", "run": "실행", "trend": "트렌드 실행", "job": "작업", "order": "명령", "key": "키",
        "rehearsal": "리허설", "session": "로그인", "viewer": "보기", "operator": "운영", "admin": "관리자",
    ]

    /// Each sentence as the server writes it, and in Korean; `{}` stands for what it names.
    private static let server = [
        ("there is no such {}", "{}: 그런 것이 없습니다"),
        ("this needs the role '{}'", "‘{}’ 역할이 있어야 합니다"),
        ("a key of the role {}, or one above it", "{} 이상의 역할을 가진 키나 로그인"),
        ("there were too many wrong credentials", "틀린 자격 증명이 너무 많았습니다. 잠시 뒤에 다시 해 보세요"),
        ("this path is none of the server's", "이 서버에 없는 주소입니다"),
        ("the cursor names nothing that is still there", "이어 볼 자리가 이제 없습니다. 처음부터 다시 보세요"),
        ("the form has too many fields", "양식에 칸이 너무 많습니다"),
        (
            "no agents run here that could take a campaign on; start the server with --agents",
            "캠페인을 맡을 에이전트가 없습니다. 서버를 --agents로 시작하세요"
        ),
        ("no response is named", "결과 열을 적지 않았습니다"), ("the names of columns", "열의 이름"),
        ("this analysis has no page", "이 분석은 쪽으로 보일 수 없습니다"), ("a response that was measured", "값이 있는 결과 열"),
        ("the request could not be carried out; the server's log knows why", "요청을 처리하지 못했습니다. 까닭은 서버의 로그에 있습니다"),
        ("answered {}", "{}로 답함"), ("printed at the start, until {}", "시작할 때 출력함, {}까지"),
    ]
}
