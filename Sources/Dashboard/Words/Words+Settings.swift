// SPDX-License-Identifier: Apache-2.0

import Reports

extension Words {
    /// What a setting is for; in English as the setting itself says it.
    package func help(of key: String, _ english: String) -> String {
        language == .korean ? Self.settings[key] ?? english : english
    }

    /// A setting's value as it is shown.
    package func value(ofSetting value: String) -> String {
        switch value {
        case "not set": self(.notSet)
        case "none": self(.none)
        default: value
        }
    }

    /// Every setting by its key.
    private static let settings = [
        "jobs.durability": "작업을 받았다고 답하기 전에 얼마나 안전하게 적어 두는지: 프로세스가 죽어도(process), 전원이 나가도(power) 남습니다.",
        "limits.idle": "요청이 없는 연결을 열어 두는 시간.", "limits.body_time": "요청의 본문이 다 와야 하는 시간.",
        "environment": "환경: 개발, 시험, 준비, 운영.", "log.level": "어느 수준부터 로그에 적을지.", "server.host": "듣는 주소.",
        "server.port": "API와 페이지의 포트. 0이면 비어 있는 아무 포트.", "server.health_host": "상태 확인의 주소.",
        "server.health_port": "/livez, /readyz, /metrics의 포트.", "server.name": "데이터베이스를 함께 쓰는 서버 가운데 이 서버의 이름.",
        "server.tls_certificate": "인증서와 그 사슬이 든 PEM 파일. 바뀌면 새것을 씁니다.", "server.tls_key": "인증서의 개인 키가 든 PEM 파일.",
        "server.public_url": "앞에 프록시가 있을 때 사람들이 서버를 찾는 주소.",
        "server.drain_seconds": "포트를 닫기 전에 /readyz가 아니라고 답하는 시간(초).",
        "jobs.queue_limit": "한 종류의 작업이 몇 개까지 기다릴 수 있는지.", "jobs.enqueue_kinds": "enqueue 권한의 키가 넣을 수 있는 작업의 종류.",
        "data.folder": "데이터 폴더.", "database.url": "프로세스들이 함께 쓰는 PostgreSQL. 없으면 폴더의 SQLite.",
        "redis.url": "프로세스 사이에 메시지를 나르는 Redis.",
        "security.master_key": "데이터베이스의 비밀 값을 암호화하는 키. 첫 줄로 암호화하고 나머지로는 풀기만 합니다.",
        "security.allowed_origins": "키를 가지고 API에 물어볼 수 있는 다른 사이트.",
        "security.trusted_proxies": "X-Forwarded-For를 믿는 프록시.",
        "security.session_idle": "요청이 없을 때 로그인이 이어지는 시간.", "security.session_longest": "로그인이 이어지는 가장 긴 시간. 새 로그인부터.",
        "security.link_life": "로그인 링크를 쓸 수 있는 시간.", "limits.caller_per_second": "키나 로그인 하나의 초당 요청 수(길게 보아). 0이면 제한 없음.",
        "limits.caller_burst": "그중 한꺼번에 몇 개까지.",
        "limits.workspace_per_second": "한 워크스페이스의 모든 키와 로그인을 합친 초당 요청 수. 0이면 제한 없음.",
        "limits.workspace_burst": "그중 한꺼번에 몇 개까지.",
        "limits.address_per_second": "키가 필요 없는 곳에 대한 주소 하나의 초당 요청 수. 0이면 제한 없음.",
        "limits.address_burst": "그중 한꺼번에 몇 개까지.",
        "limits.wrong_credentials": "틀린 자격 증명이 이만큼 이어지면 기다리게 합니다. 이어질수록 더 오래.",
        "limits.connections": "모두 합친 연결 수. 열린 페이지는 실시간 연결을 하나 씁니다.", "limits.connections_per_address": "주소 하나의 연결 수.",
        "health.warning_percent": "프로세서, 메모리, 디스크를 얼마 넘게 쓰면 주의인지(%).", "health.critical_percent": "얼마 넘게 쓰면 심각인지(%).",
        "health.interval": "얼마마다 살펴보는지.",
    ]
}
