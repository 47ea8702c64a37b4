#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What scikit-learn and datasketch need for the same titles: counting terms, and finding near-duplicates.

usage: trends.py DATA [TITLES=100000]; prints lines of a name and a number: scikit-learn's `terms`, datasketch's `duplicates`.
Each step runs in a process of its own; the time is the processor's, without reading the files.
"""
import csv
import glob
import gzip
import os
import re
import resource
import subprocess
import sys
import time
import unicodedata

TOKEN = re.compile(r"[0-9a-z]+(?:'[a-z]+)?|[\uac00-\ud7a3]+|[\u4e00-\u9fff]+|[\u3040-\u30ff]+")


def titles(folder, most):
    found = []
    for path in sorted(glob.glob(os.path.join(folder, "*.csv.gz"))):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            header = next(rows)
            column = next((header.index(n) for n in ("title", "headline", "headline_text") if n in header), None)
            for row in rows if column is not None else ():
                if len(found) >= most:
                    return found
                found.append(row[column])
    return found


def normalised(text):
    return " ".join(TOKEN.findall(unicodedata.normalize("NFKC", text).lower()))


def count_terms(texts):
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(ngram_range=(1, 3), min_df=2).fit_transform(texts).shape[1]


def near_duplicates(texts):
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.5, num_perm=128)
    hashes = {}
    for text in sorted({normalised(t) for t in texts} - {""}):
        found = MinHash(num_perm=128)
        found.update_batch([text[i : i + 4].encode() for i in range(max(len(text) - 3, 1))])
        hashes[text] = found
        index.insert(text, found)
    return sum(len(index.query(found)) > 1 for found in hashes.values())


def main():
    folder = sys.argv[1]
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    steps = {"terms": count_terms, "duplicates": near_duplicates}
    if len(sys.argv) < 4:
        for name in steps:
            subprocess.run([sys.executable, __file__, folder, str(most), name], check=True)
        return
    texts = titles(folder, most)
    start = time.process_time()
    result = steps[sys.argv[3]](texts)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    name = sys.argv[3]
    print(f"{name} {seconds}\n{name}.count {result}\n{name}.mebibytes {peak:.0f}", flush=True)


if __name__ == "__main__":
    main()
