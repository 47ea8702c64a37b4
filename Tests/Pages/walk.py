# SPDX-License-Identifier: Apache-2.0
"""Walks the dashboard in a headless Chromium; scripts/test-pages says what for."""

import argparse
import base64
import http.client
import json
import os
import re
import shutil
import sys
import tempfile
import time
import urllib.parse

from selenium.webdriver.common.by import By

from deeds import Deeds
from house import GOAL, Failures, Server, browser, wait_for
from wire import Wire

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


class Walk(Deeds, Wire):
    def __init__(self, server, driver, axe, pictures, failures):
        self.server = server
        self.driver = driver
        self.axe = axe
        self.pictures = pictures
        self.failures = failures
        self.base = f"http://127.0.0.1:{server.port}"
        self.moderate = {}
        self.count = 0
        self.only = []

    # --- One page ---

    def check(self, path, name, judged=True):
        driver = self.driver
        where = f"{name} {path}"
        driver.get(self.base + path)
        if driver.find_elements(By.CSS_SELECTOR, "body[data-topics]:not([data-topics=''])"):
            try:
                self.wait_for_stream(f"the live stream on {where}")
            finally:
                # Why there is none stands in the log.
                self.check_logs(where)
        self.check_logs(where)
        wide = driver.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 1:
            self.failures.note(f"{where}: the page is {wide} px wider than its window")
        if judged:
            self.judge(where)
        self.picture(name + "-" + (re.sub(r"[^a-z]+", "-", path.split("?")[0]).strip("-") or "overview"))
        self.count += 1

    def judge(self, where):
        """Notes what axe's rules find on the page as it stands."""
        for finding in self.findings():
            nodes = "; ".join(node["html"][:140] for node in finding["nodes"][:3])
            if finding["impact"] in ("serious", "critical"):
                self.failures.note(f"{where}: axe {finding['id']} ({finding['impact']}): {finding['help']}: {nodes}")
            else:
                self.moderate.setdefault(finding["id"], f"{finding['impact']}: {finding['help']}: {where}: {nodes}")

    def findings(self):
        self.driver.execute_script(self.axe)
        result = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations), e => done(String(e)))"
        )
        if isinstance(result, str):
            raise RuntimeError("axe: " + result)
        return result

    def check_logs(self, where):
        for entry in self.driver.get_log("browser"):
            if entry["level"] == "SEVERE" or "Content Security Policy" in entry["message"]:
                self.failures.note(f"{where}: console: {entry['message']}")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = urllib.parse.urlparse(message["params"]["request"]["url"])
                if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
                    self.failures.note(f"{where}: a request leaves the machine: {address.geturl()}")

    def picture(self, name):
        driver = self.driver
        height = driver.execute_script("return Math.min(Math.max(document.documentElement.scrollHeight, window.innerHeight), 3600)")
        width = driver.execute_script("return window.innerWidth")
        shot = driver.execute_cdp_cmd(
            "Page.captureScreenshot",
            {"format": "png", "captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}},
        )
        with open(os.path.join(self.pictures, name + ".png"), "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def resize(self, size):
        width, height = SIZES[size]
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"},
        )

    # --- All pages ---

    def sign_in(self):
        address = self.server.link
        # The link may name another host than the server listens on; the code is what counts.
        self.driver.get(self.base + "/sign-in#" + address.split("#", 1)[1])
        wait_for("the overview after the sign-in", lambda: self.driver.find_elements(By.CSS_SELECTOR, "body[data-topics]"), 60)
        self.check_logs("sign-in")

    def paths(self):
        paths = ["/", "/campaigns", "/goals/new", "/experiments", "/fleet", "/trends", "/alerts", "/health"]
        self.driver.get(self.base + "/")
        for place in ("/audit", "/settings"):
            if self.driver.find_elements(By.CSS_SELECTOR, f".side a[href='{place}']"):
                paths.append(place)
        self.driver.get(self.base + "/campaigns")
        campaigns = [one.get_attribute("href") for one in self.driver.find_elements(By.CSS_SELECTOR, "main td a[href^='/campaigns/']")]
        for address in campaigns[:1] + campaigns[1:][-1:]:
            path = urllib.parse.urlparse(address).path
            paths.append(path)
            self.driver.get(self.base + path)
            orders = self.driver.find_elements(By.CSS_SELECTOR, ".actions a[href*='/orders/']")
            if orders:
                paths.append(urllib.parse.urlparse(orders[-1].get_attribute("href")).path)
        self.driver.get(self.base + "/fleet")
        orders = self.driver.find_elements(By.CSS_SELECTOR, "main a[href*='/orders/']")
        if orders:
            paths.append(urllib.parse.urlparse(orders[0].get_attribute("href")).path)
        return paths

    def run(self):
        self.sign_in()
        self.make_campaign()
        paths = self.paths()
        for language in ("ko", "en"):
            for theme in ("light", "dark"):
                for size in SIZES:
                    if self.only and f"{language}-{theme}-{size}" not in self.only:
                        continue
                    self.resize(size)
                    self.driver.get(self.base + f"/preferences?lang={language}&theme={theme}&to=/")
                    start = time.monotonic()
                    # The rules judge each page in each language and theme, and a phone's in one of each: they take most of the time.
                    judged = size == "desktop" or (language, theme) in (("ko", "light"), ("en", "dark"))
                    for path in paths:
                        self.check(path, f"{language}-{theme}-{size}", judged)
                    print(f"{language} {theme} {size}: {len(paths)} pages, {time.monotonic() - start:.0f} s", flush=True)
        self.resize("desktop")
        self.check_doors()
        self.check_missing()
        self.check_keyboard()
        self.check_goal()
        self.check_experiment()
        self.check_chart()
        self.check_live()
        self.check_socket()
        self.check_restart()
        self.check_end()

    # --- What the API answers to the browser's session ---

    def cookie(self):
        return "; ".join(f"{one['name']}={one['value']}" for one in self.driver.get_cookies())

    def token(self):
        return self.driver.find_element(By.CSS_SELECTOR, "meta[name=form-token]").get_attribute("content")

    def ask(self, method, path, body=None, headers=None, forged=False):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        fields = {"Cookie": self.cookie(), "Accept": "application/json"}
        if not forged and method != "GET":
            fields["X-CSRF-Token"] = self.token()
        fields.update(headers or {})
        connection.request(method, path, body, fields)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def make_campaign(self):
        """A campaign that waits for approval, made by the API."""
        body = json.dumps({"goal": GOAL, "needs_approval": True})
        status, text = self.ask("POST", "/api/v1/control/campaigns", body, {"Content-Type": "application/json"})
        if status not in (200, 201):
            raise RuntimeError(f"the campaign was not made: {status} {text[:400]}")
        return json.loads(text)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--dure", "--pictures", "--axe"):
        parser.add_argument(name, required=True)
    parser.add_argument("--only", default="", help="some of ko-light-desktop, en-dark-phone …, with commas")
    arguments = parser.parse_args()
    with open(arguments.axe, encoding="utf-8") as file:
        axe = file.read()
    failures = Failures()
    folder = tempfile.mkdtemp(prefix="dure-pages-")
    server = driver = None
    start = time.monotonic()
    try:
        server = Server(arguments.dure, folder)
        driver = browser()
        walk = Walk(server, driver, axe, arguments.pictures, failures)
        walk.only = [one for one in arguments.only.split(",") if one]
        walk.run()
        print(f"{walk.count} pages walked in {time.monotonic() - start:.0f} s; pictures in {arguments.pictures}")
        for name, text in sorted(walk.moderate.items()):
            print(f"note: axe {name}: {text}")
    finally:
        if driver:
            driver.quit()
        if server:
            server.stop()
            if failures.lines or sys.exc_info()[0]:
                print("".join(server.output[-40:]))
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failures.lines else 0)


if __name__ == "__main__":
    main()
