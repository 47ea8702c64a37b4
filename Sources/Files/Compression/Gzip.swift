// SPDX-License-Identifier: Apache-2.0

import CZlib

/// What is wrong with packed bytes.
package enum GzipError: Error, Hashable, Sendable, CustomStringConvertible {
    /// They do not begin as gzip does, or what they say makes no sense.
    case corrupt(String)
    /// They end before their end.
    case cut
    /// They unpack to more than is taken.
    case tooLarge(limit: Int)

    package var description: String {
        switch self {
        case .corrupt(let what): "the gzip file is damaged: \(what)"
        case .cut: "the gzip file ends too early"
        case .tooLarge(let limit): "the gzip file unpacks to more than \(limit) bytes"
        }
    }
}

/// Unpacks gzip (RFC 1952) with zlib: members one after another, each with its checksum.
package enum Gzip {
    private static let chunk = 1 << 18

    /// Whether bytes begin as gzip does.
    package static func isPacked(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// The unpacked bytes.
    ///
    /// - Parameters:
    ///   - bytes: the whole file, of less than 4 GiB.
    ///   - limit: the most bytes to unpack to.
    /// - Returns: what all members hold, one after another; zeros after the last are padding of whoever stored it.
    /// - Throws: what is wrong with the bytes.
    package static func unpacked(_ bytes: [UInt8], limit: Int = 1 << 30) throws(GzipError) -> [UInt8] {
        var place = 0
        let stream = try GzipStream(limit: limit) {
            let part = bytes[place...].prefix(chunk)
            place += part.count
            return Array(part)
        }
        var output: [UInt8] = []
        while let part = try stream.next() { output += part }
        return output
    }
}

/// Unpacks gzip piece by piece, so that neither the packed nor the unpacked bytes need be held whole.
@safe package final class GzipStream {
    private static let chunk = 1 << 18

    private var stream = unsafe z_stream()
    private let read: () -> [UInt8]
    private let limit: Int
    private var input: [UInt8] = []
    private var place = 0
    private var total = 0
    private var isEnded = false

    /// Reads packed bytes until it is given none, and unpacks no more than a limit.
    package init(limit: Int = 1 << 30, _ read: @escaping () -> [UInt8]) throws(GzipError) {
        self.read = read
        self.limit = limit
        // 16 more than the largest window: gzip's own header and trailer, nothing else.
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(&stream, 31, ZLIB_VERSION, size) == Z_OK else {
            throw .corrupt("there is no memory to unpack it")
        }
    }

    deinit { unsafe _ = inflateEnd(&stream) }

    /// The next unpacked bytes; nil at the end.
    ///
    /// Throws what is wrong with the packed ones.
    package func next() throws(GzipError) -> [UInt8]? {
        var part = [UInt8](repeating: 0, count: Self.chunk)
        var made = 0
        while made < part.count, !isEnded {
            if place == input.count { refill() }
            switch inflated(into: &part, &made) {
            case Z_OK: continue
            case Z_STREAM_END: try endMember()
            // Nothing can be done without more bytes, and there are none.
            case Z_BUF_ERROR where input.isEmpty: throw .cut
            case Z_BUF_ERROR: continue
            default:
                let reason = unsafe stream.msg.map { unsafe String(cString: $0) } ?? "it does not begin as gzip does"
                throw .corrupt(reason)
            }
        }
        total += made
        guard total <= limit else { throw .tooLarge(limit: limit) }
        return made == 0 ? nil : Array(part[..<made])
    }

    private func refill() {
        input = read()
        place = 0
    }

    /// Unpacks what is at hand behind what was made before.
    private func inflated(into part: inout [UInt8], _ made: inout Int) -> Int32 {
        let room = part.count - made
        let given = input.count - place
        let code = unsafe part.withUnsafeMutableBufferPointer { output in
            unsafe input.withUnsafeBufferPointer { bytes in
                // zlib does not write to what it reads; its declaration is older than const.
                unsafe stream.next_in = unsafe UnsafeMutablePointer(
                    mutating: bytes.baseAddress.map { unsafe $0 + place }
                )
                unsafe stream.avail_in = UInt32(given)
                unsafe stream.next_out = unsafe output.baseAddress.map { unsafe $0 + made }
                unsafe stream.avail_out = UInt32(room)
                return unsafe inflate(&stream, Z_NO_FLUSH)
            }
        }
        place += given - Int(unsafe stream.avail_in)
        made += room - Int(unsafe stream.avail_out)
        return code
    }

    /// Goes on with the next member; zeros after the last are padding of whoever stored it.
    private func endMember() throws(GzipError) {
        if input.count - place < 2 {
            let rest = Array(input[place...])
            refill()
            input = rest + input
        }
        if Gzip.isPacked(input[place...].prefix(2)) {
            unsafe _ = inflateReset(&stream)
            return
        }
        isEnded = true
        while place < input.count {
            guard input[place...].allSatisfy({ $0 == 0 }) else { throw .corrupt("what follows its end is no gzip") }
            refill()
        }
    }
}
