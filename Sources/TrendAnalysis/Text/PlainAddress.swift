// SPDX-License-Identifier: Apache-2.0

/// An address of ASCII alone, as nearly all are: read by its bytes, by the rules of `CanonicalAddress`.
struct PlainAddress {
    private let bytes: [UInt8]

    /// Takes an address; nil for one that has other characters.
    init?(_ address: String) {
        let bytes = Array(address.utf8)
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        self.bytes = bytes
    }

    /// The form in which two addresses of one page are equal.
    ///
    /// - Parameter query: Brings the fields of a query into their form.
    /// - Returns: The form.
    func canonical(query: (Substring) -> String) -> String {
        let start = bytes.firstIndex { !Self.isSpace($0) } ?? bytes.endIndex
        let bare = bytes[start...].prefix { $0 != UInt8(ascii: "#") && !Self.isSpace($0) }
        let rest: ArraySlice<UInt8>
        if let scheme = Self.endOfScheme(bare) {
            rest = bare[scheme...]
        } else if bare.starts(with: "//".utf8) {
            rest = bare.dropFirst(2)
        } else {
            return String(decoding: bare, as: UTF8.self)
        }
        let host = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        let path = rest[host.endIndex...].prefix { $0 != UInt8(ascii: "?") }
        let fields = query(Substring(decoding: rest[path.endIndex...].dropFirst(), as: UTF8.self))
        let page = String(decoding: Self.host(host) + Self.path(path), as: UTF8.self)
        return fields.isEmpty ? page : "\(page)?\(fields)"
    }

    /// The host without `www.` and mobile forms; nil where it has none.
    var host: String? {
        guard let scheme = Self.endOfScheme(bytes[...]) else { return nil }
        let host = Self.host(bytes[scheme...].prefix { !"/?#".utf8.contains($0) })
        return host.isEmpty ? nil : String(decoding: host, as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The place after the first `://`.
    private static func endOfScheme(_ bytes: ArraySlice<UInt8>) -> Int? {
        var place = bytes.startIndex
        while let colon = bytes[place...].firstIndex(of: UInt8(ascii: ":")) {
            if bytes[colon...].starts(with: "://".utf8) { return colon + 3 }
            place = colon + 1
        }
        return nil
    }

    private static func host(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let name = bytes.lastIndex(of: UInt8(ascii: "@")).map { bytes[($0 + 1)...] } ?? bytes
        var host = name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        for port in [":80", ":443"] where ends(host[...], port) { host.removeLast(port.utf8.count) }
        for prefix in ["www.", "m.", "amp.", "mobile."] where host.starts(with: prefix.utf8) {
            let count = prefix.utf8.count
            if host[count...].contains(UInt8(ascii: ".")) { host.removeFirst(count) }
        }
        return host
    }

    private static func path(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var path = bytes
        for suffix in ["/amp/", "/amp", ".amp"] where ends(path, suffix) { path.removeLast(suffix.utf8.count) }
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        return path
    }

    private static func ends(_ bytes: ArraySlice<UInt8>, _ suffix: String) -> Bool {
        bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }
}
