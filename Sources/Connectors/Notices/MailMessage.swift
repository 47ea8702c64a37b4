// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// A mail as it goes over the wire: nothing of a notice reaches a header uncoded, so that none can add one.
struct MailMessage {
    let from: MailAddress
    let to: [MailAddress]
    let subject: String
    let text: String
    let at: Timestamp
    /// Names the message: a repetition has the same.
    let key: String

    /// RFC 5322 with lines of CR LF; subject and text in base64.
    var bytes: [UInt8] {
        let domain = from.text.split(separator: "@").last ?? "localhost"
        let name = key.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        let headers = [
            "Date: \(Self.date(at))",
            "From: <\(from.text)>",
            "To: \(to.map { "<\($0.text)>" }.joined(separator: ",\r\n "))",
            "Message-ID: <\(name)@\(domain)>",
            "Subject: \(Self.encoded(subject))",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
            "Auto-Submitted: auto-generated",
        ]
        let body = Data(text.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return Array((headers.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
    }

    /// Encoded words of 45 bytes at most, none of which cuts a character.
    static func encoded(_ text: String) -> String {
        var words: [String] = []
        var part: [UInt8] = []
        for scalar in text.unicodeScalars.prefix(300) {
            let plain = scalar.value < 0x20 || scalar.value == 0x7F ? " " : String(scalar)
            if part.count + plain.utf8.count > 45 {
                words.append(Data(part).base64EncodedString())
                part = []
            }
            part.append(contentsOf: plain.utf8)
        }
        words.append(Data(part).base64EncodedString())
        return words.map { "=?utf-8?B?\($0)?=" }.joined(separator: "\r\n ")
    }

    private static func date(_ instant: Timestamp) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second, .weekday],
            from: instant.date
        )
        // Of components weekday 1 is Sunday.
        let day = days[((parts.weekday ?? 1) + 2) % 7]
        let month = months[min(11, max(0, (parts.month ?? 1) - 1))]
        func two(_ number: Int?) -> String { String(String(100 + (number ?? 0)).suffix(2)) }
        return "\(day), \(two(parts.day)) \(month) \(parts.year ?? 1_970) "
            + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)) +0000"
    }
}

/// An address of mail that is only an address: no name, no comment, no white space, no second line.
struct MailAddress: Hashable, Sendable {
    let text: String

    /// Nil where the text is none.
    init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let signs = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-")
        guard parts.count == 2, text.utf8.count <= 254,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(signs.contains) }),
            !parts.contains(where: { $0.hasPrefix(".") || $0.hasSuffix(".") || $0.hasPrefix("-") })
        else { return nil }
        self.text = text
    }
}
