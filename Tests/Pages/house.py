# SPDX-License-Identifier: Apache-2.0
"""What the walk of the dashboard stands on: a server of its own, a browser that cannot leave the machine, a list of failures."""

import os
import re
import shutil
import signal
import subprocess
import threading
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

GOAL = """version: 1
name: 감귤 5kg을 첫 화면으로
product: {title: 제주 감귤 5kg, price: 19900 KRW}
marketplace: simulated
keywords: [제주 감귤]
metric: {name: rank, depth: 100}
target: 20
deadline: 30d
factors:
  coupon: [none, 5%, 10%]
  title: [plain, benefit first]
trial: {kind: simulated, window: 6h, wash_out: 1h, cost: 100 KRW}
units: 6
effort: {generation_size: 6, replicates: 2}
budget: {amount: 500000 KRW}
approval: required
"""


def wait_for(what, condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise RuntimeError(f"{what} did not come within {seconds} s")


class Failures:
    def __init__(self):
        self.lines = []

    def note(self, line):
        self.lines.append(line)
        print("FAILED  " + line, flush=True)


class Server:
    """A server of the program on a free port of loopback, with the data of a rehearsed campaign."""

    def __init__(self, dure, folder):
        self.dure = dure
        self.data = os.path.join(folder, "data")
        self.output = []
        self.port = None
        self.link = None
        self.process = None
        print("rehearsing a campaign …", flush=True)
        goal = os.path.join(folder, "goal.yaml")
        with open(goal, "w", encoding="utf-8") as file:
            file.write(GOAL.replace("required", "none").replace("30d", "12d") + "baseline: 6h\nsimulation: {start_rank: 70}\n")
        subprocess.run([dure, "rehearse", goal, "--output", self.data], check=True, stdout=subprocess.DEVNULL, timeout=600)
        self.start()
        wait_for("the server's sign-in link", lambda: self.link, 120)

    def start(self):
        """Starts it, a second time on the port that it had."""
        port, self.port = self.port or 0, None
        self.process = subprocess.Popen(
            [
                self.dure, "serve", "--agents", "--host", "127.0.0.1", "--port", str(port), "--health-port", "0", "--output", self.data,
                "--drain-seconds", "0",
            ],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        threading.Thread(target=self.read, args=(self.process,), daemon=True).start()
        wait_for("the server's port", lambda: self.port, 120)

    def read(self, process):
        for line in process.stdout:
            self.output.append(line)
            link = re.search(r"https?://[^\s\"]+/sign-in#[^\s\"\\]+", line)
            if link:
                self.link = link.group(0)
            port = re.search(r'"port":"?(\d+)', line)
            if port and "listens" in line:
                self.port = int(port.group(1))

    def stop(self):
        """Stops it; returns how long that took."""
        start = time.monotonic()
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return time.monotonic() - start


def browser():
    options = Options()
    options.binary_location = shutil.which("chromium")
    for argument in [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en",
        # Nothing but loopback has an address: what tries to leave the machine fails, and is seen in the log.
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    driver.set_page_load_timeout(60)
    driver.set_script_timeout(60)
    return driver
