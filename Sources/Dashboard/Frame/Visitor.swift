// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Reports

/// Who looks at a page, and how they want to see it.
package struct Visitor: Hashable, Sendable {
    /// Light or dark, or as the computer has it.
    package enum Theme: String, Hashable, Sendable, CaseIterable {
        case auto
        case light
        case dark
    }

    package var language: ReportLanguage
    package var theme: Theme
    /// The person's name; nil before a sign-in.
    package var name: String?
    /// Whether they may steer campaigns.
    package var maySteer: Bool
    /// Whether they may look after the fleet.
    package var mayAdminister: Bool
    /// What their forms carry, so that no other site can send one.
    package var formToken: String?
    /// The path and query of the page.
    package var address: String
    /// The time zone in which every time of the page is, by its IANA name.
    package var zone: String

    /// Creates a visitor.
    package init(
        language: ReportLanguage,
        theme: Theme = .auto,
        name: String? = nil,
        maySteer: Bool = false,
        mayAdminister: Bool = false,
        formToken: String? = nil,
        address: String = "/",
        zone: String? = nil
    ) {
        self.language = language
        self.theme = theme
        self.name = name
        self.maySteer = maySteer
        self.mayAdminister = mayAdminister
        self.formToken = formToken
        self.address = address
        self.zone = zone.flatMap(Self.knownZone) ?? Self.standardZone
    }

    /// The zone of those whose browser has not said theirs.
    private static let standardZone = "Asia/Seoul"

    /// A name that this machine knows as a time zone's; nil for another text.
    private static func knownZone(_ name: String) -> String? {
        name.utf8.count <= 64 && TimeZone(identifier: name) != nil ? name : nil
    }

    /// The language that a browser asks for: Korean where it is wanted before English, else English.
    package static func language(accepting header: String?) -> ReportLanguage {
        var best: (language: ReportLanguage, weight: Double)?
        for part in (header ?? "").split(separator: ",") {
            let pieces = part.split(separator: ";")
            let code = pieces.first?.filter { $0 != " " }.lowercased().prefix(2) ?? ""
            guard let language = ReportLanguage(rawValue: String(code)) else { continue }
            let quality = pieces.dropFirst().first { $0.filter { $0 != " " }.hasPrefix("q=") }
            let weight = quality.map { Double($0.filter { $0 != " " }.dropFirst(2)) ?? 0 } ?? 1
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        return best?.language ?? .english
    }
}
