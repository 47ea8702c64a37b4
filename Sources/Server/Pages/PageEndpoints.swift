// SPDX-License-Identifier: Apache-2.0

package import Dashboard
package import Domain
import Foundation
import HTTPTypes
import NIOCore
package import Operations
import Reports

/// The dashboard's routes: what the services tell, drawn by `Dashboard`.
package struct PageEndpoints: Sendable {
    /// A page that others add: the audit log, the settings.
    package struct Addition: Sendable {
        package var place: DashboardPage.Place
        package var access: Access
        package var page: @Sendable (Caller, Visitor) async throws -> DashboardPage

        /// Creates an addition.
        package init(
            _ place: DashboardPage.Place,
            _ access: Access,
            page: @escaping @Sendable (Caller, Visitor) async throws -> DashboardPage
        ) {
            self.place = place
            self.access = access
            self.page = page
        }
    }

    /// What a plan can tell apart with a chance of 80 %, in standard deviations of one trial.
    package struct Power: Sendable {
        /// Two values of the factor that has the most.
        package var search: Double
        /// The winner and the present setting.
        package var confirmation: Double?
        package var confirmationTrials: Int

        /// Creates an answer.
        package init(search: Double, confirmation: Double?, confirmationTrials: Int) {
            self.search = search
            self.confirmation = confirmation
            self.confirmationTrials = confirmationTrials
        }
    }

    /// What looks after the health of the process, as it is now.
    package struct HealthWatch: Sendable {
        package var report: HealthReport
        package var limits: HealthLimits
        /// Newest first.
        package var history: [HealthRecord]

        /// Creates the value from its parts.
        package init(report: HealthReport, limits: HealthLimits, history: [HealthRecord]) {
            self.report = report
            self.limits = limits
            self.history = history
        }
    }

    let services: Services
    let clock: any TimeSource
    /// What looks after health; nil where nothing does.
    let healthWatch: (@Sendable () async throws -> HealthWatch)?
    /// The power of a goal's search with so many trials; nil where there is no answer.
    let power: @Sendable (Goal, Int) -> Power?
    /// What the pages of campaigns show of their records, until those change.
    let parts = KeptValues<CampaignParts.Name, CampaignParts>(most: 16)
    private let additions: [Addition]
    /// What a visitor's forms have to carry; nil for a caller without a cookie.
    private let formToken: @Sendable (RequestHead) -> String?

    /// Creates the pages.
    package init(
        services: Services,
        clock: any TimeSource,
        additions: [Addition] = [],
        health: (@Sendable () async throws -> HealthWatch)? = nil,
        power: @escaping @Sendable (Goal, Int) -> Power? = { _, _ in nil },
        formToken: @escaping @Sendable (RequestHead) -> String? = { _ in nil }
    ) {
        self.services = services
        self.clock = clock
        self.additions = additions
        healthWatch = health
        self.power = power
        self.formToken = formToken
    }

    /// The pages that are there, in the order of the navigation.
    private var places: [DashboardPage.Place] {
        let further: [DashboardPage.Place] = [.audit, .settings]
        return DashboardPage.Place.allCases.filter { place in
            !further.contains(place) || additions.contains { $0.place == place }
        }
    }

    /// Every route: pages, their forms, their files.
    package var endpoints: [Endpoint] {
        let id = Parameter.path("id", Campaign.self, "The campaign.")
        let order = Parameter.path("order", .word(CampaignOrder.self), "What shall be done.")
        let worker = Parameter.path("id", Worker.self, "The worker.")
        let workerOrder = Parameter.path("order", .word(WorkerOrderDraft.Order.self), "What shall be done.")
        let paging = Parameter.paging
        return [
            page("/", "pageOverview") { try await overview($0, $1) },
            page("/campaigns", "pageCampaigns", parameters: paging) { try await campaigns($0, $1) },
            page("/campaigns/{id}", "pageCampaign", parameters: [id], state: state) {
                try await campaign($0, $1)
            },
            page("/campaigns/{id}/trials", "pageTrials", parameters: [id] + paging) { try await trials($0, $1) },
            page("/campaigns/{id}/decisions", "pageDecisions", parameters: [id] + paging) {
                try await decisions($0, $1)
            },
            page("/campaigns/{id}/report", "pageReport", parameters: [id]) { try await report($0, $1) },
            page("/campaigns/{id}/orders/{order}", "pageOrder", .role(.operator), parameters: [id, order]) {
                try await confirm($0, $1)
            },
            form("/campaigns/{id}/orders/{order}", "formOrder", .role(.operator), parameters: [id, order]) {
                try await give($0, $1, $2)
            },
            page("/goals/new", "pageNewGoal", .role(.operator)) { try await newGoal($0, $1) },
            form("/goals/new", "formNewGoal", .role(.operator), most: 400_000) { try await newGoal($0, $1, $2) },
            page("/experiments", "pageExperiments") { _, visitor in ExperimentsPage().page(for: visitor) },
            form("/experiments", "formExperiments", .role(.viewer), most: 6_000_000) { try await analyse($0, $1, $2) },
            page("/fleet", "pageFleet") { try await fleet($0, $1) },
            page("/fleet/{id}/orders/{order}", "pageWorkerOrder", .role(.admin), parameters: [worker, workerOrder]) {
                try await confirmWorker($0, $1)
            },
            form("/fleet/{id}/orders/{order}", "formWorkerOrder", .role(.admin), parameters: [worker, workerOrder]) {
                try await giveWorker($0, $1, $2)
            },
            page("/trends", "pageTrends") { try await trends($0, $1) },
            page(
                "/trends/{run}",
                "pageTrend",
                parameters: [.path("run", .string(least: 1, most: 200), "The run.")]
            ) { try await trend($0, $1) },
            page("/alerts", "pageAlerts", parameters: paging) { try await alerts($0, $1) },
            page("/health", "pageHealth") { try await health($0, $1) },
        ]
            + additions.map { addition in
                page(addition.place.rawValue, "page\(addition.place)", addition.access) { call, visitor in
                    try await addition.page(call.caller, visitor)
                }
            } + [preferences] + Assets.all.map(Self.file)
    }

    // MARK: How a page is answered

    /// `state` tells, for little, what the page depends on besides its visitor; then one that is known already is not drawn again.
    private func page(
        _ path: String,
        _ operation: String,
        _ access: Access = .role(.viewer),
        parameters: [Parameter] = [],
        state: (@Sendable (Call) async throws -> String?)? = nil,
        draw: @escaping @Sendable (Call, Visitor) async throws -> DashboardPage
    ) -> Endpoint {
        var endpoint = Endpoint(
            .get,
            path,
            operation,
            .about,
            access,
            "A page.",
            parameters: parameters,
            gives: [.other("text/html")]
        ) { call in
            let visitor = visitor(call.head, call.caller)
            guard let state, let text = try await state(call) else {
                return try html(try await draw(call, visitor), visitor)
            }
            var hasher = Hasher()
            hasher.combine(text)
            hasher.combine(visitor)
            hasher.combine(Assets.version)
            let tag = "\"" + String(UInt(bitPattern: hasher.finalize()), radix: 36) + "\""
            if Answer.isKnown(tag, to: call.head) {
                // Of the page's type, so that it has the page's policy: a browser takes the fields of the answer that came last.
                var known = Answer.text("", type: Self.type, status: .notModified)
                known.headers[.eTag] = tag
                return dressed(known, visitor)
            }
            var answer = try html(try await draw(call, visitor), visitor)
            answer.headers[.eTag] = tag
            return answer
        }
        endpoint.isDocumented = false
        endpoint.refusal = { refusal($0, $1) }
        return endpoint
    }

    /// A form: it answers a page, or leads to one.
    private func form(
        _ path: String,
        _ operation: String,
        _ access: Access,
        parameters: [Parameter] = [],
        most: Int = 20_000,
        take: @escaping @Sendable (Call, Visitor, FormFields) async throws -> FormOutcome
    ) -> Endpoint {
        var endpoint = Endpoint(
            .post,
            path,
            operation,
            .about,
            access,
            "A form.",
            parameters: parameters,
            takes: .other("application/x-www-form-urlencoded", .string(), most: most),
            gives: [.other("text/html")]
        ) { call in
            let visitor = visitor(call.head, call.caller)
            switch try await take(call, visitor, try FormFields(call.body)) {
            case .page(let page): return try html(page, visitor)
            case .leads(let address):
                return Answer(.seeOther, headers: [.location: address, .cacheControl: "no-store"])
            }
        }
        endpoint.isDocumented = false
        endpoint.refusal = { refusal($0, $1) }
        return endpoint
    }

    private static let type = "text/html; charset=utf-8"

    private func html(_ page: DashboardPage, _ visitor: Visitor, status: HTTPResponse.Status = .ok) throws -> Answer {
        let text = try page.html(for: visitor, places: places, version: Assets.version)
        return dressed(Answer.text(text, type: Self.type, status: status), visitor)
    }

    private func dressed(_ answer: Answer, _ visitor: Visitor) -> Answer {
        var answer = answer
        answer.headers[.vary] = "Accept-Language, Cookie"
        answer.headers[.contentLanguage] = visitor.language.rawValue
        return answer
    }

    /// A page in place of one that cannot be; nil when even that cannot, so that the problem is answered as it is.
    private func refusal(_ problem: Problem, _ head: RequestHead) -> Answer? {
        let kind: ProblemPage.Kind =
            switch problem.kind {
            case .unauthorized: .signIn
            case .forbidden: .refused
            case .notFound: .missing
            default: .wrong
            }
        var visitor = visitor(head, nil)
        visitor.formToken = nil
        let page = ProblemPage(kind, detail: problem.detail, expected: problem.expected).page(for: visitor)
        guard let text = try? page.html(for: visitor, places: kind == .signIn ? [] : places, version: Assets.version)
        else {
            return nil
        }
        var answer = Answer.text(text, type: "text/html; charset=utf-8", status: problem.kind.status)
        if let retryAfter = problem.retryAfter { answer.headers[.retryAfter] = String(retryAfter) }
        return answer
    }

    // MARK: Who looks

    private static let languageCookie = "dure-language"
    private static let themeCookie = "dure-theme"
    private static let zoneCookie = "dure-zone"

    func visitor(_ head: RequestHead, _ caller: Caller?) -> Visitor {
        let chosen = Self.cookie(Self.languageCookie, head).flatMap(ReportLanguage.init(rawValue:))
        return Visitor(
            language: chosen ?? Visitor.language(accepting: head.headers[.acceptLanguage]),
            theme: Self.cookie(Self.themeCookie, head).flatMap(Visitor.Theme.init(rawValue:)) ?? .auto,
            name: caller?.name,
            maySteer: caller?.may(.role(.operator)) ?? false,
            mayAdminister: caller?.may(.role(.admin)) ?? false,
            formToken: formToken(head),
            address: head.path,
            zone: Self.cookie(Self.zoneCookie, head).flatMap(\.removingPercentEncoding)
        )
    }

    private static func cookie(_ name: String, _ head: RequestHead) -> String? {
        for line in head.headers[values: .cookie] {
            for pair in line.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0].drop(while: { $0 == " " }) == name { return String(parts[1]) }
            }
        }
        return nil
    }

    /// Keeps a choice of language or colours in a cookie, and leads back.
    private var preferences: Endpoint {
        var endpoint = Endpoint(
            .get,
            "/preferences",
            "preferences",
            .about,
            .anyone,
            "Keeps a choice of language or colours.",
            parameters: [
                .query("lang", .word(ReportLanguage.self), "The language."),
                .query("theme", .word(Visitor.Theme.self), "The colours."),
                .query("to", .string(least: 1, most: 2_000), "Where to go on."),
            ],
            gives: [.other("text/html", .seeOther)]
        ) { call in
            var answer = Answer(
                .seeOther,
                headers: [.location: Self.ownPath(call.text("to")), .cacheControl: "no-store"]
            )
            for (name, value) in [(Self.languageCookie, call.text("lang")), (Self.themeCookie, call.text("theme"))] {
                guard let value else { continue }
                let field = "\(name)=\(value); Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
                answer.headers.append(HTTPField(name: .setCookie, value: field))
            }
            return answer
        }
        endpoint.isDocumented = false
        return endpoint
    }

    /// A path of this server; the overview for anything that would lead elsewhere.
    static func ownPath(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/\\"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return text
    }

    private static func file(_ asset: Asset) -> Endpoint {
        let tag = "\"\(Assets.version)\""
        var endpoint = Endpoint(
            .get,
            asset.path,
            "asset" + asset.path.split(separator: "/").joined().filter(\.isLetter),
            .about,
            .anyone,
            "A file of the pages.",
            parameters: [.query("v", .string(least: 0, most: 40), "The build that asks.")],
            gives: [.other(asset.type)]
        ) { _ in
            Answer(
                headers: [
                    .contentType: asset.type, .cacheControl: "public, max-age=31536000, immutable", .eTag: tag,
                ],
                content: .bytes(ByteBuffer(bytes: asset.bytes))
            )
        }
        endpoint.isDocumented = false
        return endpoint
    }
}

