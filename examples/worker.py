#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A worker for a Dure server, with nothing but Python's standard library.

    python3 examples/worker.py --server http://127.0.0.1:7420 --key-file worker.key

Of several servers, with commas between them, it goes to the next one when one does not answer, and begins anew there. It runs `probe` jobs, and `trial.command` jobs by the program that they name. docs/fleet.md describes the protocol.
"""
import argparse
import json
import queue
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

MARGIN = 2.0  # seconds before the end of its lease at which a worker that cannot renew stops; a quarter of a short one


class SessionOver(Exception):
    """The session is over: what it held is no longer ours."""


def probe(job, ledger):
    wait = job["payload"].get("sleep", "0s")
    time.sleep(float(wait[:-2]) / 1000 if wait.endswith("ms") else float(wait[:-1]))
    if job["payload"].get("failure"):
        raise RuntimeError(job["payload"]["failure"]["message"])
    return {}


def trial_command(job, ledger):
    """Applies a combination and measures it; the last line that the program writes is its metrics."""
    trial = job["payload"]
    told = json.dumps({key: trial[key] for key in ("trial", "campaign", "unit", "settings")}) + "\n"
    start = time.time()
    output = ""
    for step in ("apply", "measure"):
        command = trial["template"].get(step)
        if command:
            def run():
                return subprocess.run(command["arguments"], input=told, capture_output=True, text=True, check=True,
                                      cwd=command.get("directory")).stdout
            output = ledger(job, "lever.apply", told, run) if step == "apply" else run()
    metrics = json.loads(output.strip().splitlines()[-1])
    return {"startedAt": int(start * 1000), "endedAt": int(time.time() * 1000), "metrics": metrics, "samples": [],
            "source": "command", "observer": "worker.py"}


HANDLERS = {"probe": probe, "trial.command": trial_command}


class Worker:
    def __init__(self, servers, key, slots):
        self.servers, self.key, self.slots = servers, key, slots
        self.place = 0
        self.stopping = threading.Event()

    def call(self, name, body, wait=10):
        request = urllib.request.Request(
            f"{self.servers[self.place]}/v1/fleet/{name}", json.dumps(body).encode(),
            {"Authorization": "Bearer " + self.key, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=wait) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            problem = json.loads(error.read() or b"{}")
            if error.code == 410 or problem.get("type") == "urn:dure:problem:stale-token":
                raise SessionOver from error
            if error.code in (401, 403):
                sys.exit(f"the server does not take the key: {problem.get('detail')}")
            raise OSError(problem.get("detail", str(error))) from error

    def run(self):
        while not self.stopping.is_set():
            try:
                self.stay(self.call("register", {"slots": self.slots, "kinds": sorted(HANDLERS)}))
            except SessionOver:
                print("the session is over; registering anew", file=sys.stderr)
            except OSError as error:
                print(f"no answer: {error}", file=sys.stderr)
                self.place = (self.place + 1) % len(self.servers)
                time.sleep(random.uniform(0, 5 / len(self.servers)))

    def stay(self, registered):
        """Works within one session, and never reports what was done in another."""
        session, held, done = registered["session"], {}, queue.Queue()
        ledger = self.ledger(registered)
        over = threading.Event()
        threading.Thread(target=self.beat, args=(registered, held, over), daemon=True).start()
        batch = 0
        try:
            while not over.is_set() and not (self.stopping.is_set() and not held):
                if len(held) < self.slots and not self.stopping.is_set():
                    answer = self.call("poll", {"session": session, "slots": self.slots - len(held), "after": batch,
                                                "wait": 100 if held else 5000}, wait=15)
                    batch = answer["batch"]
                    for job in answer["jobs"]:
                        held[job["id"]] = job
                        threading.Thread(target=self.work, args=(job, done, ledger), daemon=True).start()
                reports = [done.get() for _ in range(done.qsize())]
                if reports:
                    self.call("complete", {"session": session, "reports": reports})
                    for report in reports:
                        del held[report["job"]]
                elif held:
                    time.sleep(0.02)
            if not over.is_set():
                self.call("leave", {"session": session})
        finally:
            over.set()  # what still runs is in nobody's queue any more

    def ledger(self, registered):
        """What changes the outside is written down before it is done, and what came of it after, where the server keeps that."""
        def effect(job, kind, intent, body):
            if not registered.get("effects"):
                return body()
            about = {"session": registered["session"], "token": job["token"], "key": f"{kind}/{job['token']}"}
            answer = self.call("effects/begin", {**about, "job": job["id"], "kind": kind, "intent": intent, "repeatable": True})
            if answer["admission"] not in ("granted", "known"):
                raise RuntimeError("the lease is over; nothing was done")
            try:
                result = body()
            except Exception as error:
                self.call("effects/settle", {**about, "state": "unclear", "response": str(error)[:1000]})
                raise
            self.call("effects/settle", {**about, "state": "done", "response": "{}"})
            return result
        return effect

    def work(self, job, done, ledger):
        report = {"job": job["id"], "token": job["token"]}
        try:
            report["result"] = HANDLERS[job["kind"]](job, ledger)
        except Exception as error:  # whatever goes wrong with a job is the job's failure
            report["failure"] = {"class": "unknown", "message": str(error)[:1000]}
        done.put(report)

    def beat(self, registered, held, over):
        """Renews the lease; stops the stay when that was not possible in time, by a clock that nobody sets."""
        def end(start, lease):
            return start + lease / 1000 - min(MARGIN, lease / 4000)

        interval = registered["beat"] / 1000 * 0.9
        fence, unanswered, pause = end(time.monotonic(), registered["lease"]), False, interval
        while not over.wait(max(0, min(pause, fence - time.monotonic()))):
            sent, pause = time.monotonic(), interval
            if sent >= fence:
                over.set()
                break
            try:
                orders = self.call("beat", {"session": registered["session"], "jobs": [{"id": id} for id in list(held)],
                                            "unanswered": unanswered}, wait=max(0.1, min(4, fence - sent)))
                fence = end(sent, orders["lease"])
                if unanswered:  # what says that the line is well again does not renew the lease; the next beat does
                    unanswered, pause = False, 0
                if orders["drain"] or orders["restart"]:
                    self.stopping.set()
            except SessionOver:
                over.set()
            except Exception as error:  # whatever goes wrong with an answer, the fence must go on being watched
                unanswered = True
                print(f"a beat was not answered: {error}", file=sys.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Runs jobs of a Dure server.")
    parser.add_argument("--server", required=True, help="one or several, with commas between them")
    parser.add_argument("--key-file", required=True)
    parser.add_argument("--slots", type=int, default=4)
    options = parser.parse_args()
    servers = [server for server in options.server.split(",") if server]
    worker = Worker(servers, open(options.key_file).read().strip(), options.slots)
    signal.signal(signal.SIGTERM, lambda *_: worker.stopping.set())
    worker.run()
