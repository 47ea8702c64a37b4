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
        guard let count = UInt32(exactly: bytes.count) else { throw .tooLarge(limit: Int(UInt32.max)) }
        var stream = unsafe z_stream()
        // 16 more than the largest window: gzip's own header and trailer, nothing else.
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(&stream, 31, ZLIB_VERSION, size) == Z_OK else {
            throw .corrupt("there is no memory to unpack it")
        }
        defer { unsafe _ = inflateEnd(&stream) }
        var output: [UInt8] = []
        var outcome = Result<Void, GzipError>.success(())
        unsafe bytes.withUnsafeBufferPointer { input in
            // zlib does not write to what it reads; its declaration is older than const.
            unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.avail_in = count
            outcome = Result { () throws(GzipError) in try unsafe unpack(&stream, input, limit, &output) }
        }
        try outcome.get()
        return output
    }

    private static func unpack(
        _ stream: inout z_stream,
        _ input: UnsafeBufferPointer<UInt8>,
        _ limit: Int,
        _ output: inout [UInt8]
    ) throws(GzipError) {
        var part = [UInt8](repeating: 0, count: chunk)
        while true {
            let code = unsafe part.withUnsafeMutableBufferPointer { buffer in
                unsafe stream.next_out = buffer.baseAddress
                unsafe stream.avail_out = UInt32(buffer.count)
                return unsafe inflate(&stream, Z_NO_FLUSH)
            }
            let made = part.count - Int(unsafe stream.avail_out)
            guard output.count + made <= limit else { throw .tooLarge(limit: limit) }
            output += part[..<made]
            switch code {
            case Z_OK: continue
            case Z_STREAM_END:
                let rest = unsafe input.suffix(Int(stream.avail_in))
                guard unsafe isPacked(rest.prefix(2)) else {
                    guard unsafe rest.allSatisfy({ $0 == 0 }) else { throw .corrupt("what follows its end is no gzip") }
                    return
                }
                unsafe _ = inflateReset(&stream)
            case Z_BUF_ERROR: throw .cut
            default:
                let reason = unsafe stream.msg.map { unsafe String(cString: $0) } ?? "it does not begin as gzip does"
                throw .corrupt(reason)
            }
        }
    }
}
