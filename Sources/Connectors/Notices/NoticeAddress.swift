// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where notices are sent: an address with TLS, or one on this machine.
///
/// Its text shows the host alone, since the path of a webhook is a secret.
struct NoticeAddress: Hashable, Sendable, CustomStringConvertible {
    /// The whole address: a secret.
    let secret: String
    let host: String
    let port: Int?
    /// Whether it is on this machine, where TLS may be left out.
    let isLocal: Bool

    var description: String { port.map { "\(host):\($0)" } ?? host }

    /// Reads an address; throws what is wrong with it, without repeating it.
    init(_ text: String, secure: Set<String>, local: Set<String>, setting: String) throws(NoticeSettingError) {
        let schemes = secure.union(local).sorted().map { "\($0)://" }.joined(separator: " or ")
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), secure.contains(scheme) || local.contains(scheme),
            let host = parts.host, !host.isEmpty
        else { throw NoticeSettingError(setting, "is no address that begins with \(schemes)") }
        guard parts.user == nil, parts.password == nil else {
            throw NoticeSettingError(setting, "holds a user or a password; leave them out of the address")
        }
        isLocal = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host.lowercased())
        guard secure.contains(scheme) || isLocal else {
            throw NoticeSettingError(setting, "has no TLS: \(scheme):// is for addresses on this machine alone")
        }
        (secret, self.host, port) = (text, host, parts.port)
    }
}

/// A setting that cannot be used: its name, and what would be right.
package struct NoticeSettingError: Error, Hashable, CustomStringConvertible {
    package let setting: String
    package let reason: String

    init(_ setting: String, _ reason: String) {
        self.setting = setting
        self.reason = reason
    }

    package var description: String { "\(setting) \(reason)" }
}
