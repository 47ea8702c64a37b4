// SPDX-License-Identifier: Apache-2.0

import Mustache
import Reports

/// One page of the dashboard.
package struct DashboardPage: Sendable {
    /// The pages that the navigation leads to.
    package enum Place: String, CaseIterable, Sendable {
        case overview = "/"
        case campaigns = "/campaigns"
        case newGoal = "/goals/new"
        case experiments = "/experiments"
        case fleet = "/fleet"
        case trends = "/trends"
        case alerts = "/alerts"
        case health = "/health"
        case audit = "/audit"
        case settings = "/settings"

        var word: Word {
            switch self {
            case .overview: .overview
            case .campaigns: .campaigns
            case .newGoal: .newGoal
            case .experiments: .experiments
            case .fleet: .fleet
            case .trends: .trends
            case .alerts: .alerts
            case .health: .health
            case .audit: .audit
            case .settings: .settings
            }
        }
    }

    /// What of the live stream makes a page renew itself.
    package enum Topic: String, CaseIterable, Sendable {
        case campaigns
        case fleet
        case alerts
        case system
    }

    package var place: Place?
    package var title: String
    package var lead: String?
    package var parent: Link?
    package var actions: [Link]
    package var topics: [Topic]
    package var sections: [PageSection]
    /// The time zone of its times, where that is not the reader's: for pages that were written before.
    package var zone: String?

    /// Creates a page.
    package init(
        _ place: Place?,
        _ title: String,
        lead: String? = nil,
        parent: Link? = nil,
        actions: [Link] = [],
        topics: [Topic] = [],
        _ sections: [PageSection]
    ) {
        self.place = place
        self.title = title
        self.lead = lead
        self.parent = parent
        self.actions = actions
        self.topics = topics
        self.sections = sections
    }

    /// Writes the page; `places` are those that exist, and `version` names the assets of this build.
    ///
    /// Throws only when a template is broken.
    package func html(for visitor: Visitor, places: [Place], version: String) throws -> String {
        let words = Words(visitor)
        let shownZone = zone ?? visitor.zone
        let view = View(
            language: visitor.language.rawValue,
            theme: visitor.theme.rawValue,
            zone: visitor.zone,
            zoneNote: words(.zoneNote, shownZone == "Asia/Seoul" ? words(.zoneSeoul) : shownZone),
            version: version,
            token: visitor.formToken,
            pageTitle: title,
            lead: lead,
            parent: parent,
            person: visitor.name,
            topics: topics.map(\.rawValue).joined(separator: " "),
            t: words.frame,
            languages: ReportLanguage.allCases.map { language in
                Choice(
                    name: language == .korean ? "한국어" : "English",
                    code: language.rawValue,
                    href: Self.preference("lang", language.rawValue, visitor.address),
                    isChosen: language == visitor.language
                )
            },
            themes: Visitor.Theme.allCases.map { theme in
                Choice(
                    name: words(theme == .auto ? .themeAuto : theme == .light ? .themeLight : .themeDark),
                    code: theme.rawValue,
                    href: Self.preference("theme", theme.rawValue, visitor.address),
                    isChosen: theme == visitor.theme
                )
            },
            navigation: places.map { Entry(name: words($0.word), href: $0.rawValue, isHere: $0 == place, badge: nil) },
            actions: actions,
            sections: sections
        )
        guard let html = try Self.library.get().render(view, withTemplate: "layout") else { throw BrokenTemplate() }
        return html
    }

    private static func preference(_ name: String, _ value: String, _ address: String) -> String {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/".utf8)
        let escaped = address.utf8.map { byte in
            allowed.contains(byte)
                ? String(UnicodeScalar(byte))
                : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return "/preferences?\(name)=\(value)&to=" + escaped.joined()
    }

    /// The templates, read once.
    private static let library = Result {
        MustacheLibrary(templates: [
            "layout": try MustacheTemplate(string: Assets.text(PackageResources.layout_mustache)),
            "section": try MustacheTemplate(string: Assets.text(PackageResources.section_mustache)),
        ])
    }

    /// A template names what is not there.
    struct BrokenTemplate: Error {}

    private struct Choice: Sendable {
        var name: String
        var code: String
        var href: String
        var isChosen: Bool
    }

    private struct Entry: Sendable {
        var name: String
        var href: String
        var isHere: Bool
        var badge: String?
    }

    private struct View: Sendable, MustacheParent {
        var language: String
        var theme: String
        var zone: String
        var zoneNote: String
        var version: String
        var token: String?
        var pageTitle: String
        var lead: String?
        var parent: Link?
        var person: String?
        var topics: String
        var t: [String: String]
        var languages: [Choice]
        var themes: [Choice]
        var navigation: [Entry]
        var actions: [Link]
        var sections: [PageSection]

        func child(named name: String) -> Any? {
            switch name {
            case "language": language
            case "theme": theme
            case "zone": zone
            case "zoneNote": zoneNote
            case "version": version
            case "token": token
            case "pageTitle": pageTitle
            case "lead": lead
            case "parent": parent
            case "person": person
            case "topics": topics
            case "t": t
            case "languages": languages
            case "themes": themes
            case "navigation": navigation
            case "actions": actions
            case "sections": sections
            default: nil
            }
        }
    }
}
