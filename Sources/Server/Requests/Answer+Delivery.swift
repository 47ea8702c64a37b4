// SPDX-License-Identifier: Apache-2.0

import CZlib
import Domain
import HTTPTypes
import NIOCore

// What becomes of an answer on its way out.
extension Answer {
    /// Below this a body is sent as it is: packing would cost more than it saves.
    private static let leastPacked = 1_024

    /// The answer with its tag, packed where the client takes that and it is worth it.
    func finished(for head: RequestHead, isRefusal: Bool) -> Answer {
        var answer = self
        if !isRefusal { answer.settleTag(for: head) }
        answer.compress(for: head)
        return answer
    }

    /// The same for a large one, on the executor that the task prefers.
    @concurrent func finishedElsewhere(for head: RequestHead, isRefusal: Bool) async -> Answer {
        finished(for: head, isRefusal: isRefusal)
    }

    /// Gives what a GET found a tag, unless it has one, and leaves the body out where the client has it already.
    mutating func settleTag(for head: RequestHead) {
        guard head.method == .get || head.method == .head, status == .ok || status == .notModified, let bytes else {
            return
        }
        let isFound = status == .notModified
        let tag = headers[.eTag] ?? "\"" + Self.tag(of: bytes) + "\""
        headers[.eTag] = tag
        if headers[.cacheControl] == "no-store" { headers[.cacheControl] = "private, no-cache" }
        guard isFound || Self.isKnown(tag, to: head) else { return }
        // What is told is what would have come with the body.
        if isFound || isPackable {
            vary(by: "Accept-Encoding")
            if Self.takesGzip(head.headers[.acceptEncoding] ?? "") { headers[.eTag] = Self.packedTag(tag) }
        }
        status = .notModified
        headers[.contentType] = nil
        content = .none
    }

    /// Whether a client has the answer of a tag already.
    static func isKnown(_ tag: String, to head: RequestHead) -> Bool {
        head.headers[.ifNoneMatch].map { names($0, tag) } ?? false
    }

    /// Whether a list of tags has one, packed or not; the comparison is the weak one, as RFC 9110 wants it here.
    private static func names(_ list: String, _ tag: String) -> Bool {
        let packed = packedTag(tag)
        return list.split(separator: ",").contains { entry in
            let entry = entry.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
            let text = String(entry)
            let strong = text.hasPrefix("W/") ? String(text.dropFirst(2)) : text
            return strong == "*" || strong == tag || strong == packed
        }
    }

    /// 128 bits of two FNV-1a hashes, as 32 hexadecimal digits: it tells versions apart, and guards against nobody.
    private static func tag(of bytes: ByteBuffer) -> String {
        var (first, second): (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15)
        for byte in bytes.readableBytesView {
            first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            second = (second ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return [first, second].map { hash in
            let digits = String(hash, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        .joined()
    }

    /// The tag of the packed form: other bytes, so another strong tag.
    private static func packedTag(_ tag: String) -> String { tag.dropLast() + "-gzip\"" }

    /// Packs the body by gzip where the client takes that and it is worth it.
    mutating func compress(for head: RequestHead) {
        guard isPackable else { return }
        vary(by: "Accept-Encoding")
        guard Self.takesGzip(head.headers[.acceptEncoding] ?? ""), let bytes,
            let packed = Self.packed(bytes), packed.readableBytes < bytes.readableBytes
        else { return }
        content = .bytes(packed)
        headers[.contentEncoding] = "gzip"
        if let tag = headers[.eTag] { headers[.eTag] = Self.packedTag(tag) }
    }

    private mutating func vary(by field: String) {
        headers[.vary] = headers[.vary].map { $0 + ", " + field } ?? field
    }

    /// JSON and texts; a page with a secret of its own in it says so by `no-transform`.
    private var isPackable: Bool {
        guard let bytes, bytes.readableBytes >= Self.leastPacked, headers[.contentEncoding] == nil,
            headers[.cacheControl]?.contains("no-transform") != true
        else { return false }
        let type = headers[.contentType] ?? ""
        return type.hasPrefix("application/json") || type.hasPrefix("application/problem+json")
            || type.hasPrefix("text/") || type.hasPrefix("image/svg+xml")
    }

    /// Whether a list of codings has gzip and does not refuse it.
    private static func takesGzip(_ list: String) -> Bool {
        list.lowercased().split(separator: ",").contains { entry in
            let parts = entry.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let coding = parts.first, coding == "gzip" || coding == "*" else { return false }
            return !parts.dropFirst().contains { $0.hasPrefix("q=0") && Double($0.dropFirst(2)) == 0 }
        }
    }

    /// The bytes as gzip has them; nil without memory for it.
    static func packed(_ bytes: ByteBuffer) -> ByteBuffer? {
        var stream = unsafe z_stream()
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        // 16 more than the largest window: gzip's own header and trailer.
        guard
            unsafe deflateInit2_(&stream, 5, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK,
            let count = UInt32(exactly: bytes.readableBytes)
        else { return nil }
        defer { unsafe _ = deflateEnd(&stream) }
        let bound = unsafe Int(deflateBound(&stream, UInt(count)))
        var input = Array(bytes.readableBytesView)
        var output = [UInt8](repeating: 0, count: bound)
        var isWhole = false
        unsafe input.withUnsafeMutableBufferPointer { from in
            unsafe output.withUnsafeMutableBufferPointer { to in
                unsafe stream.next_in = from.baseAddress
                unsafe stream.avail_in = count
                unsafe stream.next_out = to.baseAddress
                unsafe stream.avail_out = UInt32(clamping: to.count)
                isWhole = unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
        }
        guard isWhole else { return nil }
        return ByteBuffer(bytes: output.prefix(bound - Int(unsafe stream.avail_out)))
    }
}
