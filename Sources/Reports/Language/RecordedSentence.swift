// SPDX-License-Identifier: Apache-2.0

/// Sentences that agents and analyses record in English, in the language of a report.
///
/// A recorded text is the record: it is never changed there. For a reader it is told again where every sentence of it is known, and
/// given as recorded where one is not. `{}` stands for whatever the sentence names.
enum RecordedSentence {
    /// A text in a language.
    static func text(_ recorded: String, in language: ReportLanguage) -> String {
        guard language == .korean else { return recorded }
        let sentences = sentences(recorded)
        let known = sentences.compactMap(translated)
        if known.count == sentences.count { return known.joined(separator: " ") }
        return translated(recorded) ?? recorded
    }

    /// The sentences of a text: each ends where a full stop, a space and a capital letter follow each other.
    static func sentences(_ text: String) -> [String] {
        var found: [String] = []
        var current = ""
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            current.append(character)
            let isEnd =
                character == "." && index + 2 < characters.count && characters[index + 1] == " "
                && characters[index + 2].isUppercase
            if isEnd {
                found.append(current.trimmingPrefix(" ").description)
                current = ""
            }
        }
        let rest = current.trimmingPrefix(" ").description
        if !rest.isEmpty { found.append(rest) }
        return found
    }

    /// What was noted of health, in a language.
    static func health(_ recorded: String, in language: ReportLanguage) -> String {
        guard language == .korean else { return recorded }
        return translated(recorded, by: koreanHealth) ?? recorded
    }

    private static func translated(_ sentence: String) -> String? {
        translated(sentence, by: Self.korean + Self.koreanLearning + Self.koreanPrediction + Self.koreanAnalysis)
    }

    static func translated(_ sentence: String, by patterns: [(english: String, korean: String)]) -> String? {
        for (english, korean) in patterns {
            guard let captures = match(sentence, english) else { continue }
            return filled(korean, captures.map(term))
        }
        return nil
    }

    /// A Korean sentence with its places filled: `{}` in order, or `{1}` by number.
    private static func filled(_ text: String, _ captures: [String]) -> String {
        var result = ""
        var rest = Substring(text)
        var next = 0
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += literal(rest[..<open], after: result)
            let index = Int(rest[rest.index(after: open)..<close]) ?? next
            next += 1
            if captures.indices.contains(index) { result += captures[index] }
            rest = rest[rest.index(after: close)...]
        }
        return result + literal(rest, after: result)
    }

    private static func literal(_ text: Substring, after result: String) -> String {
        result.last.map { Particles.resolved(String(text), after: $0) } ?? String(text)
    }

    /// What the places of a pattern hold; nil when the text does not fit it.
    static func match(_ text: String, _ pattern: String) -> [String]? {
        let parts = pattern.split(separator: "{}", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, text.hasPrefix(first) else { return nil }
        var rest = text.dropFirst(first.count)
        var captures: [String] = []
        for (index, part) in parts.enumerated().dropFirst() {
            let isLast = index == parts.count - 1
            if isLast {
                guard rest.hasSuffix(part), rest.count >= part.count else { return nil }
                captures.append(String(rest.dropLast(part.count)))
                return captures
            }
            guard let range = rest.firstRange(of: part) else { return nil }
            captures.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return rest.isEmpty ? captures : nil
    }

    /// Words that sentences name in English.
    static func term(_ word: String) -> String {
        switch word {
        case "explore": "탐색"
        case "optimise": "최적화"
        case "stabilise": "안정화"
        case "emergency": "비상"
        case "below 0.0001": "0.0001 미만"
        case "approve the campaign": "캠페인 승인"
        case "turn the campaign down": "캠페인 반려"
        case "start the campaign": "캠페인 시작"
        case "pause the campaign": "캠페인 일시 정지"
        case "go on with the campaign": "캠페인 재개"
        case "stop the campaign": "캠페인 중지"
        case "fail the campaign": "캠페인을 실패로 끝내기"
        case "end the search": "탐색 마치기"
        case "start a generation": "새 세대 시작"
        case "stop the present generation": "이번 세대 중단"
        case "A person asked for it.": "사람의 요청입니다."
        case "a person isolated it": "사람이 격리했습니다"
        case "the campaign is about to end": "캠페인이 곧 끝납니다"
        case "the campaign is draft": "캠페인이 초안입니다"
        case "the campaign is ready": "캠페인이 준비된 상태입니다"
        case "the campaign is awaiting_approval": "캠페인이 승인을 기다리고 있습니다"
        case "the campaign is running": "캠페인이 진행 중입니다"
        case "the campaign is paused": "캠페인이 일시 정지된 상태입니다"
        case "the campaign is completed": "캠페인이 완료되었습니다"
        case "the campaign is stopped": "캠페인이 중지되었습니다"
        case "the campaign is failed": "캠페인이 실패로 끝났습니다"
        case "the campaign is rejected": "캠페인이 반려되었습니다"
        case "the campaign is expired": "캠페인이 만료되었습니다"
        case "better": "좋습니다"
        case "worse": "나쁩니다"
        case "campaigns differ": "캠페인마다 다름"
        case "products differ": "상품마다 다름"
        case "effects differ between campaigns": "캠페인마다 효과가 다름"
        case "levels never tried": "시험한 적 없는 수준"
        case "combinations beyond their levels": "수준만으로 설명되지 않는 조합"
        case "few data": "적은 자료"
        default: word
        }
    }
}
