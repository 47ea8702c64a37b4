# SPDX-License-Identifier: Apache-2.0
"""Callers that add jobs, each under a key of its own, and repeat what they were not told the outcome of."""
import random
import threading
import time

from .api import API


class Load:
    """A few callers at a steady pace; every answer goes into the history."""

    def __init__(self, history, place, key, callers=3, pace=8.0, payload=None, seed=1):
        """`place` gives host and port; `pace` is jobs a second of each caller; `payload` makes a job from a random generator."""
        self.history, self.place, self.key, self.pace = history, place, key, pace
        self.payload = payload or usual
        self.seed = seed
        self.stopping = threading.Event()
        self.refusals = 0
        self.threads = [threading.Thread(target=self._call, args=(number,), daemon=True) for number in range(callers)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Lets each caller end what it began, for 30 s at most."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(30)

    def _call(self, number):
        generator = random.Random(self.seed * 1000 + number)
        api = API(*self.place(), self.key, patience=10)
        count = 0
        while not self.stopping.is_set():
            self.add(api, f"chaos-c{number}-{count}", self.payload(generator), patience=25)
            count += 1
            self.stopping.wait(generator.random() * 2 / self.pace)
        api.close()

    def add(self, api, key, body, patience):
        """Adds one job; True once the server has said that it has it. The key makes the repetition safe."""
        end = time.monotonic() + patience
        while True:
            status, answer = api.call("POST", "/v1/jobs", body, {"Idempotency-Key": key})
            job = answer.get("id") if status in (200, 201) else None
            self.history.note("add", key=key, status=status, job=job)
            if status in (200, 201):
                return True
            if status >= 500:
                self.refusals += 1
            if time.monotonic() > end:
                return False
            time.sleep(0.05)


def dear(generator):
    """Jobs whose reports are as safe as the jobs themselves, which those of a probe, cheap to repeat, are not. For witnesses."""
    return {"kind": "trial.command", "payload": {"sleep": f"{generator.randint(0, 30)}ms"}, "maxAttempts": 10}


def usual(generator):
    """Mostly short jobs, and one in ten that takes long enough to be hit."""
    sleep = f"{generator.randint(300, 900)}ms" if generator.random() < 0.1 else f"{generator.randint(1, 30)}ms"
    return {"kind": "probe", "payload": {"sleep": sleep}, "maxAttempts": 10}
