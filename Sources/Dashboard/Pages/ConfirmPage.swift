// SPDX-License-Identifier: Apache-2.0

/// Asks whether an order is meant, and why; the order is given by the form.
package struct ConfirmPage: Sendable {
    package var subject: String
    package var order: String
    package var meaning: String
    package var action: String
    package var backHref: String
    package var isGrave: Bool
    package var place: DashboardPage.Place

    /// Creates a question.
    package init(
        subject: String,
        order: String,
        meaning: String,
        action: String,
        backHref: String,
        isGrave: Bool,
        place: DashboardPage.Place
    ) {
        self.subject = subject
        self.order = order
        self.meaning = meaning
        self.action = action
        self.backHref = backHref
        self.isGrave = isGrave
        self.place = place
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        return DashboardPage(
            place,
            words(.confirmTitle, order, subject),
            parent: Link(subject, backHref),
            [
                PageSection(
                    "confirm",
                    nil,
                    [
                        .note(meaning, isGrave ? .bad : .plain),
                        .form(
                            Form(
                                action,
                                [.line("reason", words(.reason))],
                                [.init(order, "confirm", tone: isGrave ? .danger : .primary)],
                                cancel: Link(words(.cancel), backHref)
                            )
                        ),
                    ]
                )
            ]
        )
    }
}
