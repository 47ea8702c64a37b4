// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Reports

@Suite struct RecordedSentenceTests {
    @Test func `sentences that agents record are told in Korean with what they name`() {
        let text = RecordedSentence.text(
            "At 30 % of the time 11 places were gained: the effort grows by half.",
            in: .korean
        )
        #expect(text == "기간의 30 %에 11계단 올랐습니다. 시험 규모를 절반만큼 늘립니다.")
        let search = RecordedSentence.text(
            "38 % of the way to the target is done: the search goes on to optimise.",
            in: .korean
        )
        #expect(search == "목표까지 38 % 왔습니다. 최적화 단계로 탐색을 이어 갑니다.")
    }

    @Test func `several sentences are told one by one`() {
        let text = RecordedSentence.text(
            "The rank fell 18 places within an hour. The worker runner-07 has been silent for 2m.",
            in: .korean
        )
        #expect(text == "순위가 한 시간 안에 18계단 떨어졌습니다. 작업자 runner-07의 응답이 2m 동안 없습니다.")
    }

    @Test func `a text with a sentence that is not known stays as it was recorded`() {
        let text = "The rank fell 18 places within an hour. The moon was full."
        #expect(RecordedSentence.text(text, in: .korean) == text)
        #expect(RecordedSentence.text("", in: .korean).isEmpty)
    }

    @Test func `English reports give the record itself`() {
        let text = "The campaign keeps its pace."
        #expect(RecordedSentence.text(text, in: .english) == text)
    }

    @Test func `no sentence is listed twice, and places are the same in both languages`() {
        #expect(Set(RecordedSentence.korean.map(\.english)).count == RecordedSentence.korean.count)
        for (english, korean) in RecordedSentence.korean {
            let places = english.matches(of: /\{\}/).count
            let filled = korean.matches(of: /\{\d?\}/).count
            #expect(filled == places, "\(english)")
        }
    }

    @Test(arguments: [("gate_40", "이"), ("gate_2", "가"), ("가격", "이"), ("쿠폰 카드", "가"), ("5 %", "가"), ("metal", "이")])
    func `a particle takes the form that the word before it asks for`(word: String, form: String) throws {
        let last = try #require(word.last)
        #expect(Particles.resolved("이(가) 낫습니다", after: last) == form + " 낫습니다")
    }
}
