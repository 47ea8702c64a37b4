// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import ServiceLifecycle

/// An address and port on which a server cannot listen.
package struct PortRefusal: Error, Hashable, CustomStringConvertible {
    /// Why it cannot.
    package enum Reason: Hashable, Sendable {
        /// Another program listens there.
        case taken
        /// This user may not listen there.
        case notAllowed
        /// This machine does not have the address.
        case noSuchAddress
    }

    package let host: String
    package let port: Int
    package let reason: Reason

    package var description: String {
        switch reason {
        case .taken:
            "port \(port) of \(host) is taken: another program listens there, perhaps another 'dure serve'. "
                + "End it, or give another port; 0 takes one that is free"
        case .notAllowed: "this user may not listen on port \(port) of \(host): give a port above 1023"
        case .noSuchAddress:
            "this machine has no address \(host) to listen on port \(port) of: give one of its own, such as 127.0.0.1"
        }
    }

    init?(_ error: IOError, at place: Listening) {
        (host, port) = (place.host, place.port)
        switch error.errnoCode {
        case EADDRINUSE: reason = .taken
        case EACCES: reason = .notAllowed
        case EADDRNOTAVAIL: reason = .noSuchAddress
        default: return nil
        }
    }
}

/// A service that listens; throws `PortRefusal` where it cannot.
struct PortService: Service {
    let base: any Service
    let place: Listening

    func run() async throws {
        do {
            try await base.run()
        } catch let error as IOError {
            if let refusal = PortRefusal(error, at: place) { throw refusal }
            throw error
        }
    }
}
