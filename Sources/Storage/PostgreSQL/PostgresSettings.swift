// SPDX-License-Identifier: Apache-2.0

import CPQ
package import Domain

/// Where a PostgreSQL database is, and how its connections behave.
///
/// Its description, and every error that is made of it, leaves the password out.
package struct PostgresSettings: Sendable, CustomStringConvertible {
    /// How long a statement may take before the server ends it.
    package var statementTimeout = TimeSpan.seconds(30)
    /// How long an answer is waited for before the connection is given up: longer than a statement may take, so that only a server that
    /// stands still, or a network that swallows, is meant.
    package var answerTimeout = TimeSpan.seconds(45)
    /// How long a transaction may stand idle before the server ends its connection.
    package var idleInTransactionTimeout = TimeSpan.seconds(15)
    /// How long work waits for a connection that was lost to come back before it is given up.
    package var patience = TimeSpan.seconds(5)
    /// The schema that holds the tables; nil for the one that the server gives to the user.
    package var schema: String?
    /// How many statements stay prepared on one connection.
    package var preparedStatements = 200

    /// libpq's parameters, by keyword.
    var parameters: [String: String]

    /// Reads a `postgresql://` address; what it leaves out libpq takes from its `PG…` variables of the environment.
    ///
    /// Connections that nobody answers on are given up after seconds, unless the address says otherwise.
    package init(_ address: String) throws(StorageError) {
        guard address.hasPrefix("postgresql://") || address.hasPrefix("postgres://") else {
            throw .wrongAddress("it has to begin with postgresql://")
        }
        parameters = try Self.parse(address)
        for (keyword, value) in Self.defaults where parameters[keyword] == nil {
            parameters[keyword] = value
        }
        parameters["client_encoding"] = "UTF8"
    }

    /// A silent network is noticed within about 10 s: a lost cable must not hold work for libpq's two hours.
    private static let defaults = [
        "application_name": "dure", "connect_timeout": "5", "keepalives_idle": "5", "keepalives_interval": "2",
        "keepalives_count": "3", "tcp_user_timeout": "10000",
    ]

    /// The address without its password, such as `postgresql://dure@db.example:5432/shop`.
    package var description: String {
        let user = parameters["user"].map { $0 + "@" } ?? ""
        let host = parameters["host"] ?? parameters["hostaddr"] ?? ""
        let port = parameters["port"].map { ":" + $0 } ?? ""
        return "postgresql://\(user)\(host)\(port)/\(parameters["dbname"] ?? "")"
    }

    private static func parse(_ address: String) throws(StorageError) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = unsafe PQconninfoParse(address, &message) else {
            let reason = unsafe message.map { unsafe String(cString: $0) } ?? "out of memory"
            unsafe PQfreemem(message)
            throw .wrongAddress(reason: reason)
        }
        defer { unsafe PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe parameters[String(cString: keyword)] = String(cString: value)
            }
            unsafe option += 1
        }
        return parameters
    }
}

extension StorageError {
    /// What libpq says of an address, up to what it quotes: that may be the password.
    fileprivate static func wrongAddress(reason: String) -> StorageError {
        let unquoted = reason.prefix { $0 != "\"" && $0 != "\n" }
        return .wrongAddress(String(unquoted.drop { $0 == " " }))
    }
}
