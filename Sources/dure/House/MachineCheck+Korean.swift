// SPDX-License-Identifier: Apache-2.0

import Foundation
import TrendAnalysis

extension MachineCheck {
    /// Whether Korean nouns can be found by the dictionary.
    func koreanDictionary() -> Finding {
        let subject = "Korean dictionary"
        do {
            _ = try TokeniserChoice.mecab.tokeniser(environment)
            let folder = TokeniserChoice.dictionary(environment) ?? ""
            return Finding(subject: subject, state: .ok, detail: "\(folder), for Korean titles in trends")
        } catch {
            let missing = error as? MeCabTokeniser.Missing
            return Finding(
                subject: subject,
                state: .optional,
                detail: "\(missing?.reason ?? "\(error)"); Korean nouns in trends are found by rules",
                remedy: "run scripts/setup --with-mecab"
            )
        }
    }
}
