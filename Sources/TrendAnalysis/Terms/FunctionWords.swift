// SPDX-License-Identifier: Apache-2.0

/// Closed classes of words that carry no subject.
enum FunctionWords {
    /// Words that neither begin nor end a term: English articles, pronouns, prepositions, conjunctions, auxiliaries, and the
    /// verbs of saying that headlines put beside every subject; Korean conjunctions, bound nouns and the tags of headlines.
    static let stop = """
        a about above across after again against ahead all also am amid among an and any are around as at be because been \
        before being below between both but by can could did do does doing down during each ever every few for from further \
        get gets go going had has have having he her here hers him his how i if in into is it its itself just may me might \
        more most must my near no nor not now of off on once one only onto or other our ours out over own per same say said \
        says she should since so some still such t than that the their theirs them then there these they this those through \
        to too toward under until up upon us very via vs was we were what when where which while who whom whose why will \
        with within without would yet you your yours don isn doesn didn won aren s re ve ll d m \
        first two three says said new \
        및 등 위해 대한 위한 통해 있는 없는 것 수 더 또 그 이 저 등의 대해 따른 관련 속 중 속보 단독 종합 포토
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    /// Names of times, and what headlines say of a time: a term of nothing else is no subject.
    static let calendar = """
        january february march april may june july august september october november december \
        jan feb mar apr jun jul aug sep sept oct nov dec \
        monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun \
        spring summer autumn fall winter season \
        second minute minutes hour hours day days daily week weeks weekly weekend month months monthly quarter quarterly year years \
        yearly annual today tonight tomorrow yesterday morning afternoon evening night midnight am pm est edt gmt utc \
        live update updates updated latest recap breaking watch video photos q1 q2 q3 q4 h1 h2 \
        1st 2nd 3rd th st nd rd \
        월요일 화요일 수요일 목요일 금요일 토요일 일요일 월 일 년 시 분 주 분기 상반기 하반기 오늘 내일 어제 이번주 지난주 다음주 \
        이번달 지난달 올해 작년 지난해 내년 새해 연말 연초 봄 여름 가을 겨울 오전 오후 주말 평일 속보 단독 종합 포토 영상
        """.split { $0 == " " || $0 == "\n" }.map(String.init)
}
