// SPDX-License-Identifier: Apache-2.0

/// The form in which two addresses of one page are equal.
package enum CanonicalAddress {
    /// Query fields that only say where a reader came from.
    private static let tracking: Set<String> = [
        "fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "ocid", "cmpid", "ncid", "smid",
        "ref", "ref_src", "taid", "__twitter_impression", "guccounter",
    ]

    /// Without scheme, `www.`, mobile and AMP forms, tracking fields, fragment and closing slash; the query's fields in order.
    ///
    /// An address that has no host comes back as it is, without white space around it.
    package static func canonical(_ address: String) -> String {
        if let plain = PlainAddress(address) { return plain.canonical(query: query) }
        var rest = bare(address)
        if let scheme = rest.range(of: "://") {
            rest = rest[scheme.upperBound...]
        } else if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
        } else {
            return String(rest)
        }
        let host = self.host(rest.prefix { $0 != "/" && $0 != "?" })
        let path = self.path(rest.drop { $0 != "/" && $0 != "?" }.prefix { $0 != "?" })
        let query = self.query(rest.drop { $0 != "?" }.dropFirst())
        return query.isEmpty ? host + path : "\(host)\(path)?\(query)"
    }

    /// An address without fragment and the white space around it.
    private static func bare(_ address: String) -> Substring {
        address.drop { $0.isWhitespace }.prefix { $0 != "#" && !$0.isWhitespace }
    }

    /// The host of an address without `www.` and mobile forms; nil where it has none.
    package static func host(of address: String) -> String? {
        if let plain = PlainAddress(address) { return plain.host }
        guard let scheme = address.range(of: "://") else { return nil }
        let host = self.host(address[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
        return host.isEmpty ? nil : host
    }

    private static func host(_ text: Substring) -> String {
        var host = text.lowercased()
        if let user = host.lastIndex(of: "@") { host = String(host[host.index(after: user)...]) }
        for port in [":80", ":443"] where host.hasSuffix(port) { host.removeLast(port.count) }
        for prefix in ["www.", "m.", "amp.", "mobile."] where host.hasPrefix(prefix) {
            let shorter = host.dropFirst(prefix.count)
            if shorter.contains(".") { host = String(shorter) }
        }
        return host
    }

    private static func path(_ text: Substring) -> String {
        var path = text
        for suffix in ["/amp/", "/amp", ".amp"] where path.hasSuffix(suffix) { path = path.dropLast(suffix.count) }
        while path.hasSuffix("/") { path = path.dropLast() }
        return String(path)
    }

    private static func query(_ text: Substring) -> String {
        text.split(separator: "&")
            .filter { field in
                let name = field.prefix { $0 != "=" }.lowercased()
                return !name.hasPrefix("utm_") && !tracking.contains(name) && field.lowercased() != "outputtype=amp"
            }
            .sorted()
            .joined(separator: "&")
    }
}

extension StringProtocol {
    /// Where a text of ASCII first occurs, compared by bytes.
    fileprivate func range(of text: String) -> Range<Index>? {
        guard let first = text.utf8.first else { return nil }
        var start = utf8.startIndex
        while let found = utf8[start...].firstIndex(of: first) {
            if utf8[found...].starts(with: text.utf8) { return found..<utf8.index(found, offsetBy: text.utf8.count) }
            start = utf8.index(after: found)
        }
        return nil
    }
}
