// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A goal that is being written: what is known of it so far, from a sentence, a form or both.
///
/// What is not known stands in the file as a comment that says what is wanted, so that `dure validate` names it, and never as a made-up value.
package struct GoalSketch: Hashable, Sendable {
    /// A lever with its values, the present one first.
    package struct Lever: Hashable, Sendable {
        package var name: String
        package var levels: [String]

        /// Creates a lever.
        package init(name: String, levels: [String]) {
            self.name = name
            self.levels = levels
        }
    }

    /// A program that applies or measures a setting: a command line, or the name of a registered command.
    package struct Program: Hashable, Sendable {
        package var text: String
        package var isRegistered: Bool

        /// Creates a program.
        package init(text: String, isRegistered: Bool) {
            self.text = text
            self.isRegistered = isRegistered
        }

        /// Reads a command line, or `registered:NAME`.
        package init(_ answer: String) {
            let prefix = "registered:"
            isRegistered = answer.hasPrefix(prefix)
            text = isRegistered ? String(answer.dropFirst(prefix.count)) : answer
        }
    }

    package var name: String?
    package var product: String?
    package var url: String?
    package var productID: String?
    /// A price with its currency, such as `39000 KRW`.
    package var price: String?
    package var marketplace: String?
    package var keywords: [String] = []
    /// The rank to reach.
    package var target: String?
    /// A length of time such as `14d`.
    package var deadline: String?
    /// An amount with its currency, such as `500000 KRW`.
    package var budget: String?
    package var levers: [Lever] = []
    /// How many listings combinations are applied to.
    package var units: String?
    /// How long a trial takes, such as `6h`.
    package var window: String?
    /// The program that applies a combination.
    package var apply: Program?
    /// The program that measures what came of it.
    package var measure: Program?
    /// What one trial costs, such as `100 KRW`.
    package var cost: String?
    package var generationSize: String?
    package var replicates: String?
    /// Whether a person must agree before anything is changed.
    package var needsApproval = true

    /// Creates an empty draft.
    package init() {}

    /// Takes over what a sentence says, and nothing of what it leaves open.
    package init(_ sentence: GoalSentence) {
        product = sentence.value(.product)
        url = sentence.value(.url)
        productID = sentence.value(.productID)
        price = sentence.value(.price)
        marketplace = sentence.value(.marketplace)
        keywords = sentence.values(.keywords)
        target = sentence.value(.target)
        deadline = sentence.value(.deadline)
        budget = sentence.value(.budget)
    }

    /// Reads levers from lines such as `coupon: none, 5%, 10%`; throws for the first line that is none.
    package static func levers(_ lines: String) throws(GoalSketchError) -> [Lever] {
        var levers: [Lever] = []
        for line in lines.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1).map { trimmed($0) }
            guard let name = parts.first, !(parts.count == 1 && name.isEmpty) else { continue }
            let levels =
                parts.count == 2 ? parts[1].split(separator: ",").map { trimmed($0) }.filter { !$0.isEmpty } : []
            guard !name.isEmpty, levels.count >= 2 else {
                throw GoalSketchError(field: "factors", value: String(line.prefix(120)))
            }
            levers.append(Lever(name: name, levels: levels))
        }
        return levers
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// The registered commands that are named, for reading the goal where what they run is not known; nil when none is.
    package var registered: [String: Command]? {
        let names = [apply, measure].compactMap(\.self).filter(\.isRegistered).map(\.text)
        return names.isEmpty
            ? nil
            : Dictionary(names.map { ($0, Command(arguments: ["true"])) }, uniquingKeysWith: { first, _ in first })
    }

    /// What is still open once answers are in the draft: how a setting is tried is asked on a market that is not simulated.
    package func open(_ questions: [GoalSentence.Question]) -> [GoalSentence.Question] {
        let market = marketplace.flatMap(Marketplace.init(rawValue:))
        let needsPrograms = (market == .naver || market == .coupang) && apply == nil && measure == nil
        let rest = questions.filter { $0.field != .trial }
        guard needsPrograms else { return rest }
        return rest + [GoalSentence.Question(field: .trial, reason: .missing, words: "", proposals: [])]
    }

    // MARK: The goal file

    /// The goal file of what is known.
    package func yaml() -> String {
        var lines = ["version: 1", line("name", name ?? product ?? keywords.first, or: "a short name") ?? ""]
        lines.append(line("marketplace", marketplace, or: "naver, coupang or simulated", isQuoted: false) ?? "")
        if [product, url, productID, price].contains(where: { $0 != nil }) {
            lines.append("product:")
            for (key, value) in [("id", productID), ("url", url), ("title", product), ("price", price)] {
                if let value { lines.append("  \(key): \(Self.quoted(value))") }
            }
        } else {
            lines.append("# product: {title: …, url: …}")
        }
        lines.append(
            keywords.isEmpty
                ? "# keywords: [search word, …]" : "keywords: [\(keywords.map(Self.quoted).joined(separator: ", "))]"
        )
        lines += ["metric: rank", line("target", target, or: "the rank to reach, such as 20", isQuoted: false) ?? ""]
        lines.append(line("deadline", deadline, or: "how long it may take, such as 14d", isQuoted: false) ?? "")
        lines += budget.map { ["budget:", "  amount: \(Self.plain($0))"] } ?? ["# budget: {amount: 500000 KRW}"]
        lines += leverLines + trialLines
        lines.append("approval: \(needsApproval ? "required" : "none")")
        return lines.joined(separator: "\n") + "\n"
    }

    private var leverLines: [String] {
        guard !levers.isEmpty else {
            return ["# factors: what may be changed, the present value first, such as", "#   coupon: [none, 5%, 10%]"]
        }
        return ["factors:"]
            + levers.map { "  \(Self.quoted($0.name)): [\($0.levels.map(Self.level).joined(separator: ", "))]" }
    }

    private var trialLines: [String] {
        var lines: [String] = []
        let programs = [("apply", apply), ("measure", measure)].compactMap { key, program in
            program.map {
                "  \(key): " + ($0.isRegistered ? "{registered: \(Self.quoted($0.text))}" : Self.quoted($0.text))
            }
        }
        let times = [("window", window), ("cost", cost)].compactMap { key, value in
            value.map { "  \(key): \(Self.plain($0))" }
        }
        if marketplace == Marketplace.simulated.rawValue {
            lines += ["trial:", "  kind: simulated"] + times
        } else if !programs.isEmpty {
            // What is looked at in a market wants time; a program says itself when it is done.
            let standard = window == nil && measure == nil ? ["  window: 6h"] : []
            lines += ["trial:", "  kind: command"] + programs + standard + times
        } else {
            lines.append("# trial: {kind: command, apply: …, measure: …}; how a combination is applied and measured")
        }
        if let units { lines.append("units: \(Self.plain(units))") }
        let effort = [("generation_size", generationSize), ("replicates", replicates)].compactMap { key, value in
            value.map { "  \(key): \(Self.plain($0))" }
        }
        return lines + (effort.isEmpty ? [] : ["effort:"] + effort)
    }

    private func line(_ key: String, _ value: String?, or hint: String, isQuoted: Bool = true) -> String? {
        guard let value else { return "# \(key): \(hint)" }
        return "\(key): " + (isQuoted ? Self.quoted(value) : Self.plain(value))
    }

    /// A text in quotes, on one line.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _
            where scalar.value < 0x20 || scalar.value == 0x7F || (0x80...0x9F).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.value == 0xFEFF:
                result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A value that is written without quotes where it is made of harmless characters alone; quoted otherwise, for the reader to refuse.
    private static func plain(_ text: String) -> String {
        let isHarmless =
            !text.isEmpty && text.first != " " && text.last != " "
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789. ,_".unicodeScalars.contains($0))
            }
        return isHarmless ? text : quoted(text)
    }

    /// A level: a number stays one.
    private static func level(_ text: String) -> String {
        let isNumber = Double(text) != nil && text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
        return isNumber ? text : quoted(text)
    }
}

/// A line that is no lever.
package struct GoalSketchError: Error, Hashable, Sendable, CustomStringConvertible {
    package var field: String
    package var value: String

    package var description: String {
        "\(field): got '\(value)'; give a name and two values or more, such as 'coupon: none, 5%, 10%'"
    }
}
