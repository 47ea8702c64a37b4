// SPDX-License-Identifier: Apache-2.0

import Domain
package import Operations

/// What requests are judged by; it may change while the server runs.
package struct SecurityRules: Sendable {
    /// How often a key, a session or a token may ask; workers may as often as they like.
    package var caller: RateLimit
    /// How often all keys, sessions and tokens of a workspace together may ask, so that none takes the server from the others.
    package var workspace: RateLimit
    /// How often an address may ask where no credential is needed, or none is given.
    package var address: RateLimit
    /// Origins of other sites whose pages may ask with a key, such as `https://shop.example`.
    package var origins: Set<String>
    /// Proxies whose `X-Forwarded-For` is believed.
    package var proxies: [AddressRange]
    /// The server's own origins, where a proxy hides them; the request's `Host` counts otherwise.
    package var ownOrigins: Set<String>
    /// Whether the server speaks TLS, itself or through a proxy in front.
    package var isSecure: Bool

    /// Creates rules.
    package init(
        caller: RateLimit = RateLimit(perSecond: 100, burst: 200),
        workspace: RateLimit = RateLimit(perSecond: 500, burst: 1_000),
        address: RateLimit = RateLimit(perSecond: 20, burst: 100),
        origins: Set<String> = [],
        proxies: [AddressRange] = [],
        ownOrigins: Set<String> = [],
        isSecure: Bool = false
    ) {
        self.caller = caller
        self.workspace = workspace
        self.address = address
        self.origins = origins
        self.proxies = proxies
        self.ownOrigins = ownOrigins
        self.isSecure = isSecure
    }

    /// Whether an origin is one that may be listed: a scheme and a host, perhaps a port, and nothing more.
    package static func isOrigin(_ text: String) -> Bool {
        guard
            let rest = text.hasPrefix("https://")
                ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : nil
        else { return false }
        let allowed = rest.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
        return allowed && !rest.isEmpty
    }
}

/// The rules as they are now; safe to read from any thread.
package final class SecurityRulesBox: Sendable {
    private let rules: Locked<SecurityRules>

    /// Creates a box.
    package init(_ rules: SecurityRules = SecurityRules()) {
        self.rules = Locked(rules)
    }

    /// The rules; setting them has them hold for the next request on.
    package var present: SecurityRules {
        get { rules.withLock { $0 } }
        set { rules.withLock { $0 = newValue } }
    }
}
