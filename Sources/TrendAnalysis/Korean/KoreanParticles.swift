// SPDX-License-Identifier: Apache-2.0

/// What Korean writes behind nouns: a closed class.
enum KoreanParticles {
    /// Behind any noun.
    static let anywhere = """
        의 에 에서 에게 에게서 한테 께 께서 도 만 까지 부터 마저 조차 밖에 처럼 보다 만큼 같이 대로 하고 에는 에도 에만 에서는 에서도 에서의 에서만 에의 \
        에게는 에게도 에까지 까지는 까지도 까지의 부터는 부터의 부터도 만의 만은 만이 만을 만도 만으로 보다는 보다도 마다 뿐 뿐만 커녕 끼리 께서는 께서도 \
        에서부터 에선 에겐 에다 에다가 치고 조차도 밖에는 에서조차 에서처럼 만큼은 만큼이나 까지만 에서나 에나 에라도
        """

    /// Behind a final consonant, with the copula's forms.
    static let afterConsonant = """
        은 이 을 과 으로 이나 이랑 과의 과는 과도 으로는 으로도 으로의 으로서 으로써 으로서의 으로만 으로까지 으로부터 이란 이라는 이라고 이라며 이라 \
        이라면 이라고는 이라서 이면 이며 이고 이자 이지만 이지 이다 이던 이거나 이면서 이어서 이어야 이야 이여 이므로 이든 이든지 이라도 이라든지 이야말로 \
        이나마 이기 이기도 이기에 이니 이니까 이냐 이냐는 이죠 이에요 이네요 이라기보다 이라지만 이라면서 이신 아
        """

    /// Behind a vowel, with the copula's forms; those with 로 behind ㄹ as well.
    static let afterVowel = """
        는 가 를 와 로 나 랑 와의 와는 와도 로는 로도 로의 로서 로써 로서의 로만 로까지 로부터 란 라는 라고 라며 라 라면 라고는 라서 며 고 자 지만 다 던 \
        거나 면서 여서 여야 야 므로 든 든지 라도 라든지 야말로 나마 기도 니까 냐 냐는 죠 예요 네요 라지만 라면서
        """

    /// Forms of the copula that any noun may have.
    static let copula = """
        인 인데 인지 인가 인데도 일 일까 일지 일수록 임 임을 임에도 입니다 입니까 인가요 인데요 인만큼 인지도 인지를 일뿐
        """

    /// Those that as often end a noun: never taken off.
    static let weak = """
        고 기 나 다 던 든 라 란 랑 로써 며 면 아 야 여 인 일 임 자 죠 지 하고
        """

    /// Numerals and what is counted, as they stand behind digits.
    static let counters = """
        가지 강 개 개국 개사 개월 건 경기 골 곳 군 권 그램 급 기 년 년대 년도 단 단계 달러 대 도 라운드 마리 만 만원 면 명 몇 미터 배 백 번 번째 부 분 살 \
        석 세 수 승 시 시간 십 안타 억 억원 여 연승 연패 원 월 위 인 일 장 점 조 조원 주 주년 쪽 차 차례 천 초 층 킬로 킬로미터 타 톤 패 퍼센트 편 평 학년 \
        호 호선 회
        """
}
