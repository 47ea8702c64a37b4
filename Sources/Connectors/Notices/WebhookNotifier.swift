// SPDX-License-Identifier: Apache-2.0

internal import CCurl
package import Domain
import Foundation

/// Posts notices to a webhook that takes what Slack takes.
package struct WebhookNotifier: Notifier {
    private let address: NoticeAddress
    private let isAllowed: Bool
    private let signature: WebhookSignature?
    private let timeOut: TimeSpan

    package var channel: String { "slack" }

    /// Creates a notifier for an address, which is kept out of every message.
    ///
    /// A host that is not on this machine, nor among `allowedHosts`, must lead to public addresses: what counts is where the connection goes.
    /// With a `signature` each request has one, by which its receiver knows who sent it and when.
    package init(
        _ address: String,
        allowedHosts: Set<String> = [],
        signature: WebhookSignature? = nil,
        timeOut: TimeSpan = .seconds(15)
    ) throws {
        self.address = try NoticeAddress(address, secure: ["https"], local: ["http"], setting: "DURE_SLACK_WEBHOOK_URL")
        isAllowed = self.address.isLocal || allowedHosts.contains(self.address.host.lowercased())
        self.signature = signature
        self.timeOut = timeOut
    }

    package func deliver(_ notices: [Notice], key: String) async throws {
        guard !notices.isEmpty else { return }
        let body = [UInt8](try NoticeText.slack(notices))
        // A key is ours, but a header must hold nothing else.
        let name = key.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        var headers = ["Content-Type: application/json; charset=utf-8", "Idempotency-Key: \(name)", "Expect:"]
        if let signature { headers.append(signature.field(of: body)) }
        let lines = headers
        let (url, isLocal, milliseconds) = (address.secret, address.isLocal, Int(timeOut.milliseconds))
        let isAllowed = isAllowed
        try await Transfer.run("the webhook at \(address)") { answer in
            unsafe CStrings.with(lines) { lines in
                unsafe body.withUnsafeBytes { bytes in
                    unsafe ccurl_post(
                        url,
                        lines.baseAddress,
                        lines.count,
                        bytes.baseAddress,
                        bytes.count,
                        isLocal ? 1 : 0,
                        milliseconds,
                        isAllowed ? nil : mayBeAsked,
                        &answer
                    )
                }
            }
        }
    }
}

/// Whether an address that a name led to may be asked: 1 for one that is open to the public.
private func mayBeAsked(_ address: UnsafePointer<CChar>?) -> Int32 {
    guard let address = unsafe address else { return 0 }
    return unsafe NetworkAddress.isPublic(String(cString: address)) == true ? 1 : 0
}
