// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Opens video sources by the addresses that people give, such as `file:videos.jsonl`, `youtube` or `youtube:UC…,UC…` (channels).
///
/// It is used as `NewsSources` is.
package enum VideoSources {
    /// The schemes of videos.
    static let schemes: [SourceAddress.Scheme] = [.file, .youtube]

    /// Checks that an address is one, as `NewsSources.check` does.
    package static func check(_ address: String) throws(Failure) {
        let address = try SourceAddress(address, among: schemes)
        if address.scheme == .youtube { _ = try SourceAccess.channels(address.rest) }
    }

    /// Opens a source; the rules are those of `NewsSources.open`.
    package static func open(_ address: String, with access: SourceAccess) throws(Failure) -> any VideoSource {
        let address = try SourceAddress(address, among: schemes)
        switch address.scheme {
        case .youtube: return try access.youTube(channels: address.rest)
        default: return try VideoFile(path: SourceAddress.path(address.rest))
        }
    }
}
