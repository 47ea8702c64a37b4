# SPDX-License-Identifier: Apache-2.0
"""Faults of every kind against the real program, and the check that nothing was lost, doubled or believed too late."""
import argparse
import os
import shutil
import signal
import sys
import tempfile
import time

import mutants
from harness.processes import Breach, Child, LeftOut, end_all
from harness.services import PostgreSQL
from harness.results import Result, read, write
from harness.stage import ROOT, Config, Stage
from harness.table import print_table
from rows import ROWS


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/chaos", description=__doc__,
        epilog="docs/chaos.md says what each row does. Exit codes: 0 every row held, 1 one failed, 66 there is no program.")
    parser.add_argument("--rows", help="the rows to run, such as 1,4,16; all by default")
    parser.add_argument("--seconds", type=float, default=60, help="how long each row's faults last (60)")
    parser.add_argument("--store", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--quick", action="store_true", help="the most telling rows, about 10 s each")
    parser.add_argument("--mutants", nargs="?", const="all", metavar="NAMES",
                        help="build the program with one guard after the other taken out, and see that its row fails")
    parser.add_argument("--check-mutants", action="store_true", help="only see that each mutant still fits the sources")
    parser.add_argument("--dure", default=os.path.join(ROOT, ".build", "release", "dure"), help="the program")
    parser.add_argument("--jobs", type=int, help="how many rows at once (1; 4 with --quick)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep logs and histories, also when every row holds")
    parser.add_argument("--list", action="store_true", help="list the rows")
    parser.add_argument("--result", help=argparse.SUPPRESS)
    return parser.parse_args()


def chosen(options):
    """The rows to run, each with its store."""
    if options.rows:
        numbers = options.rows.split(",")
        unknown = [number for number in numbers if number not in ROWS]
        if unknown:
            sys.exit(f"scripts/chaos: there is no row {unknown[0]}; there are {', '.join(ROWS)}")
    else:
        numbers = list(ROWS)
    plan = []
    for number in numbers:
        row = ROWS[number]
        stores = row.quick if options.quick and not options.rows else row.stores
        plan += [(row, store) for store in stores if options.store in (store, "both")]
    return plan


def play(config, row, store):
    """Runs one row on one store."""
    begun = time.monotonic()
    try:
        if store == "postgres" and config.postgres is None:
            config.postgres = PostgreSQL(config.folder)
        with Stage(config, row.number, row.title, store) as stage:
            result = stage.result
            try:
                row.play(stage)
                stage.settle()
            except Breach as breach:
                result.breaches.append(str(breach))
    except LeftOut as reason:
        result = Result(row.number, row.title, store, left_out=str(reason))
    result.seconds = time.monotonic() - begun
    return result


def play_mutant(options):
    """How a row is run with another program: each in a folder of its own."""

    def run(program, number, store):
        with tempfile.TemporaryDirectory(prefix="dure-chaos.") as folder:
            try:
                return play(Config(program, folder, 10, options.seed), ROWS[number], store)
            finally:
                end_all()

    return run


def main():
    options = arguments()
    if options.list:
        for row in ROWS.values():
            print(f"{row.number:>3}  {row.title}  ({', '.join(row.stores)})")
        return 0
    if options.mutants or options.check_mutants:
        return mutants.run(options, play_mutant(options))
    if not os.access(options.dure, os.X_OK):
        print(f"scripts/chaos: no program at {options.dure}; run 'make build' first, or give --dure PATH", file=sys.stderr)
        return 66
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    plan = chosen(options)
    jobs = options.jobs or (4 if options.quick else 1)
    seconds = 10 if options.quick else options.seconds
    results = apart(options, plan, seconds, jobs) if jobs > 1 and len(plan) > 1 else one_by_one(options, plan, seconds)
    if options.result:
        write(results, options.result)
    else:
        print_table(results)
    required = os.environ.get("CI") or os.environ.get("DURE_REQUIRE_SERVICES")
    if required and any(result.left_out for result in results):
        print("scripts/chaos: a row was left out, which is a failure here", file=sys.stderr)
        return 1
    return 1 if any(result.breaches for result in results) else 0


def one_by_one(options, plan, seconds):
    """Plays the rows in this process, over one PostgreSQL and one Redis."""
    folder = tempfile.mkdtemp(prefix="dure-chaos.")
    config = Config(os.path.abspath(options.dure), folder, seconds, options.seed, is_alone=not options.result)
    results = []
    try:
        for row, store in plan:
            print(f"row {row.number} on {store}: {row.title}", file=sys.stderr, flush=True)
            results.append(play(config, row, store))
            for breach in results[-1].breaches:
                print(f"  {breach}", file=sys.stderr, flush=True)
    finally:
        end_all()
        if options.keep or len(results) < len(plan) or any(result.breaches for result in results):
            print(f"logs and histories: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return results


def apart(options, plan, seconds, jobs):
    """Plays several rows at once, each in a process of its own with its own servers; rows mostly wait."""
    results, running, waiting = {}, {}, list(enumerate(plan))
    with tempfile.TemporaryDirectory(prefix="dure-chaos.") as folder:
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    place, (row, store) = waiting.pop(0)
                    file = os.path.join(folder, f"{place}.json")
                    command = [sys.executable, os.path.dirname(os.path.abspath(__file__)), "--rows", row.number, "--store", store,
                               "--seconds", seconds, "--dure", options.dure, "--seed", options.seed, "--result", file]
                    running[place] = Child(command + (["--keep"] if options.keep else []), os.path.join(folder, f"{place}.log"))
                for place in [place for place, child in running.items() if not child.is_running()]:
                    child = running.pop(place)
                    sys.stderr.write(child.last_lines(1000))
                    sys.stderr.flush()
                    results[place] = read(os.path.join(folder, f"{place}.json")) or Result(
                        plan[place][0].number, plan[place][0].title, plan[place][1], breaches=["the row did not come to its end"])
                time.sleep(0.1)
        finally:
            end_all()
    return [results[place] for place in sorted(results)]


if __name__ == "__main__":
    sys.exit(main())
