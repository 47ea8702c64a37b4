// SPDX-License-Identifier: Apache-2.0

/// What is wrong in a goal or a table that somebody gave, and what would be right.
extension RecordedSentence {
    /// A problem or its remedy in a language: with its place before it, and what was perhaps meant.
    static func mistake(_ recorded: String, in language: ReportLanguage) -> String {
        guard language == .korean else { return recorded }
        if let known = translated(recorded, by: koreanMistakes) { return known }
        if let place = recorded.firstMatch(of: /^line ([0-9]+)(?:, column '([^']*)')?: (.+)$/.dotMatchesNewlines()) {
            let column = place.2.map { ", ‘\($0)’ 열" } ?? ""
            return "\(place.1)번째 줄\(column): " + mistake(String(place.3), in: language)
        }
        if let place = recorded.firstMatch(of: /^column '([^']*)': (.+)$/.dotMatchesNewlines()) {
            return "‘\(place.1)’ 열: " + mistake(String(place.2), in: language)
        }
        if let more = recorded.firstMatch(of: /^(.+) \(and ([0-9]+) more\)$/.dotMatchesNewlines()) {
            return mistake(String(more.1), in: language) + " (그 밖에 \(more.2)건)"
        }
        if let hint = recorded.firstMatch(of: /^did you mean '([^']*)'\?(?: (.+))?$/.dotMatchesNewlines()) {
            return "혹시 ‘\(hint.1)’ 아닌가요?" + (hint.2.map { " " + mistake(String($0), in: language) } ?? "")
        }
        return text(recorded, in: language)
    }

    static let koreanMistakes: [(english: String, korean: String)] = [
        // What was found.
        ("missing", "빠졌습니다"),
        ("got a list of {}", "값 {}개짜리 목록이 적혀 있습니다"),
        ("got a map", "‘이름: 값’ 묶음이 적혀 있습니다"),
        ("got '{}'", "‘{}’라고 적혀 있습니다"),
        ("unknown key '{}'", "‘{}’는 모르는 항목입니다"),
        ("a key is not text", "항목 이름이 글자가 아닙니다"),
        ("the key '{}' is given twice in one map", "‘{}’ 항목이 두 번 적혀 있습니다"),
        ("the key of a map is a list, a map or an alias", "항목 이름 자리에 목록이나 묶음, 별칭이 있습니다"),
        ("not YAML: {}", "YAML로 읽을 수 없습니다({})"),
        ("the file is empty", "파일이 비어 있습니다"),
        ("the text is not UTF-8", "UTF-8 글이 아닙니다"),
        ("the file has {} bytes", "파일이 {}바이트입니다"),
        ("metric.target is given too", "metric.target에도 적혀 있습니다"),
        ("a goal from outside brings no programs of its own", "밖에서 온 목표는 프로그램을 가져올 수 없습니다"),
        ("a registered command has its own", "등록된 명령에 이미 정해져 있습니다"),
        ("a simulated trial runs no program", "모의 시험은 프로그램을 실행하지 않습니다"),
        ("a guardrail without a bound", "한계가 없는 보호 지표입니다"),
        ("the present setting breaks this rule", "지금 설정이 이 규칙에 어긋납니다"),
        ("there is no factor '{}'", "‘{}’라는 요인이 없습니다"),
        ("the name '{}' is already used in line {}", "‘{0}’라는 이름은 {1}번째 줄에 이미 있습니다"),
        ("'{}' and {} share the environment variable {}", "‘{0}’와 {1}의 환경 변수가 {2}로 같습니다"),
        ("'{}' depends on itself by way of other factors", "‘{}’가 다른 요인을 거쳐 자기 자신에 매여 있습니다"),
        ("the deadline of {} is shorter than one trial of {}", "기한 {0}이 시험 한 번의 {1}보다 짧습니다"),
        // What would be right.
        ("keep one", "하나만 남기세요"),
        ("keep one of them", "하나만 남기세요"),
        ("rename the factor", "요인의 이름을 바꾸세요"),
        ("rename one", "하나의 이름을 바꾸세요"),
        ("write {}", "{}라고 적으세요"),
        ("write a unit after the number, such as {}", "수 뒤에 단위를 적으세요. 예: {}"),
        ("write a goal, or make a commented one by 'dure init'", "목표를 적거나 ‘dure init’으로 설명이 달린 목표를 만드세요"),
        ("save the file as UTF-8", "파일을 UTF-8로 저장하세요"),
        ("keep one goal per file", "파일 하나에 목표 하나만 두세요"),
        (
            "look at this line and the one before for indentation, quotes and brackets",
            "이 줄과 앞 줄의 들여쓰기, 따옴표, 괄호를 보세요"
        ),
        (
            "indent with spaces, not tabs, and quote text that begins with @, ` or %",
            "탭이 아니라 빈칸으로 들여 쓰고, @, `, %로 시작하는 글은 따옴표로 묶으세요"
        ),
        (
            "define the anchor (&name) before the line that uses it, or quote text that begins with *",
            "쓰기 전에 표(&이름)를 정하거나, *로 시작하는 글을 따옴표로 묶으세요"
        ),
        ("give plain text before the colon, in quotes where it has brackets or begins with *", "쌍점 앞에는 글만 적으세요"),
        ("give a goal file of {} bytes or fewer", "{}바이트 이하의 목표를 주세요"),
        ("give a map of 'key: value' lines", "‘항목: 값’ 줄로 적으세요"),
        ("give a map from factors to levels, such as {}", "요인과 수준의 묶음으로 적으세요. 예: {}"),
        ("give 'NAME: value' with text as value", "‘이름: 값’으로 적고 값은 글로 적으세요"),
        ("give each key as a word", "항목 이름은 낱말로 적으세요"),
        ("give a short name", "짧은 이름을 적으세요"),
        ("give the metric's name, such as rank", "지표의 이름을 적으세요. 예: rank"),
        (
            "give rank, or {name: …, direction: higher or lower}",
            "rank나 ‘name: …, direction: higher 또는 lower’ 묶음으로 적으세요"
        ),
        ("give rank, or the name of a metric", "rank나 지표의 이름을 적으세요"),
        ("give the rank to reach, such as {}", "이를 순위를 적으세요. 예: {}"),
        ("give the value to reach", "이를 값을 적으세요"),
        ("give a rank from {} to metric.depth, which is {}", "{0}위부터 metric.depth인 {1}위 사이로 적으세요"),
        ("give lower: the first place is rank 1", "lower로 적으세요. 1위가 가장 좋습니다"),
        ("leave depth out: it is for the metric rank only", "depth를 빼세요. 순위 지표에만 씁니다"),
        ("give one of the levels: {}", "수준 가운데 하나를 적으세요: {}"),
        ("give one of {}", "다음 가운데 하나를 적으세요: {}"),
        ("give true or false", "true나 false로 적으세요"),
        ("give 1, the only version there is", "1로 적으세요. 판은 하나뿐입니다"),
        ("give a whole number from {} to {}", "{0}부터 {1}까지의 정수로 적으세요"),
        ("give a whole number, from {} to {}", "{0}부터 {1}까지의 정수로 적으세요"),
        ("give a whole number, {}", "정수로 적으세요({})"),
        ("give a length of time such as {}", "시간의 길이로 적으세요. 예: {}"),
        ("give more than {}", "{}보다 크게 적으세요"),
        ("give {} or more", "{} 이상으로 적으세요"),
        ("give less than the deadline of {}", "기한 {}보다 짧게 적으세요"),
        ("give less than the window of {}", "시험 기간 {}보다 짧게 적으세요"),
        ("give less than effort.block_size, which is {}", "effort.block_size인 {}보다 작게 적으세요"),
        ("give the counted part of the window, {}, or less", "시험 기간에서 재는 부분인 {} 이하로 적으세요"),
        ("give a longer deadline or a shorter trial.window", "기한을 늘리거나 trial.window를 줄이세요"),
        (
            "give how long a combination stays applied while its rank is looked at, such as {}",
            "조합을 적용해 두고 순위를 볼 시간을 적으세요. 예: {}"
        ),
        (
            "give an amount with its currency (KRW, USD, EUR or JPY), such as {} or {}",
            "통화(KRW, USD, EUR, JPY)와 함께 금액을 적으세요. 예: {0}, {1}"
        ),
        ("give it in {}, the currency of trial.cost", "trial.cost와 같은 통화인 {}로 적으세요"),
        ("give an amount above 0: what one unit of the metric is worth", "0보다 큰 금액으로 적으세요. 지표 하나의 값어치입니다"),
        ("give the smallest difference of the metric that matters, above 0", "의미 있는 지표의 가장 작은 차이를 0보다 크게 적으세요"),
        (
            "give the places that matter, above 0 and at most metric.depth, which is {}",
            "의미 있는 순위 차이를 0보다 크고 metric.depth인 {} 이하로 적으세요"
        ),
        ("give at least one factor, such as '{}'", "바꿔 볼 것을 하나 이상 적으세요. 예: {}"),
        ("give the factor a name", "요인의 이름을 적으세요"),
        ("give every factor a name of its own", "요인마다 다른 이름을 적으세요"),
        ("give {} factors or fewer", "요인은 {}개 이하로 적으세요"),
        ("give {} levels or fewer", "수준은 {}개 이하로 적으세요"),
        ("give {} rules or fewer", "규칙은 {}개 이하로 적으세요"),
        ("give {} further metrics or fewer", "더하는 지표는 {}개 이하로 적으세요"),
        ("give a list of two values or more, such as {}", "값 두 개 이상의 목록으로 적으세요. 예: {}"),
        ("give a list of two values or more", "값 두 개 이상의 목록으로 적으세요"),
        ("give a list such as {}", "목록으로 적으세요. 예: {}"),
        ("give every level once", "수준은 한 번씩만 적으세요"),
        ("give every unit once", "대상은 한 번씩만 적으세요"),
        ("give each search word once", "검색어는 한 번씩만 적으세요"),
        ("give each product once", "상품은 한 번씩만 적으세요"),
        ("give a list of search words, such as {}", "검색어의 목록을 적으세요. 예: {}"),
        ("give a search word", "검색어를 적으세요"),
        ("give the name of a unit", "대상의 이름을 적으세요"),
        ("give from {} to {} units", "대상은 {0}개부터 {1}개까지 적으세요"),
        ("give text, a number or true/false", "글, 수, true/false 가운데 하나로 적으세요"),
        ("let factors depend on each other in one direction", "요인이 서로 한 방향으로만 매이게 하세요"),
        ("name other factors than '{}' itself", "‘{}’ 말고 다른 요인을 적으세요"),
        ("leave out at least one level of '{}': this names all of them", "‘{}’의 수준을 모두 적었습니다. 하나 이상 빼세요"),
        ("change the rule, or the factors' control", "규칙이나 요인의 control을 바꾸세요"),
        ("give min, max or both", "min이나 max, 또는 둘 다 적으세요"),
        ("give max or less, which is {}", "max인 {} 이하로 적으세요"),
        ("name every metric once", "지표는 한 번씩만 적으세요"),
        ("give at least one weight above 0", "가중치를 하나 이상 0보다 크게 적으세요"),
        ("give a weight of 0 or more", "가중치는 0 이상으로 적으세요"),
        ("give an IANA time zone such as {}", "IANA 시간대로 적으세요. 예: {}"),
        (
            "give product.id or product.url, so that its rank can be found on {}",
            "{}에서 순위를 찾을 수 있게 product.id나 product.url을 적으세요"
        ),
        ("leave it out: competitors are looked at on the marketplace naver only", "빼세요. 경쟁 상품은 네이버에서만 봅니다"),
        ("give 20 at most: each may cost a call for every 100 places", "20개까지만 적으세요. 하나마다 100위에 한 번씩 부릅니다"),
        (
            "give {kind: command, measure: …} or {kind: simulated}",
            "‘kind: command, measure: …’나 ‘kind: simulated’ 묶음으로 적으세요"
        ),
        ("give command or simulated", "command나 simulated로 적으세요"),
        ("give the command that measures, such as {}", "재는 명령을 적으세요. 예: {}"),
        ("give the command that applies a combination, such as {}", "조합을 적용하는 명령을 적으세요. 예: {}"),
        ("give the command, such as {}", "명령을 적으세요. 예: {}"),
        ("give a command such as {}, or a list of arguments", "명령이나 인자의 목록을 적으세요. 예: {}"),
        ("leave {} out, or give kind: command", "{}: 빼거나 kind: command로 적으세요"),
        ("leave {} out", "{}: 빼세요"),
        (
            "give the name of a registered command; none is registered: 'dure commands add' does that on the machine",
            "등록된 명령의 이름을 적으세요. 등록된 것이 없습니다. 서버에서 ‘dure commands add’로 등록합니다"
        ),
        ("give the name of a registered command; there is {}", "등록된 명령의 이름을 적으세요: {}"),
        ("give {registered: NAME}; there is {}", "‘registered: 이름’ 묶음으로 적으세요: {}"),
        // Tables.
        ("there are no rows", "행이 없습니다"),
        ("no values", "값이 없습니다"),
        ("no name", "이름이 없습니다"),
        ("a quote is not closed", "따옴표가 닫히지 않았습니다"),
        ("text after a closing quote", "닫는 따옴표 뒤에 글이 있습니다"),
        ("{} cells where the header has {}", "머리글은 {1}칸인데 {0}칸이 있습니다"),
        ("{} columns", "열이 {}개입니다"),
        ("columns {} and {} have the same name", "{0}번째 열과 {1}번째 열의 이름이 같습니다"),
        ("a record of more than {} bytes", "한 행이 {}바이트를 넘습니다"),
        ("more than {} rows", "행이 {}개를 넘습니다"),
        ("the column has more than {} levels", "이 열의 수준이 {}개를 넘습니다"),
        ("there is no such column", "그런 열이 없습니다"),
        ("no column can be a factor", "요인이 될 수 있는 열이 없습니다"),
        ("the response has no values", "결과 열에 값이 없습니다"),
        ("give a header line and rows below it", "머리글 줄과 그 아래의 행을 주세요"),
        ("give rows below the header line", "머리글 줄 아래에 행을 주세요"),
        ("fill the column or leave it out", "열을 채우거나 빼세요"),
        ("close it by \"", "큰따옴표로 닫으세요"),
        ("double the quotes inside quoted text, or remove them", "따옴표 안의 따옴표는 두 번 적거나 지우세요"),
        (
            "give one cell per column, and put quotes around text that holds the delimiter",
            "열마다 한 칸을 주고, 구분자가 든 글은 따옴표로 묶으세요"
        ),
        ("close the quote that this record opens, or shorten it", "이 행이 연 따옴표를 닫거나 행을 줄이세요"),
        ("give {} columns or fewer", "열은 {}개 이하로 주세요"),
        ("name every column, or delete it", "열마다 이름을 적거나 열을 지우세요"),
        ("name every column once", "열은 한 번씩만 적으세요"),
        (
            "give a number such as {}, without units and thousands separators, or leave the cell empty",
            "단위와 천 단위 구분 없이 수로 적거나 칸을 비우세요. 예: {}"
        ),
        ("give a number such as {}", "수로 적으세요. 예: {}"),
        ("leave it out, group its values, or give it as a number by numeric", "열을 빼거나, 값을 묶거나, 수로 지정하세요"),
        ("leave it out, or group its values", "열을 빼거나 값을 묶으세요"),
        ("add up rows of equal combinations first", "같은 조합의 행을 먼저 합하세요"),
        ("the columns are {}", "열은 {}입니다"),
    ]
}
