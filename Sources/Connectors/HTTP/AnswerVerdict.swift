// SPDX-License-Identifier: Apache-2.0
import Domain
import Feeds
import Foundation

/// What a service says of an error in an answer's body.
struct ServiceError {
    /// What follows from it, where the status does not say it.
    enum Meaning {
        /// What the status says.
        case asStatus
        /// Asked too fast: later again.
        case tooFast
        /// A day's budget is spent, by the plan's name of it.
        case exhausted(String)
        /// The key is wrong, or may not do this.
        case key
        /// What is asked for is not there.
        case missing
        /// The question is wrong; another one may be right.
        case question
        /// The service has trouble of its own.
        case trouble
    }

    var code: String
    var message: String
    var meaning: Meaning
}

/// The array under which a service gives what was asked for.
struct AnswerList: Hashable {
    var key: String
    /// Whether the service leaves it out where there is nothing.
    var isOptional = false

    /// Why an answer is none of the service's; nil where it is.
    func problem(_ answer: JSONValue, _ service: String) -> String? {
        switch answer[key] {
        case .array?: nil
        case nil: isOptional ? nil : "\(service) sent an answer without '\(key)', where an array was expected"
        default: "\(service) sent '\(key)' that is no array"
        }
    }
}

/// What follows from an answer: the one place that decides it for all services.
struct AnswerVerdict {
    /// What to do next.
    enum Next: Hashable {
        /// Another try may go better.
        case retry
        /// This question gets no answer; others may.
        case giveUpQuestion
        /// Nothing that is asked now gets an answer.
        case giveUpService
    }

    /// What was read; nil where something went wrong.
    var value: JSONValue?
    var failure: Failure?
    var next = Next.retry
    /// When the service may be asked again, where it says so.
    var notBefore: Timestamp?
    /// The day's budget that the service says is spent.
    var exhausted: String?
    /// Whether the service itself seems to be in trouble, rather than the question.
    var isTrouble: Bool { failure != nil && next != .giveUpQuestion }

    /// A failure before there was an answer.
    init(_ failure: Failure) {
        self.failure = failure
        next = [.timeOut, .unknown].contains(failure.class) ? .retry : .giveUpService
    }

    /// Judges an answer.
    ///
    /// - Parameters:
    ///   - answer: as it came.
    ///   - service: the service's name.
    ///   - errors: finds a service's own error in a body that is JSON.
    ///   - list: the array that a success has; nil where any JSON will do.
    ///   - now: for dates to come.
    init(
        _ answer: WebAnswer,
        service: String,
        errors: (JSONValue) -> ServiceError?,
        list: AnswerList? = nil,
        now: Timestamp
    ) {
        notBefore = answer.headers["retry-after"].flatMap { FeedAnswer.retryAfter($0, now: now) }
        let first = answer.body.first { $0 > 0x20 }
        let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        let (read, problem) = isJSON ? JSONScanner.read(answer.body, depth: 64) : (nil, nil)
        let told = read.flatMap(errors)
        let isSuccess = (200..<300).contains(answer.status)
        if let told {
            judge(told, answer.status, service)
        } else if !isSuccess {
            judge(status: answer.status, "\(service) answered \(answer.status)" + Self.excerpt(answer, isJSON))
        } else if !isJSON {
            judgeForeign(answer, first, service)
        } else if let problem {
            let place = "line \(problem.line), column \(problem.column): \(problem.message)"
            failure = Failure(.unknown, "\(service) sent an answer that is cut or damaged (\(place))")
        } else if let problem = read.flatMap({ list?.problem($0, service) }) {
            (failure, next) = (Failure(.invalid, problem), .giveUpQuestion)
        } else {
            value = read
        }
    }

    /// What a status means that is no success.
    private mutating func judge(status: Int, _ message: String) {
        let kind: Failure.Class
        (kind, next) =
            switch status {
            case 401, 403, 451: (.permission, .giveUpService)
            case 404, 410: (.notFound, .giveUpQuestion)
            case 429: (.rateLimit, .retry)
            case 408, 504: (.timeOut, .retry)
            case 300..<400: (.invalid, .giveUpService)
            case 400..<500: (.invalid, .giveUpQuestion)
            default: (.unknown, .retry)
            }
        failure = Failure(kind, message)
    }

    private mutating func judge(_ told: ServiceError, _ status: Int, _ service: String) {
        let message = "\(service) answered \(status) \(told.code): \(String(told.message.prefix(300)))"
        switch told.meaning {
        case .asStatus:
            judge(status: (200..<300).contains(status) ? 400 : status, message)
        case .tooFast: (failure, next) = (Failure(.rateLimit, message), .retry)
        case .exhausted(let name):
            (failure, next, exhausted) = (Failure(.rateLimit, message), .giveUpService, name)
        case .key: (failure, next) = (Failure(.permission, message), .giveUpService)
        case .missing: (failure, next) = (Failure(.notFound, message), .giveUpQuestion)
        case .question: (failure, next) = (Failure(.invalid, message), .giveUpQuestion)
        case .trouble: (failure, next) = (Failure(.unknown, message), .retry)
        }
    }

    /// Judges a success that is no JSON: nothing, mark-up, or words, which are what some services say of a wrong question.
    private mutating func judgeForeign(_ answer: WebAnswer, _ first: UInt8?, _ service: String) {
        let type = answer.headers["content-type"] ?? "nothing"
        guard let first else {
            failure = Failure(.unknown, "\(service) sent an empty answer")
            return
        }
        // words may be labelled as HTML: what they begin with counts
        if first == UInt8(ascii: "<") {
            failure = Failure(.invalid, "\(service) sent \(type) where JSON was expected" + Self.excerpt(answer, false))
            next = .giveUpService
            return
        }
        failure = Failure(.invalid, "\(service) does not take the question" + Self.excerpt(answer, false))
        next = .giveUpQuestion
    }

    /// The beginning of an answer's text, without mark-up.
    private static func excerpt(_ answer: WebAnswer, _ isJSON: Bool) -> String {
        guard !isJSON, !answer.body.isEmpty else { return "" }
        let text = HTMLText.plain(String(decoding: answer.body.prefix(2_000), as: UTF8.self))
        return text.isEmpty ? "" : ": " + text.prefix(160)
    }
}
