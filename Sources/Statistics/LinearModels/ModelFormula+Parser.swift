// SPDX-License-Identifier: Apache-2.0

extension ModelFormula {
    /// Reads a formula such as `y ~ A*B + C - A:B`.
    ///
    /// `blocks` are columns to fit first, reported apart. `columns` are all columns there are: with them an unknown
    /// name is refused with the nearest known one, and `.` can be used. The left side may be empty or name several
    /// responses, with commas between. Throws `FormulaError`.
    package init(_ text: String, blocks: [String] = [], columns: [String]? = nil) throws(FormulaError) {
        var parser = FormulaParser(text, blocks: blocks, columns: columns)
        self = try parser.parse()
    }
}

/// A reader of formulas by recursive descent; `^` binds strongest, then `:`, then `*` and `/`, then `+` and `-`.
struct FormulaParser {
    private static let termLimit = 2_000
    /// Sorted indices of variables.
    private typealias Term = [Int]

    private let text: String
    private let characters: [Character]
    private let blocks: [String]
    private let columns: [String]?
    private var position = 0
    private var variables: [String] = []
    private var responses: [String] = []

    init(_ text: String, blocks: [String], columns: [String]?) {
        self.text = text
        characters = Array(text)
        self.blocks = blocks
        self.columns = columns
    }

    mutating func parse() throws(FormulaError) -> ModelFormula {
        for block in blocks {
            try check(block, at: 0)
        }
        if characters.contains("~") {
            try parseResponses()
        }
        skipSpace()
        guard position < characters.count else {
            throw failure("there are no terms", "write what explains the response, such as 'y ~ A + B', or 'y ~ 1'")
        }
        let parsed = try sum()
        skipSpace()
        guard position == characters.count else {
            throw failure("'\(characters[position])' is not expected here", "use + - : * / ^ and parentheses")
        }
        let names = variables
        let interactions = parsed.filter { !$0.isEmpty }.map { term in ModelTerm(term.map { names[$0] }) }
        let blockTerms = blocks.map { ModelTerm([$0], kind: .block) }
        return ModelFormula(responses: responses, terms: blockTerms + interactions)
    }

    private mutating func parseResponses() throws(FormulaError) {
        skipSpace()
        while position < characters.count, characters[position] != "~" {
            let start = position
            responses.append(try name())
            guard Set(responses).count == responses.count else {
                throw failure("'\(responses[responses.count - 1])' is named twice", "name each once", at: start)
            }
            skipSpace()
            guard position < characters.count else {
                break
            }
            if characters[position] == "," || characters[position] == "+" {
                position += 1
                skipSpace()
            } else if characters[position] != "~" {
                throw failure("'\(characters[position])' is not expected here", "separate responses by commas")
            }
        }
        position += 1
    }

    private mutating func sum() throws(FormulaError) -> [Term] {
        var result: [Term] = []
        var isFirst = true
        while true {
            skipSpace()
            var isRemoval = false
            if let sign = peek, sign == "+" || sign == "-" {
                isRemoval = sign == "-"
                position += 1
            } else if !isFirst {
                return result
            }
            isFirst = false
            let start = position
            let next = try product()
            if isRemoval {
                guard !next.contains([]) else {
                    throw failure("the intercept cannot be taken out", "leave '- 1' out", at: start)
                }
                result.removeAll { next.contains($0) }
            } else {
                result = try union(result, next)
            }
        }
    }

    private mutating func product() throws(FormulaError) -> [Term] {
        var result = try interaction()
        while true {
            skipSpace()
            switch peek {
            case "*":
                position += 1
                let right = try interaction()
                result = try union(union(result, right), cross(result, right))
            case "/":
                position += 1
                let right = try interaction()
                let whole = Array(Set(result.flatMap(\.self))).sorted()
                result = try union(result, cross([whole], right))
            default:
                return result
            }
        }
    }

    private mutating func interaction() throws(FormulaError) -> [Term] {
        var result = try power()
        skipSpace()
        while peek == ":" {
            position += 1
            result = try cross(result, power())
            skipSpace()
        }
        return result
    }

    private mutating func power() throws(FormulaError) -> [Term] {
        let base = try atom()
        skipSpace()
        guard peek == "^" else {
            return base
        }
        position += 1
        skipSpace()
        let start = position
        while let digit = peek, digit.isASCII, digit.isNumber {
            position += 1
        }
        guard let exponent = Int(String(characters[start..<position])), (1...20).contains(exponent) else {
            throw failure("the power is not a whole number from 1 to 20", "write such as (A+B+C)^2", at: start)
        }
        var result = base
        for _ in 1..<exponent {
            let next = try union(result, cross(result, base))
            if next.count == result.count {
                break
            }
            result = next
        }
        return result
    }

