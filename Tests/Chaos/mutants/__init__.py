# SPDX-License-Identifier: Apache-2.0
"""The program with one guard after the other taken out: each must make its row fail, or the row shows nothing."""
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

from harness.stage import ROOT

from .build import Workshop
from .guards import MUTANTS


def misfits():
    """What is wrong with the mutants: an old text that is not in its file exactly once."""
    wrong = []
    for mutant in MUTANTS:
        for path, old, new in mutant.edits:
            full = os.path.join(ROOT, path)
            count = open(full).read().count(old) if os.path.exists(full) else 0
            if count != 1:
                wrong.append(f"{mutant.name}: {path} has its text {count} times, not once")
            if old == new:
                wrong.append(f"{mutant.name}: {path}: nothing is changed")
    return wrong


def run(options, play):
    """Checks the mutants, and unless that is all that is wanted builds and plays them; `play` runs a row with a program."""
    wrong = misfits()
    for line in wrong:
        print(f"scripts/chaos: {line}", file=sys.stderr)
    if wrong or options.check_mutants:
        return 1 if wrong else 0
    names = None if options.mutants == "all" else options.mutants.split(",")
    wanted = [mutant for mutant in MUTANTS if names is None or mutant.name in names]
    if not wanted:
        print(f"scripts/chaos: there are no such mutants; there are {', '.join(m.name for m in MUTANTS)}", file=sys.stderr)
        return 64
    lines = []
    for mutant, program in built(wanted):
        print(f"mutant {mutant.name}: {mutant.guard}", file=sys.stderr, flush=True)
        for number, store in mutant.rows:
            if options.store not in (store, "both"):
                continue
            result = play(program, number, store)
            verdict = judge(mutant, result)
            lines.append((mutant.name, mutant.guard, number, store, verdict, "; ".join(result.breaches)[:160] or result.left_out))
            print(f"  row {number} on {store}: {verdict}: {lines[-1][-1]}", file=sys.stderr, flush=True)
        os.remove(program)
    print("| mutant | guard taken out | row | store | verdict | what the row said |\n|---|---|---|---|---|---|")
    for line in lines:
        print("| " + " | ".join(str(cell).replace("|", "/").replace("\n", " ") for cell in line) + " |")
    return 0 if all(line[4] == "caught" for line in lines) else 1


def built(wanted):
    """Each mutant with its program; the next is built while the rows of one are played, which mostly wait."""
    workshop = Workshop()
    with ThreadPoolExecutor(1) as builder:
        programs = [builder.submit(workshop.build, mutant) for mutant in wanted]
        try:
            for mutant, program in zip(wanted, programs):
                yield mutant, program.result()
        finally:
            for program in programs:
                program.cancel()
    workshop.restore()


def judge(mutant, result):
    """A mutant is caught by the finding that its guard prevents, not by any."""
    if result.left_out:
        return "left out"
    return "caught" if any(re.search(mutant.says, breach) for breach in result.breaches) else "MISSED"
