// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Runs feedparser over the same files in a Python that has it, and prints its rate and memory.
func runPeer(_ python: String, folder: URL) throws {
    let script = """
        import csv, io, os, resource, sys, time, feedparser
        d = sys.argv[1]
        kinds = ("rss", "atom", "rdf", "cdf", "json", "other")
        rows = [r for r in csv.DictReader(open(os.path.join(d, "manifest.tsv"), encoding="utf-8"), delimiter="\\t")
                if r["kind"] in kinds and not (r["repo"] == "mmcdole/gofeed" and r["kind"] == "json")]
        files = []
        for r in rows:
            k, c, v = (r["http_header"] or "").partition(":")
            files.append((open(os.path.join(d, r["file"]), "rb").read(), {k.strip().lower(): v.strip()} if c else {}, r))
        start = time.perf_counter()
        out = 0
        for b, h, r in files:
            p = feedparser.parse(io.BytesIO(b), response_headers=h)
            out += r["expat_wellformed"] == "0" and bool(p.entries or p.feed.get("title") or p.feed.get("link"))
        took = time.perf_counter() - start
        size = sum(len(b) for b, h, r in files) / 1e6
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"feedparser {feedparser.__version__}: {len(files)} files, {size:.2f} MB in {took:.2f} s = {size / took:.1f} MB/s; "
              f"resident {rss:.0f} MB; something comes out of {out} broken files")
        """
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = ["-c", script, folder.path(percentEncoded: false)]
    try process.run()
    process.waitUntilExit()
}
