// SPDX-License-Identifier: Apache-2.0

/// A language that reports are written in, by its ISO 639 code.
package enum ReportLanguage: String, Codable, Sendable, CaseIterable {
    case korean = "ko"
    case english = "en"

    /// A recorded English word in this language, such as a cause of uncertainty.
    package func term(_ recorded: String) -> String { self == .korean ? RecordedSentence.term(recorded) : recorded }

    /// A recorded English text in this language; as it is where the language has no sentence for it.
    package func told(_ recorded: String) -> String { RecordedSentence.text(recorded, in: self) }

    /// What is wrong in a goal or a table that somebody gave, or what would be right, in this language where it is known.
    package func toldOfMistake(_ recorded: String) -> String { RecordedSentence.mistake(recorded, in: self) }

    /// What was noted of health, in this language where it is known.
    package func toldOfHealth(_ recorded: String) -> String { RecordedSentence.health(recorded, in: self) }
}
