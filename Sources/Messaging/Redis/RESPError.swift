// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not Redis's protocol, or more of it than is taken in.
package enum RESPError: Error, Hashable, Sendable, CustomStringConvertible {
    case malformed(what: String, value: String, expected: String)
    case tooLarge(what: String, value: Int64, limit: Int)
    case tooDeep(limit: Int)

    package var description: String {
        switch self {
        case .malformed(let what, let value, let expected): "\(what) in Redis's reply is \(value); expected \(expected)"
        case .tooLarge(let what, let value, let limit):
            "\(what) in Redis's reply is \(value); at most \(limit) is taken in"
        case .tooDeep(let limit): "Redis's reply has arrays in arrays, deeper than \(limit)"
        }
    }
}
