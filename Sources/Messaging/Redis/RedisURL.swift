// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where a Redis server is and how to enter: `redis://` or, with TLS, `rediss://`, then `[user][:password]@host[:port][/database]`.
///
/// The query may name `ca`, a file of certificates to trust instead of the system's, and `protocol`, 2 or 3.
package struct RedisURL: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let isEncrypted: Bool
    package let user: String?
    package let password: String?
    package let database: Int
    /// A file of trusted certificates in PEM; nil for the system's.
    package let certificates: String?
    /// The newest version of the protocol to ask for.
    package let protocolVersion: Int

    /// Reads an address; throws `RedisError.invalidURL` that says what is wrong, and never shows a password.
    package init(_ text: String) throws(RedisError) {
        guard let parts = URLComponents(string: text) else {
            throw .invalidURL("the Redis address cannot be read; expected redis://host:port/database")
        }
        guard let scheme = parts.scheme?.lowercased(), scheme == "redis" || scheme == "rediss" else {
            throw .invalidURL("the Redis address begins with '\(parts.scheme ?? "")'; expected redis:// or rediss://")
        }
        guard let host = parts.host, !host.isEmpty else { throw .invalidURL("the Redis address names no host") }
        guard (1...65_535).contains(parts.port ?? 6_379) else {
            throw .invalidURL("the port of the Redis address is \(parts.port ?? 0); expected 1 to 65535")
        }
        // An address of version 6 stands in brackets, which are not part of it.
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? 6_379
        isEncrypted = scheme == "rediss"
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.flatMap { $0.isEmpty ? nil : $0 }
        database = try Self.database(parts.path)
        var certificates: String?
        var protocolVersion = 3
        for item in parts.queryItems ?? [] {
            switch (item.name, item.value) {
            case ("ca", let file?) where !file.isEmpty: certificates = file
            case ("protocol", "2"?): protocolVersion = 2
            case ("protocol", "3"?): protocolVersion = 3
            default:
                throw .invalidURL(
                    "the Redis address has the option '\(item.name)' with the value '\(item.value ?? "")'; "
                        + "expected ca with a file, or protocol with 2 or 3"
                )
            }
        }
        self.certificates = certificates
        self.protocolVersion = protocolVersion
    }

    private static func database(_ path: String) throws(RedisError) -> Int {
        let name = path.drop { $0 == "/" }
        if name.isEmpty { return 0 }
        guard let number = Int(name), (0...65_535).contains(number) else {
            throw .invalidURL("the database of the Redis address is '\(name)'; expected a number from 0")
        }
        return number
    }

    /// The address without user and password.
    package var description: String {
        let shownHost = host.contains(":") ? "[\(host)]" : host
        return "\(isEncrypted ? "rediss" : "redis")://\(shownHost):\(port)/\(database)"
    }
}
