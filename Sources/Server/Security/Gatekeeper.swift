// SPDX-License-Identifier: Apache-2.0

package import Domain
package import HTTPTypes
import Operations

/// Judges every request and dresses every answer: methods, rates, origins, form tokens, and the header fields of security.
package struct Gatekeeper: RequestGuard {
    private static let forwarded = HTTPField.Name("X-Forwarded-For") ?? .location
    private static let site = HTTPField.Name("Sec-Fetch-Site") ?? .location
    private static let formToken = HTTPField.Name("X-CSRF-Token") ?? .location
    private static let nosniff = HTTPField.Name("X-Content-Type-Options") ?? .location
    private static let referrer = HTTPField.Name("Referrer-Policy") ?? .location
    private static let framing = HTTPField.Name("X-Frame-Options") ?? .location
    private static let resource = HTTPField.Name("Cross-Origin-Resource-Policy") ?? .location
    private static let opener = HTTPField.Name("Cross-Origin-Opener-Policy") ?? .location
    private static let wantedMethod = HTTPField.Name("Access-Control-Request-Method") ?? .location

    /// What may be loaded by an answer that is no page.
    static let bareContent = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    /// What a page may load: its own scripts, styles, pictures and connections; nothing that stands in it, and nothing from elsewhere.
    static let pageContent = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
        form-action 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'
        """

    private let rules: SecurityRulesBox
    private let limiter: RateLimiter

    /// Creates a gatekeeper.
    package init(rules: SecurityRulesBox, clock: any TimeSource) {
        self.rules = rules
        limiter = RateLimiter(clock: clock)
    }

    /// Refuses TRACE, and an origin that may not ask.
    package func check(_ head: RequestHead) async throws {
        guard Self.methods.contains(head.method) else {
            let list = Self.methods.map(\.rawValue).sorted().joined(separator: ", ")
            var problem = Problem(
                .methodNotAllowed,
                "this server has no \(head.method.rawValue.prefix(20))",
                field: "method",
                value: head.method.rawValue,
                expected: list
            )
            problem.headers = [(.allow, list)]
            throw problem
        }
    }

    /// Refuses what comes too often, and what another site's page asks in the name of somebody who is signed in.
    package func check(_ caller: Caller, _ head: RequestHead, for access: Access) async throws {
        let rules = rules.present
        switch caller.credential {
        case .none:
            let address = address(of: head, rules)
            try take("address " + address, rules.address)
        case .key, .session, .token:
            // A fleet asks as often as its jobs end; what it may do is bounded by its leases.
            if caller.role != .worker {
                try take("\(caller.credential.rawValue) \(caller.id)", rules.caller)
                try take("workspace \(caller.workspace.name)", rules.workspace)
            }
        }
        if caller.credential == .session { try checkForgery(head, rules) }
    }

    /// Looks for the form token in a form that no script has sent, and that has it among its fields therefore.
    package func check(_ call: Call) throws {
        guard call.caller.credential == .session, Self.changes(call.head), Self.isPlainForm(call.head) else { return }
        guard let cookie = SessionCookie.value(in: call.headers),
            let token = FormFields.first(SessionCookie.formField, in: call.body),
            SessionKeeper.isFormToken(token, of: cookie)
        else { throw Self.noToken(SessionCookie.formField) }
    }

    /// Adds the header fields of security; an endpoint that has set one itself keeps it.
    package func dress(_ headers: inout HTTPFields, for head: RequestHead) {
        let rules = rules.present
        let isPage = headers[.contentType]?.hasPrefix("text/html") ?? false
        if headers[.contentSecurityPolicy] == nil {
            headers[.contentSecurityPolicy] = isPage ? Self.pageContent : Self.bareContent
        }
        headers[Self.nosniff] = "nosniff"
        headers[Self.referrer] = "no-referrer"
        headers[Self.resource] = "same-origin"
        if isPage {
            headers[Self.framing] = "DENY"
            headers[Self.opener] = "same-origin"
        }
        if rules.isSecure { headers[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
        guard !rules.origins.isEmpty, head.path.hasPrefix("/api/") else { return }
        headers.append(HTTPField(name: .vary, value: "Origin"))
        guard let origin = head.headers[.origin], rules.origins.contains(origin) else { return }
        headers[.accessControlAllowOrigin] = origin
        headers[.accessControlExposeHeaders] = "ETag, Retry-After, X-Request-Id"
        headers[Self.resource] = "cross-origin"
    }

    /// The answer to a browser that asks whether another site's page may ask; nil for a request that is no such question.
    package func reply(to head: RequestHead) -> Answer? {
        guard head.method == .options, head.headers[.origin] != nil, head.headers[Self.wantedMethod] != nil else {
            return nil
        }
        let rules = rules.present
        var answer = Answer(.noContent)
        guard head.path.hasPrefix("/api/"), let origin = head.headers[.origin], rules.origins.contains(origin) else {
            answer.status = .forbidden
            return answer
        }
        answer.headers[.accessControlAllowMethods] = "GET, HEAD, POST, PUT, PATCH, DELETE"
        answer.headers[.accessControlAllowHeaders] =
            "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
        answer.headers[.accessControlMaxAge] = "600"
        return answer
    }

    /// Whether a request comes from a page of this server, or from no page at all: what a WebSocket asks for before it is opened.
    package func isOwn(_ head: RequestHead) -> Bool {
        let rules = rules.present
        guard Self.isOwnSite(head) else { return false }
        guard let origin = head.headers[.origin] else { return true }
        return Self.isOwn(origin, head, rules)
    }

    /// Whether a request tells which site's page it comes from, as every browser of today does when it sends a form.
    static func tellsSite(_ head: RequestHead) -> Bool { head.headers[.origin] != nil || head.headers[site] != nil }

    /// The address that a request came from.
    package func address(of head: RequestHead) -> String {
        address(of: head, rules.present)
    }

    private func address(of head: RequestHead, _ rules: SecurityRules) -> String {
        ClientAddress.find(peer: head.address, forwarded: head.headers[Self.forwarded], proxies: rules.proxies)
    }

    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]

    private func take(_ name: String, _ limit: RateLimit) throws(Problem) {
        guard let wait = limiter.take(name, limit) else { return }
        throw Problem(
            .tooMany,
            "there were more requests than are allowed",
            field: "Authorization",
            expected: "at most \(limit.perSecond) a second in the long run",
            retryAfter: max(1, Int((wait.milliseconds + 999) / 1_000))
        )
    }

    /// A browser sends its cookies along whoever's page asks; so the page has to be ours, and has to know the form token.
    private func checkForgery(_ head: RequestHead, _ rules: SecurityRules) throws(Problem) {
        guard Self.changes(head) else { return }
        guard Self.isOwnSite(head) else {
            throw Problem(.forbidden, "another site's page asked", field: "Sec-Fetch-Site", expected: "same-origin")
        }
        if let origin = head.headers[.origin], !Self.isOwn(origin, head, rules) {
            throw Problem(
                .forbidden,
                "another site's page asked",
                field: "Origin",
                value: origin,
                expected: "this server"
            )
        }
        // Its token is in its body, which is read next and looked at then.
        guard !Self.isPlainForm(head) else { return }
        guard let cookie = SessionCookie.value(in: head.headers),
            let token = head.headers[Self.formToken], SessionKeeper.isFormToken(token, of: cookie)
        else { throw Self.noToken("X-CSRF-Token") }
    }

    private static func noToken(_ field: String) -> Problem {
        Problem(
            .forbidden,
            "the form token is missing or wrong: load the page again",
            field: field,
            expected: "the token of the page"
        )
    }

    private static func changes(_ head: RequestHead) -> Bool { ![.get, .head, .options].contains(head.method) }

    /// Whether a browser sends a form by itself: a script of ours puts the token into the head.
    private static func isPlainForm(_ head: RequestHead) -> Bool {
        let type = head.headers[.contentType]?.split(separator: ";").first ?? ""
        return head.headers[formToken] == nil && type.lowercased() == "application/x-www-form-urlencoded"
    }

    private static func isOwnSite(_ head: RequestHead) -> Bool {
        guard let site = head.headers[site] else { return true }
        return site == "same-origin" || site == "none"
    }

    private static func isOwn(_ origin: String, _ head: RequestHead, _ rules: SecurityRules) -> Bool {
        if !rules.ownOrigins.isEmpty { return rules.ownOrigins.contains(origin) }
        guard let host = head.authority else { return false }
        return origin.lowercased() == (rules.isSecure ? "https://" : "http://") + host.lowercased()
    }
}

/// The cookie of a session.
package enum SessionCookie {
    /// The field of a form that has the token of the cookie.
    static let formField = "csrf_token"

    /// With TLS the name says so to the browser, which then takes it from this host alone.
    package static func name(isSecure: Bool) -> String { isSecure ? "__Host-dure" : "dure-session" }

    /// A field that sets the cookie.
    package static func field(_ value: String, isSecure: Bool) -> String {
        "\(name(isSecure: isSecure))=\(value); Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }

    /// A field that takes the cookie away.
    package static func removal(isSecure: Bool) -> String { field("", isSecure: isSecure) + "; Max-Age=0" }

    /// The value that a request brings; nil where it brings none, or more than one: one of them would be somebody else's.
    package static func value(in headers: HTTPFields) -> String? {
        var found: [Substring] = []
        for line in headers[values: .cookie] {
            for pair in line.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { continue }
                let name = parts[0].drop { $0 == " " }
                if name == "__Host-dure" || name == "dure-session" { found.append(parts[1]) }
            }
        }
        return found.count == 1 ? String(found[0]) : nil
    }
}
