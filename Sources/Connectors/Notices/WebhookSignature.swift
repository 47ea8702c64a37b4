// SPDX-License-Identifier: Apache-2.0

import Crypto
package import Domain
import Foundation

/// Signs what goes to a webhook: HMAC-SHA-256 over the time and the body, under a secret that sender and receiver share.
///
/// The time is within what is signed, so that a receiver can turn down what somebody recorded and sends again later.
package struct WebhookSignature: Sendable {
    /// The fewest characters of a secret.
    static let least = 16

    private let key: SymmetricKey
    private let clock: any TimeSource

    /// Creates signatures under a secret; throws `NoticeSettingError` for one that is too short to be one.
    package init(_ secret: String, clock: any TimeSource) throws(NoticeSettingError) {
        guard secret.utf8.count >= Self.least else {
            throw NoticeSettingError(
                "DURE_WEBHOOK_SIGNING_SECRET",
                "has fewer than \(Self.least) characters; 'openssl rand -hex 32' makes one"
            )
        }
        key = SymmetricKey(data: Data(secret.utf8))
        self.clock = clock
    }

    /// The header field of a body that is sent now: `Dure-Signature: t=SECONDS,v1=HEX`.
    ///
    /// Signed are the seconds since 1970 in decimal digits, a full stop, and the body's bytes.
    func field(of body: [UInt8]) -> String {
        let seconds = clock.now.milliseconds / 1_000
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(seconds).".utf8) + body, using: key)
        let hex = code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return "Dure-Signature: t=\(seconds),v1=\(hex)"
    }
}
