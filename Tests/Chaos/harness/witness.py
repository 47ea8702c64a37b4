# SPDX-License-Identifier: Apache-2.0
"""A worker that runs here, writes down what it was given and told, and misbehaves as it is asked to."""
import random
import threading
import time
import uuid

from .api import API


class Witness:
    """Speaks the fleet's protocol. It renews by beats, but does not stop at its lease's end as an honest worker would."""

    def __init__(self, history, place, key, name, slots=4, twice=0.0, late=0.0, lateness=21.0, seed=1,
                 kinds=("probe",)):
        """`twice` and `late` are the shares of reports that are repeated, and of batches that are kept for `lateness` seconds
        without a sign of life."""
        self.history, self.place, self.key, self.name, self.slots = history, place, key, name, slots
        self.twice, self.late, self.lateness = twice, late, lateness
        self.kinds = list(kinds)
        self.generator = random.Random(f"{seed}/{name}")
        self.stopping = threading.Event()
        self.healed = threading.Event()
        self.silent = threading.Event()
        self.held = {}
        self.thread = threading.Thread(target=self._work, daemon=True)

    def start(self):
        self.thread.start()

    def stop(self):
        self.stopping.set()
        self.thread.join(self.lateness + 20)

    def _work(self):
        api = API(*self.place(), self.key, patience=8)
        while not self.stopping.is_set():
            status, registered = api.call(
                "POST", "/v1/fleet/register",
                {"slots": self.slots, "kinds": self.kinds, "name": self.name, "software": "witness"})
            if status != 200:
                self.stopping.wait(0.1 + 0.3 * self.generator.random())
                continue
            over = threading.Event()
            beats = threading.Thread(target=self._beat, args=(registered, over), daemon=True)
            beats.start()
            try:
                self._stay(api, registered["session"], over)
            finally:
                over.set()
                self.held.clear()
                beats.join()
        api.close()

    def _beat(self, registered, over):
        api = API(*self.place(), self.key)
        while not over.wait(registered["beat"] / 1000):
            if self.silent.is_set():
                continue
            body = {"session": registered["session"], "jobs": [{"id": job} for job in list(self.held)]}
            status, _ = api.call("POST", "/v1/fleet/beat", body)
            if status == 410:
                over.set()
        api.close()

    def _stay(self, api, session, over):
        batch = 0
        while not over.is_set() and not self.stopping.is_set():
            status, answer = api.call(
                "POST", "/v1/fleet/poll", {"session": session, "slots": self.slots, "after": batch, "wait": 500})
            if status == 410:
                return
            if status != 200:
                self.stopping.wait(0.1)
                continue
            batch = answer["batch"]
            jobs = answer["jobs"]
            for job in jobs:
                self.held[job["id"]] = job["token"]
                job["given"] = time.monotonic() - self.history.started
                self.history.note("given", job=job["id"], token=job["token"], worker=self.name, session=session)
            if jobs and not self.healed.is_set() and self.generator.random() < self.late:
                self._be_silent()
            for job in jobs:
                self._run(job)
                if not self._report(api, session, job, over):
                    return
                if not self.healed.is_set() and self.generator.random() < self.twice:
                    self._report(api, session, job, over)
                self.held.pop(job["id"], None)
        if not over.is_set():
            api.call("POST", "/v1/fleet/leave", {"session": session})

    def _be_silent(self):
        """Gives no sign of life until its lease is over, and then goes on as if nothing had been."""
        self.silent.set()
        self.stopping.wait(self.lateness)
        self.silent.clear()

    @staticmethod
    def _run(job):
        text = job["payload"].get("sleep", "0s")
        time.sleep(float(text[:-2]) / 1000 if text.endswith("ms") else float(text[:-1]))

    def _report(self, api, session, job, over):
        """Reports until it is answered; False once the session is over."""
        run = job.setdefault("run", str(uuid.uuid4()))
        body = {"session": session, "reports": [{"job": job["id"], "token": job["token"], "result": {"run": run}}]}
        end = time.monotonic() + 40
        first = True
        while time.monotonic() < end:
            sent = time.monotonic() - self.history.started
            status, answer = api.call("POST", "/v1/fleet/complete", body)
            said = self._said(status, answer)
            # A repetition of a report that may have arrived says nothing when it is stale.
            if said and (first or said != "stale"):
                self.history.note(
                    "report", job=job["id"], token=job["token"], worker=self.name, status=said, run=run,
                    given=job["given"], sent=sent)
            if said:
                return said != "over"
            first = False
            time.sleep(0.05)
        return False

    @staticmethod
    def _said(status, answer):
        if status == 200:
            return answer["receipts"][0]["status"]
        if status == 409:
            return "stale"
        return "over" if status in (401, 403, 404, 410) else None