/// What a form leads to.
enum FormOutcome: Sendable {
    case page(DashboardPage)
    case leads(String)
}

/// The fields of a form, as a browser sends them.
struct FormFields: Sendable {
    /// How many fields a form may have.
    static let most = 200

    private var values: [String: String] = [:]

    /// Reads `application/x-www-form-urlencoded`; the first value of a name counts.
    ///
    /// Throws for a form with more fields than any of ours has: each would cost many times what it takes to send it.
    init(_ body: ByteBuffer) throws(Problem) {
        let text = String(buffer: body)
        let pairs = text.split(separator: "&", maxSplits: Self.most)
        guard pairs.count <= Self.most else {
            throw Problem(.malformed, "the form has too many fields", field: "body", expected: "at most \(Self.most)")
        }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.map(Self.decoded), values[name] == nil else { continue }
            values[name] = parts.count == 2 ? Self.decoded(parts[1]) : ""
        }
    }

    /// The first value of a field as it was sent, found without reading the others; nil where there is none.
    static func first(_ name: String, in body: ByteBuffer) -> String? {
        let start = Array((name + "=").utf8)
        let fields = body.readableBytesView.split(separator: UInt8(ascii: "&"), maxSplits: most)
        return fields.first { $0.starts(with: start) }.map {
            String(decoding: $0.dropFirst(start.count), as: UTF8.self)
        }
    }

    private static func decoded(_ text: Substring) -> String {
        let spaced = text.replacing("+", with: " ")
        // Bytes that are no text stand as they came.
        return spaced.removingPercentEncoding ?? String(spaced)
    }

    /// A field's text without spaces around it; nil when there is none.
    subscript(name: String) -> String? {
        let text = values[name]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        return text.isEmpty ? nil : text
    }

    /// A field's text as it was sent.
    func raw(_ name: String) -> String { values[name] ?? "" }

    /// The parts of a field between commas.
    func list(_ name: String) -> [String] {
        (self[name] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
