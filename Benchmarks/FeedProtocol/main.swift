// SPDX-License-Identifier: Apache-2.0
// `FeedProtocol FOLDER [--verbose] [--peer PYTHON]`: reads every feed of a folder that has a manifest and another parser's expectations, and prints
// how far the two agree, how many broken files give something, how fast it goes and how much memory it takes, beside the targets.

import Domain
import Feeds
import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 2, !arguments[1].hasPrefix("-") else {
    FileHandle.standardError.write(Data("usage: FeedProtocol FOLDER [--verbose] [--peer PYTHON]\n".utf8))
    exit(2)
}
let folder = URL(filePath: arguments[1])
let corpus = try Corpus(folder: folder)
let parser = FeedParser()

/// Seconds of processor time that the process has had.
func processorTime() -> Double {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Reads some files as often as asked; the feeds of the last time, and the seconds that one time took at best, by the wall's clock and the
/// processor's.
func measure(_ files: [Corpus.File], times: Int) -> (feeds: [Feed?], seconds: Double, processor: Double) {
    let clock = ContinuousClock()
    var best = Double.infinity
    var leastProcessor = Double.infinity
    var feeds: [Feed?] = []
    for _ in 0..<times {
        let start = clock.now
        let before = processorTime()
        feeds = files.map { try? parser.parse($0.bytes, contentType: $0.contentType, base: $0.base) }
        leastProcessor = min(leastProcessor, processorTime() - before)
        let elapsed = start.duration(to: clock.now).components
        best = min(best, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    }
    return (feeds, best, leastProcessor)
}

/// A share in per cent.
func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }

/// The most memory that was resident so far, in MB.
func peak() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return Double(line?.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "").map { $0 / 1_024 } ?? 0
}

/// Figures for some files.
func report(_ title: String, _ files: [Corpus.File], _ feeds: [Feed?], target: String) {
    var agreement = Agreement()
    var accepted = 0
    var theirs = 0
    for (file, feed) in zip(files, feeds) {
        if let feed, feed.title != nil || feed.link != nil || !feed.entries.isEmpty { accepted += 1 }
        guard let expected = file.expected else { continue }
        if expected.accepted { theirs += 1 }
        agreement.add(file.name, feed, expected)
    }
    print("\(title): \(files.count) files; something comes out of \(accepted) here, of \(theirs) there")
    for field in Agreement.fields {
        guard let count = agreement.counts[field] else { continue }
        print("  \(field): \(percent(count.share)) of \(count.all) agree, as text \(percent(count.shareAsText))")
    }
    let total = agreement.total
    print("  all fields: \(percent(total.share)), as text \(percent(total.shareAsText)); target \(target)")
    if arguments.contains("--verbose") {
        for line in agreement.differences { print("  - \(line)") }
    }
}

_ = measure(Array(corpus.files.prefix(20)), times: 1)
let (feeds, seconds, processor) = measure(corpus.files, times: 5)
let resident = peak()
let bytes = corpus.files.reduce(0) { $0 + $1.bytes.count }
let large = corpus.files.filter { $0.bytes.count >= 4_000 }
let largeProcessor = measure(large, times: 5).processor
let largeBytes = large.reduce(0) { $0 + $1.bytes.count }

for isWellFormed in [true, false] {
    let indices = corpus.files.indices.filter { corpus.files[$0].isWellFormed == isWellFormed }
    report(
        isWellFormed ? "well-formed" : "not well-formed",
        indices.map { corpus.files[$0] },
        indices.map { feeds[$0] },
        target: isWellFormed ? "99 %" : "95 %"
    )
}
let megabytes = Double(bytes) / 1e6
print(
    String(
        format:
            "rate: %d files, %.2f MB in %.3f s = %.1f MB/s, %.1f MB/s of processor time, %.1f MB/s in files of 4 kB and more; target 15 MB/s",
        corpus.files.count,
        megabytes,
        seconds,
        megabytes / seconds,
        megabytes / processor,
        Double(largeBytes) / 1e6 / largeProcessor
    )
)
print(String(format: "resident: %.1f MB at most, all files and their feeds held; target 40 MB", resident))
fflush(nil)
if let flag = arguments.firstIndex(of: "--peer"), flag + 1 < arguments.count {
    try runPeer(arguments[flag + 1], folder: folder)
}
