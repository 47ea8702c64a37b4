// SPDX-License-Identifier: Apache-2.0

/// Addresses and how one is resolved against another (RFC 3986, 5.2), forgiving what browsers forgive.
package enum WebAddress {
    /// The parts of an address; nil for one that is not there.
    struct Parts {
        var scheme: String?
        var authority: String?
        var path = ""
        var query: String?
        var fragment: String?
    }

    /// An address made absolute by a base; as it is where the base does not allow it.
    package static func resolve(_ address: String, against base: String) -> String {
        let reference = withoutExtraSlashes(address)
        guard !base.isEmpty else { return reference }
        guard !reference.isEmpty else { return base }
        var target = split(reference)
        let origin = split(base)
        if let scheme = target.scheme, scheme != origin.scheme { return reference }
        guard origin.scheme.map({ hierarchical.contains($0) }) ?? true else { return reference }
        let isSameScheme = target.scheme != nil
        target.scheme = origin.scheme
        if target.authority != nil { return join(target) }
        if isSameScheme, origin.authority == nil { return reference }
        target.authority = origin.authority
        if target.path.isEmpty {
            target.path = origin.path
            if target.query == nil { target.query = origin.query }
            return join(target)
        }
        if !target.path.hasPrefix("/") {
            let folder =
                origin.path.lastIndex(of: "/").map { String(origin.path[...$0]) }
                ?? (origin.authority == nil ? "" : "/")
            target.path = folder + target.path
        }
        target.path = withoutDots(target.path)
        return join(target)
    }

    /// An address made absolute, unless its scheme is one that runs something; nil then.
    static func safe(_ address: String, relativeTo base: String) -> String? {
        let resolved = resolve(String(address.trimmed), against: base)
        guard let scheme = split(resolved).scheme else { return base.isEmpty && !resolved.isEmpty ? resolved : nil }
        return ["javascript", "vbscript", "data", "about"].contains(scheme) || !allowed.contains(scheme)
            ? nil : resolved
    }

    /// An address whose '&' were escaped once too often.
    static func withoutEntities(_ address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: "&")), address.utf8.contains(UInt8(ascii: ";")) else { return address }
        var rest = address[...]
        var output = ""
        while let range = rest.range(of: "&amp;") {
            output += rest[..<range.lowerBound] + "&"
            rest = rest[range.upperBound...]
        }
        return output + rest
    }

    private static let hierarchical: Set<String> = [
        "http", "https", "ftp", "file", "gopher", "sftp", "shttp", "svn", "rtsp", "",
    ]
    private static let allowed: Set<String> = [
        "http", "https", "ftp", "file", "feed", "gopher", "mailto", "news", "nntp", "sftp", "rtsp", "magnet", "tel",
        "svn", "git", "telnet",
    ]

    /// `http:////host` means `http://host`.
    private static func withoutExtraSlashes(_ address: String) -> String {
        guard let colon = address.firstIndex(of: ":"), isScheme(address[..<colon]) else { return address }
        let rest = address[address.index(after: colon)...]
        guard rest.hasPrefix("///"), !address.hasPrefix("file:") else { return address }
        return address[...colon] + "//" + rest.drop { $0 == "/" }
    }

    private static func isScheme(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, first | 0x20 >= 0x61, first | 0x20 <= 0x7A else { return false }
        return text.utf8.allSatisfy {
            $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E
        }
    }

    /// The parts of an address.
    static func split(_ address: String) -> Parts {
        var parts = Parts()
        var rest = address[...]
        if let hash = rest.firstIndex(of: "#") {
            parts.fragment = String(rest[rest.index(after: hash)...])
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: "?") {
            parts.query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if let colon = rest.firstIndex(of: ":"), isScheme(rest[..<colon]) {
            parts.scheme = rest[..<colon].lowercased()
            rest = rest[rest.index(after: colon)...]
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            parts.authority = String(rest[..<end])
            rest = rest[end...]
        }
        parts.path = String(rest)
        return parts
    }

    private static func join(_ parts: Parts) -> String {
        var text = parts.scheme.map { $0 + ":" } ?? ""
        if let authority = parts.authority { text += "//" + authority }
        if parts.authority != nil, !parts.path.isEmpty, !parts.path.hasPrefix("/") { text += "/" }
        text += parts.path
        if let query = parts.query, !query.isEmpty { text += "?" + query }
        if let fragment = parts.fragment, !fragment.isEmpty { text += "#" + fragment }
        return text
    }

    private static func withoutDots(_ path: String) -> String {
        guard path.utf8.contains(UInt8(ascii: ".")) else { return path }
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            if segment == "." {
                if isLast { kept.append("") }
            } else if segment == ".." {
                if kept.count > 1 || kept.first?.isEmpty == false { kept.removeLast() }
                if isLast { kept.append("") }
            } else {
                kept.append(segment)
            }
        }
        return kept.joined(separator: "/")
    }
}
