// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Files
import Foundation
import Reports

/// `dure goal`: reads a goal from one sentence, and writes the goal file that it makes.
struct GoalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "goal",
        abstract: "Make a goal file from one sentence, in Korean or English.",
        discussion: """
            Prints the goal file, with what was understood and what is still asked as comments; nothing is guessed. Answer by --answer: \
            product, url, marketplace, keywords, target, deadline, budget, price, name, units, window, cost, generation_size, replicates, \
            approval, factor.NAME for what may be changed, and apply and measure for the programs that apply and measure a setting \
            (registered:NAME for a goal that goes to a server). \
            Example: dure goal "갤럭시 S24를 다음 주까지 20위 안에, 예산 50만원" --answer marketplace=simulated --answer keywords=갤럭시 \
            --answer factor.coupon=none,5%. Exit codes: 0 the goal file is complete; 65 something is still asked, or an answer is \
            wrong; 73 the file exists or cannot be made.
            """
    )

    @Argument(help: "The sentence, in quotes.")
    var sentence: String

    @Option(help: "An answer, as field=value; more than once.")
    var answer: [String] = []

    @Option(help: "The IANA time zone of the days that the sentence names.")
    var timeZone = "Asia/Seoul"

    @Option(help: "The language of the questions: en or ko. Without it, that of the sentence.")
    var language: ReportLanguage?

    @Option(
        name: [.customShort("o"), .long],
        help: "Write the goal file there, once it is complete.",
        completion: .file()
    )
    var output: String?

    @Flag(help: "Replace an existing file.")
    var force = false

    func validate() throws {
        guard TimeZone(identifier: timeZone) != nil else {
            throw ValidationError("--time-zone is '\(timeZone)'; give an IANA time zone such as Asia/Seoul")
        }
        guard sentence.count <= GoalSentence.lengthLimit else {
            throw ValidationError(
                "the sentence has \(sentence.count) characters; give at most \(GoalSentence.lengthLimit)"
            )
        }
    }

    func run() throws {
        guard let zone = TimeZone(identifier: timeZone) else { return }
        let read = GoalSentence.read(sentence, now: SystemClock().now, timeZone: zone)
        let answers = try GoalAnswers(answer)
        let draft = try answers.applied(to: GoalSketch(read))
        let isKorean = language.map { $0 == .korean } ?? read.isKorean
        let open = draft.open(read.questions.filter { !answers.answers($0.field) })
        let text = Self.comments(read, open, isKorean: isKorean) + draft.yaml()
        var wrong: GoalFileErrors?
        do throws(GoalFileErrors) {
            _ = try GoalFile.read(draft.yaml(), directory: "/", registered: draft.registered)
        } catch {
            wrong = error
        }
        guard open.isEmpty, wrong == nil else {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
            throw ExitCode.dataError.saying(Self.complaint(open, wrong, isKorean: isKorean))
        }
        guard let output else { return try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
        try write(text, to: output)
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: force ? [.atomic] : [.withoutOverwriting])
        } catch {
            throw ExitCode.cannotCreate.saying(
                "\(path): cannot be written (\(error.localizedDescription)); give another path, or --force to replace a file"
            )
        }
        Console.note("Wrote \(path). Then: dure validate \(path), dure rehearse \(path), dure run \(path)")
    }

    /// What was understood and what is asked, as comments of the file.
    private static func comments(_ read: GoalSentence, _ open: [GoalSentence.Question], isKorean: Bool) -> String {
        var lines = ["\(read.text)"]
        for finding in read.findings {
            let until = finding.until.map { " (\($0))" } ?? ""
            lines.append("  \(finding.field.rawValue): \(finding.value)\(until)  <- \(finding.words)")
        }
        for question in open { lines.append("? \(question.field.rawValue): " + question.text(isKorean: isKorean)) }
        for proposal in open.filter({ !$0.proposals.isEmpty }) {
            lines.append("  --answer \(proposal.field.rawValue)=" + proposal.proposals.joined(separator: " | "))
        }
        if open.contains(where: { $0.field == .trial }) {
            lines.append("  --answer apply=PROGRAM --answer measure=PROGRAM | marketplace=simulated")
        }
        if !read.unread.isEmpty {
            lines.append((isKorean ? "읽지 않은 말: " : "Not read: ") + read.unread.joined(separator: ", "))
        }
        if !read.refused.isEmpty { lines.append(GoalSentence.refusal(read.refused, isKorean: isKorean)) }
        // A comment ends with its line, whatever the sentence holds.
        return lines.map { line in "# " + String(line.map { $0.isNewline ? " " : $0 }) + "\n" }.joined()
    }

    private static func complaint(_ open: [GoalSentence.Question], _ wrong: GoalFileErrors?, isKorean: Bool) -> String {
        guard open.isEmpty else {
            let fields = open.map { $0.field == .trial ? "apply, measure" : $0.field.rawValue }.joined(separator: ", ")
            return isKorean
                ? "아직 답이 필요합니다: \(fields). --answer 필드=값" : "Still asked: \(fields). Answer by --answer FIELD=VALUE"
        }
        return wrong.map { $0.errors.map(\.message).joined(separator: "\n") } ?? ""
    }
}

