# SPDX-License-Identifier: Apache-2.0
"""What was asked and answered, in the order in which it happened, and what must hold of it."""
import collections
import json
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Findings:
    """What the check of a history found."""
    accepted: int = 0
    lost: list = field(default_factory=list)
    twice: list = field(default_factory=list)
    stale_refused: int = 0
    stale_accepted: list = field(default_factory=list)
    dead: list = field(default_factory=list)
    unknown: list = field(default_factory=list)


class History:
    """Events of all threads; safe to write from any."""

    def __init__(self):
        self.lock = threading.Lock()
        self.events = []
        self.started = time.monotonic()

    def note(self, what, **members):
        members.update(what=what, time=time.monotonic() - self.started)
        with self.lock:
            self.events.append(members)

    def of(self, what):
        with self.lock:
            return [event for event in self.events if event["what"] == what]

    def write(self, path):
        with open(path, "w") as file, self.lock:
            for event in self.events:
                file.write(json.dumps(event) + "\n")


def check(history, truth, may_die=frozenset()):
    """Compares what callers and workers were told with what the store has in the end.

    A job is lost when somebody was told that it was accepted, and it neither completed nor lies among the dead where that is
    to be expected (`may_die` holds the keys of such jobs). It is counted twice when a key has two jobs, when two reports of it
    were accepted, or when the result that is kept is not the one whose report was accepted.
    """
    found = Findings()
    identifiers = collections.defaultdict(set)
    tried = set()
    for event in history.of("add"):
        tried.add(event["key"])
        if event["status"] in (200, 201):
            identifiers[event["key"]].add(event["job"])
    found.accepted = len(identifiers)
    bodies = truth.bodies()
    outcomes = truth.outcomes()
    dead = truth.dead()
    jobs_of = collections.Counter(key for key in bodies.values() if key)
    for key, jobs in sorted(identifiers.items()):
        if len(jobs) > 1 or jobs_of[key] > 1:
            found.twice.append(f"{key} is {max(len(jobs), jobs_of[key])} jobs")
        for job in jobs:
            if job in dead:
                (found.dead if key in may_die else found.lost).append(f"{key} is dead")
            elif job not in outcomes or outcomes[job].state != "completed":
                found.lost.append(f"{key} ({job}) {'never ended' if job in bodies else 'is not in the store'}")
    # Campaigns give their own jobs keys of another form.
    found.unknown = sorted(key or "without a key" for key in bodies.values()
                           if key is None or (key.startswith("chaos-") and key not in tried))
    _check_reports(history, outcomes, found)
    return found


def _check_reports(history, outcomes, found):
    given = collections.defaultdict(list)
    for event in history.of("given"):
        given[event["job"]].append((event["time"], event["token"]))
    accepted = collections.defaultdict(list)
    for event in history.of("report"):
        if event["status"] == "accepted":
            accepted[event["job"]].append(event)
        elif event["status"] in ("stale", "over"):
            found.stale_refused += 1
    for job, events in sorted(accepted.items()):
        if len(events) > 1:
            found.twice.append(f"{len(events)} reports of {job} were accepted")
        for event in events:
            newer = [token for when, token in given[job] if token != event["token"] and event["given"] < when < event["sent"]]
            if newer:
                found.stale_accepted.append(f"{job}: {event['token']} was accepted after {newer[-1]} had been given")
            kept = outcomes.get(job)
            if kept and kept.state == "completed" and event.get("run") and kept.result.get("run") != event["run"]:
                found.twice.append(f"the result that is kept of {job} is not the one that was accepted")