    private mutating func atom() throws(FormulaError) -> [Term] {
        skipSpace()
        let start = position
        switch peek {
        case nil:
            throw failure("a term is missing at the end", "name a column or take the last sign away")
        case "(":
            position += 1
            let inner = try sum()
            skipSpace()
            guard peek == ")" else {
                throw failure("the parenthesis is not closed", "add ')'", at: start)
            }
            position += 1
            return inner
        case "." where !isNamePart(start + 1):
            position += 1
            return try allOthers(start)
        case "0" where !isNamePart(start + 1) && knownName == nil:
            throw failure("the intercept cannot be taken out", "leave '0' out", at: start)
        case "1" where !isNamePart(start + 1) && knownName == nil:
            position += 1
            return [[]]
        default:
            let name = try name()
            guard !responses.contains(name) else {
                throw failure("'\(name)' is the response", "take it off the right side", at: start)
            }
            return [[index(of: name)]]
        }
    }

    private mutating func allOthers(_ start: Int) throws(FormulaError) -> [Term] {
        guard let columns else {
            throw failure("'.' needs the columns", "name the columns instead", at: start)
        }
        let others = columns.filter { !responses.contains($0) && !blocks.contains($0) }
        return others.map { [index(of: $0)] }
    }

    private mutating func index(of name: String) -> Int {
        if let known = variables.firstIndex(of: name) {
            return known
        }
        variables.append(name)
        return variables.count - 1
    }

    private func union(_ a: [Term], _ b: [Term]) throws(FormulaError) -> [Term] {
        var seen = Set(a)
        let result = a + b.filter { seen.insert($0).inserted }
        guard result.count <= Self.termLimit else {
            throw failure("it stands for more than \(Self.termLimit) terms", "use a lower power or fewer columns")
        }
        return result
    }

    private func cross(_ a: [Term], _ b: [Term]) throws(FormulaError) -> [Term] {
        var result: [Term] = []
        for left in a {
            result = try union(result, b.map { Array(Set(left + $0)).sorted() })
        }
        return result
    }
}

// Names and characters.
extension FormulaParser {
    private var peek: Character? {
        position < characters.count ? characters[position] : nil
    }

    private mutating func skipSpace() {
        while position < characters.count, characters[position].isWhitespace {
            position += 1
        }
    }

    private func isNamePart(_ index: Int) -> Bool {
        guard index < characters.count else {
            return false
        }
        let character = characters[index]
        return character.isLetter || character.isNumber || character == "_" || character == "."
    }

    /// The longest known column that is written at the position, spaces and signs in it included.
    private var knownName: String? {
        guard let columns else {
            return nil
        }
        return columns.filter { column in
            let name = Array(column)
            let end = position + name.count
            guard !name.isEmpty, end <= characters.count, Array(characters[position..<end]) == name else {
                return false
            }
            return !isNamePart(end) || !isNamePart(end - 1)
        }.max { $0.count < $1.count }
    }

    private mutating func name() throws(FormulaError) -> String {
        let start = position
        if peek == "`" {
            guard let end = characters[(position + 1)...].firstIndex(of: "`"), end > position + 1 else {
                throw failure("the backquote is not closed", "add '`' behind the name")
            }
            position = end + 1
            let name = String(characters[(start + 1)..<end])
            try check(name, at: start)
            return name
        }
        if let known = knownName {
            position += known.count
            return known
        }
        while isNamePart(position) {
            position += 1
        }
        guard position > start else {
            throw failure(
                "'\(characters[start])' is not expected here",
                "name a column, between backquotes when it has spaces or signs"
            )
        }
        let name = String(characters[start..<position])
        try check(name, at: start)
        return name
    }

    private func check(_ name: String, at start: Int) throws(FormulaError) {
        guard let columns, !columns.contains(name) else {
            return
        }
        let known = columns.joined(separator: ", ")
        if let nearest = NearestName.of(name, among: columns) {
            throw failure(
                "there is no column '\(name)'",
                "did you mean '\(nearest)'? The columns are \(known)",
                at: start
            )
        }
        throw failure("there is no column '\(name)'", "the columns are \(known)", at: start)
    }

    private func failure(_ problem: String, _ remedy: String, at start: Int? = nil) -> FormulaError {
        FormulaError(
            formula: text,
            position: start ?? min(position, characters.count),
            problem: problem,
            remedy: remedy
        )
    }
}
