// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// What sources need of the world: time, the environment with its keys, and connections, which all sources of one access share.
///
/// Call `shutdown` when no source that was opened with it is needed any more.
package final class SourceAccess: Sendable {
    /// What is given at the start.
    package struct Setting: Sendable {
        /// The environment's variables, of which sources read their keys.
        package var environment: [String: String]
        /// The folder where spent quotas are written down, shared by all processes of one key; `DURE_SOURCES_FOLDER` goes before it.
        package var folder: String
        /// Hosts, in lower case, that may be asked although they are not public.
        package var allowedHosts: Set<String>
        /// The run that asks, as feeds remember it; nil where nobody asks twice.
        package var asker: String?
        /// Where services are, by name, other than where they really are: stand-ins in tests.
        package var bases: [String: String] = [:]
        /// How calls to services are tried.
        package var retry = RetryPolicy()
        /// What delays are drawn from.
        package var seed: UInt64

        /// Creates a setting.
        package init(
            environment: [String: String],
            folder: String,
            allowedHosts: Set<String> = [],
            asker: String? = nil,
            seed: UInt64 = 1
        ) {
            self.environment = environment
            self.folder = folder
            self.allowedHosts = allowedHosts
            self.asker = asker
            self.seed = seed
        }

        /// The hosts of `DURE_SOURCES_ALLOW`, parted by commas, and those that were given.
        var openHosts: Set<String> {
            let named = (environment["DURE_SOURCES_ALLOW"] ?? "").split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces).lowercased()
            }
            return allowedHosts.union(named.filter { !$0.isEmpty })
        }

        /// The folder that counts: one machine's processes with one key need one, whatever folder each keeps its data in.
        package var quotaFolder: String {
            environment["DURE_SOURCES_FOLDER"].flatMap { $0.isEmpty ? nil : $0 } ?? folder
        }
    }

    /// What was opened so far.
    private struct Opened {
        var fetcher: FeedFetcher?
        var http: GuardedHTTP?
        var ledgers: [String: any QuotaLedger] = [:]
    }

    package let setting: Setting
    package let time: any TimeSource
    private let transport: (any WebTransport)?
    private let makeLedger: @Sendable (_ owner: String, _ key: String) -> any QuotaLedger
    private let opened = Locked(Opened())

    /// Creates an access; nothing is opened before it is needed.
    ///
    /// - Parameters:
    ///   - setting: keys, folders and hosts.
    ///   - time: what all waits are made on.
    ///   - transport: what carries calls to services; nil for HTTP to public addresses.
    ///   - ledgers: makes the ledger of an owner and a key; nil for files in the setting's folder.
    package init(
        _ setting: Setting,
        time: any TimeSource,
        transport: (any WebTransport)? = nil,
        ledgers: (@Sendable (_ owner: String, _ key: String) -> any QuotaLedger)? = nil
    ) {
        self.setting = setting
        self.time = time
        self.transport = transport
        makeLedger =
            ledgers ?? { FileQuotaLedger(folder: setting.quotaFolder, service: $0, key: $1, time: time) }
    }

    /// The one fetcher of feeds.
    var feeds: FeedFetcher {
        opened.withLock { opened in
            if let fetcher = opened.fetcher { return fetcher }
            let made = FeedFetcher(.init(allowedHosts: setting.openHosts), time: time)
            opened.fetcher = made
            return made
        }
    }

    /// What is remembered of feeds, beside the spent quotas.
    var memory: FeedMemory { FeedMemory(folder: setting.quotaFolder, time: time) }

    private var services: any WebTransport {
        if let transport { return transport }
        return opened.withLock { opened in
            if let http = opened.http { return http }
            let made = GuardedHTTP(.init(allowedHosts: setting.openHosts), time: time)
            opened.http = made
            return made
        }
    }

    /// Closes all connections.
    package func shutdown() async throws {
        let before = opened.withLock { opened in
            defer { opened = Opened() }
            return opened
        }
        try await before.fetcher?.shutdown()
        try await before.http?.shutdown()
    }

    // MARK: Services

    /// The value of an environment variable that a source needs; throws `Failure` naming it.
    func key(_ name: String, for source: String, where place: String) throws(Failure) -> String {
        let value = setting.environment[name]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        guard !value.isEmpty else {
            throw Failure(.permission, "source '\(source)' needs the environment variable \(name), from \(place)")
        }
        guard value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Failure(.invalid, "the environment variable \(name) holds characters that no key has")
        }
        return value
    }

    /// A whole number from an environment variable; throws `Failure` naming it.
    func number(_ name: String, otherwise standard: Int) throws(Failure) -> Int {
        guard let text = setting.environment[name], !text.isEmpty else { return standard }
        guard let number = Int(text), (1...100_000_000).contains(number) else {
            throw Failure(.invalid, "the environment variable \(name) is '\(text)'; give a whole number above 0")
        }
        return number
    }

    /// Where a service is.
    func base(_ service: String, _ real: String) -> String { setting.bases[service] ?? real }

    /// Where a service is that may be asked elsewhere than where it really is; throws `Failure` for an address that keys must not go to.
    func base(_ service: String, _ real: String, variable: String) throws(Failure) -> String {
        if let base = setting.bases[service] { return base }
        guard let text = setting.environment[variable], !text.isEmpty else { return real }
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            parts.query == nil, parts.fragment == nil, parts.user == nil,
            parts.scheme == "https" || (parts.scheme == "http" && setting.openHosts.contains(host.lowercased()))
        else {
            throw Failure(
                .invalid,
                "the environment variable \(variable) is '\(text)'; give an address that begins with https://, or with http:// and a host "
                    + "that DURE_SOURCES_ALLOW names"
            )
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// What is written down of the quota of an owner's key.
    func ledger(_ owner: String, _ key: String) -> any QuotaLedger {
        opened.withLock { opened in
            if let known = opened.ledgers[owner + " " + key] { return known }
            let made = makeLedger(owner, key)
            opened.ledgers[owner + " " + key] = made
            return made
        }
    }

    /// Makes the caller of a service for a key; callers of one key share what is written down of its quota.
    func caller(
        _ profile: ServiceCaller.Profile,
        plan: QuotaPlan,
        owner: String,
        key: String
    ) -> ServiceCaller {
        let ledger = ledger(owner, key)
        return ServiceCaller(
            profile,
            transport: services,
            limiter: RequestLimiter(service: profile.name, plan: plan, ledger: ledger, time: time),
            time: time,
            retry: setting.retry,
            seed: SplitMix64.seed(setting.seed, profile.name)
        )
    }
}