/// The answers to what a sentence left open, by the names of the fields.
struct GoalAnswers {
    private var values: [String: String] = [:]
    private var levers: [GoalSketch.Lever] = []

    static let fields = [
        "name", "product", "url", "marketplace", "keywords", "target", "deadline", "budget", "price", "units", "window",
        "cost",
        "generation_size", "replicates", "approval", "apply", "measure",
    ]

    init(_ texts: [String]) throws {
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let field = parts.first, !parts[1].isEmpty else {
                throw ExitCode.usage.saying("--answer: got '\(text)'; give field=value")
            }
            if field.hasPrefix("factor.") {
                do {
                    levers += try GoalSketch.levers(field.dropFirst("factor.".count) + ": " + parts[1])
                } catch {
                    throw ExitCode.dataError.saying("--answer: \(error)")
                }
                continue
            }
            guard Self.fields.contains(field) else {
                throw ExitCode.usage.saying(
                    "--answer: there is no field '\(field)'; give one of \(Self.fields.joined(separator: ", ")), factor.NAME"
                )
            }
            values[field] = parts[1]
        }
    }

    /// Whether a field's question is answered; a product's is by its address, too.
    func answers(_ field: GoalSentence.Field) -> Bool {
        switch field {
        case .factors: !levers.isEmpty
        case .product: values["product"] != nil || values["url"] != nil
        case .trial: values["apply"] != nil || values["measure"] != nil
        default: values[field.rawValue] != nil
        }
    }

    /// The draft with the answers in it; an answer replaces what the sentence says.
    func applied(to draft: GoalSketch) throws -> GoalSketch {
        var draft = draft
        draft.name = values["name"] ?? draft.name
        draft.product = values["product"] ?? draft.product
        draft.url = values["url"] ?? draft.url
        draft.marketplace = values["marketplace"] ?? draft.marketplace
        if let keywords = values["keywords"] {
            draft.keywords = keywords.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        draft.target = values["target"] ?? draft.target
        draft.deadline = values["deadline"] ?? draft.deadline
        draft.budget = values["budget"] ?? draft.budget
        draft.price = values["price"] ?? draft.price
        draft.units = values["units"]
        draft.window = values["window"]
        draft.cost = values["cost"]
        draft.generationSize = values["generation_size"]
        draft.replicates = values["replicates"]
        draft.levers = levers
        draft.apply = values["apply"].map(GoalSketch.Program.init)
        draft.measure = values["measure"].map(GoalSketch.Program.init)
        if let approval = values["approval"] {
            guard ["none", "required"].contains(approval) else {
                throw ExitCode.dataError.saying("--answer approval: got '\(approval)'; give none or required")
            }
            draft.needsApproval = approval == "required"
        }
        return draft
    }
}
