// SPDX-License-Identifier: Apache-2.0

internal import CCurl
import Dispatch
import Domain
import Jobs

/// A transfer of libcurl, on a thread that may block.
enum Transfer {
    private static let threads = DispatchQueue(label: "dure.notices", attributes: .concurrent)

    /// Does one; throws `Failure` that names `place` and never a secret, as `Undone` where it is certain that nothing was sent.
    static func run(_ place: String, _ body: @escaping @Sendable (inout ccurl_answer) -> Int32) async throws {
        let (end, answer) = await withCheckedContinuation { continuation in
            threads.async {
                var answer = ccurl_answer()
                let end = body(&answer)
                continuation.resume(returning: (end, answer))
            }
        }
        try check(place, end: UInt32(bitPattern: end), status: answer.status, wait: answer.retry_after)
    }

    /// What an end and a status mean.
    static func check(_ place: String, end: UInt32, status: Int, wait: Int) throws {
        switch end {
        case CCURL_DONE.rawValue where status == 0 || (200...299).contains(status): return
        case CCURL_TIMED_OUT.rawValue:
            throw Failure(.timeOut, "\(place) did not answer in time; nobody knows whether it took the message")
        case CCURL_BROKEN.rawValue:
            throw Failure(.timeOut, "\(place) broke the connection off; nobody knows whether it took the message")
        case CCURL_UNREACHED.rawValue:
            throw Undone(Failure(.timeOut, "\(place) cannot be reached; nothing was sent"))
        case CCURL_NO_TLS.rawValue:
            throw Failure(.permission, "\(place) has no TLS, or a certificate that is not trusted; nothing was sent")
        case CCURL_DENIED.rawValue: throw Failure(.permission, "\(place) does not take the user or the password")
        case CCURL_PRIVATE.rawValue:
            throw Failure(
                .permission,
                "\(place) leads to an address that is not open to the public; nothing was sent. Name the host in DURE_NOTICE_HOSTS if "
                    + "that is right"
            )
        case CCURL_INVALID.rawValue: throw Failure(.invalid, "\(place): the address cannot be used")
        default: throw failure(place, status: status, wait: wait)
        }
    }

    private static func failure(_ place: String, status: Int, wait: Int) -> Failure {
        switch status {
        case 429, 503, 421, 450, 451, 452:
            Failure(.rateLimit, "\(place) answered \(status)\(wait > 0 ? ", again after \(wait) s" : "")")
        case 401, 403, 530, 535: Failure(.permission, "\(place) answered \(status): not allowed")
        case 404, 410: Failure(.notFound, "\(place) answered \(status): the address is no longer valid")
        case 300...399: Failure(.invalid, "\(place) answered \(status): redirections are not followed")
        case 400...499, 550...559: Failure(.invalid, "\(place) answered \(status): it does not take the message")
        default: Failure(.unknown, "\(place) answered \(status == 0 ? "nothing that can be read" : String(status))")
        }
    }
}
