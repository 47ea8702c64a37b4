// SPDX-License-Identifier: Apache-2.0

internal import CCurl
package import Domain
import Foundation

/// Posts notices to a webhook that takes what Slack takes.
package struct WebhookNotifier: Notifier {
    private let address: NoticeAddress
    private let timeOut: TimeSpan

    package var channel: String { "slack" }

    /// Creates a notifier for an address, which is kept out of every message.
    package init(_ address: String, timeOut: TimeSpan = .seconds(15)) throws {
        self.address = try NoticeAddress(address, secure: ["https"], local: ["http"], setting: "DURE_SLACK_WEBHOOK_URL")
        self.timeOut = timeOut
    }

    package func deliver(_ notices: [Notice], key: String) async throws {
        guard !notices.isEmpty else { return }
        let body = [UInt8](try NoticeText.slack(notices))
        // A key is ours, but a header must hold nothing else.
        let name = key.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        let headers = ["Content-Type: application/json; charset=utf-8", "Idempotency-Key: \(name)", "Expect:"]
        let (url, isLocal, milliseconds) = (address.secret, address.isLocal, Int(timeOut.milliseconds))
        try await Transfer.run("the webhook at \(address)") { answer in
            unsafe CStrings.with(headers) { lines in
                unsafe body.withUnsafeBytes { bytes in
                    unsafe ccurl_post(
                        url,
                        lines.baseAddress,
                        lines.count,
                        bytes.baseAddress,
                        bytes.count,
                        isLocal ? 1 : 0,
                        milliseconds,
                        &answer
                    )
                }
            }
        }
    }
}
