# SPDX-License-Identifier: Apache-2.0
"""The table of results, in Markdown."""

COLUMNS = ("row", "fault", "store", "accepted", "lost", "counted twice", "stale refused", "stale accepted", "leader conflicts",
           "budget", "recovery", "verdict")


def print_table(results):
    rows = [COLUMNS] + [cells(result) for result in results]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for result in results:
        for breach in result.breaches:
            print(f"row {result.row} on {result.store} FAILED: {breach}")
        for note in result.notes:
            print(f"row {result.row} on {result.store} ran {note}")
        if result.left_out:
            print(f"row {result.row} on {result.store} was left out: {result.left_out}")


def cells(result):
    found = result.findings
    if result.left_out:
        return (result.row, result.title, result.store, *["-"] * 8, result.verdict)
    conflicts = "-" if result.conflicts is None else str(result.conflicts)
    return (result.row, result.title, result.store, str(found.accepted), str(len(found.lost)), str(len(found.twice)),
            str(found.stale_refused), str(len(found.stale_accepted)), conflicts, result.budget, recovery(result.recoveries),
            result.verdict)


def recovery(spans):
    """Median and worst of each limit, such as `0.4 / 0.6 s (1 s)`."""
    parts = []
    for limit in sorted({limit for _, limit in spans}):
        within = sorted(span for span, its_limit in spans if its_limit == limit)
        parts.append(f"{within[len(within) // 2]:.2f} / {within[-1]:.2f} s (≤ {limit:g})")
    return ", ".join(parts) or "-"
