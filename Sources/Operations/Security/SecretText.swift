// SPDX-License-Identifier: Apache-2.0

/// Takes secrets out of texts that somebody else wrote, before they are kept or said again.
///
/// People paste a whole key where its identifier is asked for, and errors of others quote the address that they were given. What is masked are the
/// forms that Dure's own secrets have – keys, cookies, codes of links, tokens – and passwords within addresses; of a key its public part stays.
package enum SecretText {
    /// A text without the secrets in it.
    package static func masked(_ text: String) -> String {
        // Nearly no text has any of these, and looking for them costs less than the patterns do.
        guard text.utf8.count >= 8, marks.contains(where: { text.contains($0) }) else { return text }
        var text = text.replacing(/(dure_[0-9A-Za-z]{12}_)[0-9A-Za-z]{6,}/) { "\($0.1)***" }
        text.replace(/(dure(?:ses|link)[.][0-9A-Za-z_\-]{12}[.])[0-9A-Za-z_\-]{6,}/) { "\($0.1)***" }
        text.replace(/eyJ[0-9A-Za-z_\-]{8,}[.][0-9A-Za-z_\-]{8,}[.][0-9A-Za-z_\-]+/) { _ in "eyJ***" }
        text.replace(/(:\/\/[^\/\s:@"']*:)[^\/\s@"']+@/) { "\($0.1)***@" }
        return text
    }

    private static let marks = ["dure_", "dureses.", "durelink.", "eyJ", "://"]
}
