// SPDX-License-Identifier: Apache-2.0

import Reports

/// The files that pages name: style sheets, the script, the mark.
package struct Asset: Sendable {
    package var path: String
    package var type: String
    package var bytes: [UInt8]
}

/// Everything that a page loads is here, inside the binary.
package enum Assets {
    /// Every file.
    package static let all: [Asset] = [
        Asset(path: "/assets/dure.css", type: "text/css; charset=utf-8", bytes: PackageResources.dure_css),
        Asset(path: "/assets/report.css", type: "text/css; charset=utf-8", bytes: Array(ReportStyle.content.utf8)),
        Asset(path: "/assets/dure.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.dure_js),
        Asset(path: "/assets/dure.svg", type: "image/svg+xml", bytes: PackageResources.dure_svg),
    ]

    /// Changes when any of the files does, so that browsers may keep them for long: FNV-1a, 64 bits, in hexadecimal.
    package static let version: String = {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for asset in all {
            for byte in asset.bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        }
        return String(hash, radix: 16)
    }()

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
