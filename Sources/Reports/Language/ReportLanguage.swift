// SPDX-License-Identifier: Apache-2.0

/// A language that reports are written in, by its ISO 639 code.
package enum ReportLanguage: String, Codable, Sendable, CaseIterable {
    case korean = "ko"
    case english = "en"
}
