#!/bin/bash
# One trial: compresses corpus.bin as the DURE_ variables say, three times, and prints one JSON object on its last line.
# ratio         original bytes / compressed bytes
# milliseconds  the median time of the three tries, wall clock
# score         log2(ratio) - 0.2 * log2(milliseconds): a tenth less size is worth as much as about 40 % less time
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")"

arguments=(-q -c "-${DURE_LEVEL:-3}" "-T${DURE_THREADS:-1}")
[ "${DURE_LONG:-false}" = true ] && arguments+=(--long=24)
[ "${DURE_CHECKSUM:-true}" = false ] && arguments+=(--no-check)
advanced=""
[ "${DURE_STRATEGY:-default}" != default ] && advanced+=",strategy=$DURE_STRATEGY"
[ "${DURE_WINDOW_LOG:-default}" != default ] && advanced+=",wlog=$DURE_WINDOW_LOG"
[ "${DURE_HASH_LOG:-default}" != default ] && advanced+=",hlog=$DURE_HASH_LOG"
[ "${DURE_MIN_MATCH:-default}" != default ] && advanced+=",mml=$DURE_MIN_MATCH"
[ -n "$advanced" ] && arguments+=("--zstd=${advanced#,}")

original=$(wc -c <corpus.bin)
times=()
for try in 1 2 3; do
    begin=$(date +%s%N)
    compressed=$(zstd "${arguments[@]}" corpus.bin | wc -c)
    end=$(date +%s%N)
    times+=($((end - begin)))
done
median=$(printf '%s\n' "${times[@]}" | sort -n | sed -n 2p)
awk -v original="$original" -v compressed="$compressed" -v nanoseconds="$median" 'BEGIN {
    ratio = original / compressed
    milliseconds = nanoseconds / 1e6
    score = (log(ratio) - 0.2 * log(milliseconds)) / log(2)
    printf "{\"score\": %.6f, \"ratio\": %.4f, \"milliseconds\": %.3f}\n", score, ratio, milliseconds
}'
