# SPDX-License-Identifier: Apache-2.0
"""Walks the dashboard in a headless Chromium; scripts/test-pages says what for."""

import argparse
import base64
import http.client
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
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


class Failures:
    def __init__(self):
        self.lines = []

    def note(self, line):
        self.lines.append(line)
        print("FAILED  " + line, flush=True)


class Server:
    """A server of the program on a free port of loopback, with the data of a rehearsed campaign."""

    def __init__(self, dure, folder):
        self.folder = folder
        self.output = []
        self.port = None
        self.link = None
        data = os.path.join(folder, "data")
        print("rehearsing a campaign …", flush=True)
        goal = os.path.join(folder, "goal.yaml")
        with open(goal, "w", encoding="utf-8") as file:
            file.write(GOAL.replace("required", "none").replace("30d", "12d") + "baseline: 6h\nsimulation: {start_rank: 70}\n")
        subprocess.run(
            [dure, "rehearse", goal, "--output", data],
            check=True, stdout=subprocess.DEVNULL, timeout=600,
        )
        self.process = subprocess.Popen(
            [dure, "serve", "--agents", "--host", "127.0.0.1", "--port", "0", "--health-port", "0", "--output", data, "--drain-seconds", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        threading.Thread(target=self.read, daemon=True).start()
        wait_for("the server's port and sign-in link", lambda: self.port and self.link, 120)

    def read(self):
        for line in self.process.stdout:
            self.output.append(line)
            link = re.search(r"https?://[^\s\"]+/sign-in#[^\s\"\\]+", line)
            if link:
                self.link = link.group(0)
            port = re.search(r'"port":"?(\d+)', line)
            if port and "listens" in line:
                self.port = int(port.group(1))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()


def wait_for(what, condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise RuntimeError(f"{what} did not come within {seconds} s")


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
    return driver


class Walk:
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

    def check(self, path, name, picture=True):
        driver = self.driver
        where = f"{name} {path}"
        driver.get(self.base + path)
        if driver.find_elements(By.CSS_SELECTOR, "body[data-topics]:not([data-topics=''])"):
            wait_for(f"the live stream on {where}", lambda: driver.execute_script("return document.body.dataset.stream === 'open'"), 20)
        self.check_logs(where)
        wide = driver.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 1:
            self.failures.note(f"{where}: the page is {wide} px wider than its window")
        for finding in self.findings():
            nodes = "; ".join(node["html"][:140] for node in finding["nodes"][:3])
            if finding["impact"] in ("serious", "critical"):
                self.failures.note(f"{where}: axe {finding['id']} ({finding['impact']}): {finding['help']}: {nodes}")
            else:
                self.moderate.setdefault(finding["id"], f"{finding['impact']}: {finding['help']}: {where}: {nodes}")
        if picture:
            self.picture(name + "-" + (re.sub(r"[^a-z]+", "-", path.split("?")[0]).strip("-") or "overview"))
        self.count += 1

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
        for address in campaigns[:2]:
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
                    for path in paths:
                        self.check(path, f"{language}-{theme}-{size}")
                    print(f"{language} {theme} {size}: {len(paths)} pages", flush=True)
        self.resize("desktop")
        self.check_missing()
        self.check_keyboard()
        self.check_goal()
        self.check_experiment()
        self.check_chart()
        self.check_live()

    # --- What a person does ---

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

    def check_missing(self):
        self.driver.get(self.base + "/campaigns/cmp_00000000000000000000000000")
        if not self.driver.find_elements(By.CSS_SELECTOR, "main [role=alert]"):
            self.failures.note("a campaign that is not there has no page that says so")
        self.driver.get_log("browser")
        status, _ = self.ask("POST", "/experiments", "csv=x", {"Content-Type": "application/x-www-form-urlencoded"}, forged=True)
        if status != 403:
            self.failures.note(f"a form without its token was answered {status} instead of 403")

    def check_keyboard(self):
        self.driver.get(self.base + "/")
        body = self.driver.find_element(By.TAG_NAME, "body")
        body.send_keys(Keys.TAB)
        if self.driver.switch_to.active_element.get_attribute("class") != "skip":
            self.failures.note("the first stop of the tabulator is not the link that skips the navigation")
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)
        if self.driver.execute_script("return location.hash") != "#content":
            self.failures.note("the skip link does not lead to the content")
        self.resize("phone")
        self.driver.get(self.base + "/")
        menu = self.driver.find_element(By.CSS_SELECTOR, ".menu")
        menu.send_keys(Keys.ENTER)
        if menu.get_attribute("aria-expanded") != "true" or not self.driver.find_element(By.CSS_SELECTOR, ".side a").is_displayed():
            self.failures.note("the menu of a phone does not open by the keyboard")
        menu.send_keys(Keys.ESCAPE)
        if menu.get_attribute("aria-expanded") != "false":
            self.failures.note("the menu of a phone does not close by Escape")
        self.resize("desktop")

    def submit(self, section, step):
        button = self.driver.find_element(By.CSS_SELECTOR, f"#{section} button[value='{step}']")
        self.driver.execute_script("window.scrollTo(0, 0); arguments[0].scrollIntoView({block: 'center'})", button)
        button.click()

    def check_goal(self):
        """A sentence, its answers, the plan, the campaign."""
        driver = self.driver
        driver.get(self.base + "/preferences?lang=ko&theme=light&to=/goals/new")
        driver.find_element(By.ID, "field-sentence").send_keys("제주 감귤 5kg을 가상 시장에서 2주 안에 20위로 올려줘, 예산 50만원. 키워드는 제주 감귤")
        self.submit("sentence", "read")
        wait_for("what was understood", lambda: driver.find_elements(By.ID, "understood"), 30)
        if driver.find_element(By.ID, "field-target").get_attribute("value") != "20":
            self.failures.note("the target of the sentence is not in the form")
        self.picture("goal-1-understood")
        driver.find_element(By.ID, "field-factors").send_keys("coupon: none, 5%, 10%\ntitle: plain, benefit first")
        driver.find_element(By.ID, "field-units").send_keys("6")
        self.submit("form", "preview")
        wait_for("the plan", lambda: driver.find_elements(By.ID, "plan"), 30)
        for finding in self.findings():
            if finding["impact"] in ("serious", "critical"):
                self.failures.note(f"the plan: axe {finding['id']}: {finding['nodes'][0]['html'][:200]}")
        self.picture("goal-2-plan")
        self.submit("plan", "create")
        wait_for("the new campaign", lambda: re.search(r"/campaigns/cmp_\w+$", driver.current_url), 60)
        self.picture("goal-3-campaign")
        self.check_logs("new goal")

    def check_experiment(self):
        driver = self.driver
        driver.get(self.base + "/preferences?lang=en&theme=light&to=/experiments")
        rows = ["title,coupon,rate"]
        for index in range(24):
            title, coupon = "ab"[index % 2], ["none", "5%", "10%"][index // 2 % 3]
            rows.append(f"{title},{coupon},{2 + (index % 2) * 0.6 + (index // 2 % 3) * 0.3 + (index * 7 % 5) * 0.05:.2f}")
        area = driver.find_element(By.ID, "field-csv")
        driver.execute_script("arguments[0].value = arguments[1]", area, "\n".join(rows))
        driver.find_element(By.ID, "field-responses").send_keys("rate")
        self.submit("form", "analyse")
        wait_for("the analysis", lambda: driver.find_elements(By.CSS_SELECTOR, "[id^=report-]"), 60)
        for finding in self.findings():
            if finding["impact"] in ("serious", "critical"):
                self.failures.note(f"the analysis: axe {finding['id']}: {finding['nodes'][0]['html'][:200]}")
        self.check_logs("experiments")
        self.picture("experiment")

    def check_chart(self):
        """A chart tells a value where it is pointed at."""
        driver = self.driver
        driver.get(self.base + "/campaigns")
        links = [one.get_attribute("href") for one in driver.find_elements(By.CSS_SELECTOR, "main td a[href^='/campaigns/']")]
        for address in links:
            driver.get(address)
            marks = driver.find_elements(By.CSS_SELECTOR, ".report svg .c-hover")
            if not marks:
                continue
            mark = marks[len(marks) // 2]
            driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", mark)
            webdriver.ActionChains(driver).move_to_element(mark).perform()
            tip = driver.find_element(By.CSS_SELECTOR, ".tip")
            if not tip.is_displayed() or not re.search(r"\d", tip.text):
                self.failures.note(f"a chart tells nothing where it is pointed at: '{tip.text}'")
            return
        self.failures.note("no campaign has a chart over time")

    def check_live(self):
        """What the API changes is on the page within a second, and the page was not loaded again."""
        driver = self.driver
        times = []
        for _ in range(5):
            driver.get(self.base + "/campaigns")
            wait_for("the live stream", lambda: driver.execute_script("return document.body.dataset.stream === 'open'"), 20)
            driver.execute_script("window.isTheSame = true")
            made = self.make_campaign()
            start = time.monotonic()
            selector = f"main a[href='/campaigns/{made['id']}']"
            wait_for("the change on the page", lambda: driver.find_elements(By.CSS_SELECTOR, selector), 30)
            times.append(time.monotonic() - start)
            if not driver.execute_script("return window.isTheSame === true"):
                self.failures.note("the page was loaded anew to show a change")
        print("a change is on the page after " + ", ".join(f"{one:.2f} s" for one in times), flush=True)
        if sorted(times)[len(times) // 2] > 1:
            self.failures.note(f"a change takes {sorted(times)[len(times) // 2]:.2f} s to be on the page (median of 5)")

    # --- The socket, spoken by hand ---

    def handshake(self, headers, path="/live"):
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=20)
        fields = {
            "Host": f"127.0.0.1:{self.server.port}", "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), **headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        connection.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(4096)
            if not part:
                break
            data += part
        head, _, rest = data.partition(b"\r\n\r\n")
        return connection, int(head.split()[1]) if head else 0, rest

    @staticmethod
    def frame(opcode, data, fin=True, masked=True):
        first = (0x80 if fin else 0) | opcode
        length = len(data)
        head = bytes([first, (0x80 if masked else 0) | (length if length < 126 else 126 if length < 65536 else 127)])
        head += b"" if length < 126 else struct.pack(">H", length) if length < 65536 else struct.pack(">Q", length)
        if not masked:
            return head + data
        mask = os.urandom(4)
        return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))

    @staticmethod
    def frames(connection, rest=b""):
        data = rest
        while True:
            while len(data) < 2 or len(data) < Walk.need(data):
                part = connection.recv(65536)
                if not part:
                    return
                data += part
            length, start = Walk.measure(data)
            yield data[0] & 0x0F, data[start:start + length]
            data = data[start + length:]

    @staticmethod
    def measure(data):
        length = data[1] & 0x7F
        if length == 126:
            return struct.unpack(">H", data[2:4])[0] if len(data) >= 4 else 0, 4
        if length == 127:
            return struct.unpack(">Q", data[2:10])[0] if len(data) >= 10 else 0, 10
        return length, 2

    @staticmethod
    def need(data):
        length, start = Walk.measure(data)
        return max(start, length + start)

    def check_socket(self):
        own = {"Cookie": self.cookie(), "Origin": self.base}
        for name, headers, expected in [
            ("no credential", {"Origin": self.base}, 401), ("a foreign origin", {**own, "Origin": "http://evil.example"}, 403),
            ("no origin's scheme", {**own, "Origin": "null"}, 403), ("a wrong version", {**own, "Sec-WebSocket-Version": "8"}, 400),
            ("a short key", {**own, "Sec-WebSocket-Key": "abc"}, 400), ("a page of ours", own, 101),
        ]:
            connection, status, _ = self.handshake(headers)
            connection.close()
            if status != expected:
                self.failures.note(f"socket: {name} was answered {status} instead of {expected}")
        hello = self.frame(1, b'{"type":"subscribe","topics":["campaigns"]}')
        for name, sent, expected in [
            ("no mask", self.frame(1, b"{}", masked=False), 1002), ("bytes that are no UTF-8", self.frame(1, b"\xff\xfe"), 1007),
            ("a binary message", self.frame(2, b"x"), 1003), ("a message of 100 KB", self.frame(1, b"x" * 100_000), 1009),
            ("a long ping", self.frame(9, b"x" * 126), 1002), ("a ping in parts", self.frame(9, b"x", fin=False), 1002),
            ("a reserved opcode", self.frame(3, b"x"), 1002), ("a continuation of nothing", self.frame(0, b"x"), 1002),
            ("a flood", hello * 200, 4429), ("a goodbye", self.frame(8, struct.pack(">H", 1000)), 1000),
            ("a goodbye with a code that is none", self.frame(8, struct.pack(">H", 999)), 1002),
        ]:
            connection, status, rest = self.handshake(own)
            connection.sendall(sent)
            code = None
            try:
                for opcode, data in self.frames(connection, rest):
                    if opcode == 8:
                        code = struct.unpack(">H", data[:2])[0]
                        break
            except OSError:
                pass
            connection.close()
            if code != expected:
                self.failures.note(f"socket: {name} was closed with {code} instead of {expected}")
        connection, _, rest = self.handshake(own)
        half = b'{"type":"subscribe","topics":["campaigns"]}'
        connection.sendall(self.frame(1, half[:10], fin=False) + self.frame(9, b"hi") + self.frame(0, half[10:]))
        seen = self.frames(connection, rest)
        if next(seen) != (10, b"hi"):
            self.failures.note("socket: a ping between the parts of a message was not answered first")
        snapshot = json.loads(next(seen)[1])
        if snapshot["type"] != "snapshot" or len(snapshot["state"]["campaigns"]) < 1:
            self.failures.note("socket: the first message is no snapshot")
        made = self.make_campaign()
        change = json.loads(next(data for opcode, data in seen if opcode == 1))
        if change["type"] != "change" or change["key"] != made["id"] or change["seq"] <= snapshot["seq"]:
            self.failures.note(f"socket: the change that was made is not the next message: {change}")
        connection.close()
        connection, _, rest = self.handshake(own)
        connection.sendall(self.frame(1, json.dumps({"type": "subscribe", "topics": ["campaigns"], "after": snapshot["seq"]}).encode()))
        seen = self.frames(connection, rest)
        first, second = json.loads(next(seen)[1]), json.loads(next(seen)[1])
        if first["type"] != "resumed" or second != change:
            self.failures.note(f"socket: coming back does not go on with what was missed: {first} {second}")
        connection.close()
        self.check_events(own, change)

    def check_events(self, own, change):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        connection.request("GET", f"/live/events?topics=campaigns&after={change['seq'] - 1}", headers=own)
        answer = connection.getresponse()
        lines = []
        while len([line for line in lines if line.startswith("data:")]) < 2:
            lines.append(answer.readline().decode().strip())
        data = [json.loads(line[5:]) for line in lines if line.startswith("data:")]
        if answer.getheader("Content-Type") != "text/event-stream" or data[0]["type"] != "resumed" or data[1] != change:
            self.failures.note(f"events: the stream does not go on with what was missed: {data}")
        connection.close()


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
    try:
        server = Server(arguments.dure, folder)
        driver = browser()
        walk = Walk(server, driver, axe, arguments.pictures, failures)
        walk.only = [one for one in arguments.only.split(",") if one]
        walk.run()
        walk.check_socket()
        print(f"{walk.count} pages walked; pictures in {arguments.pictures}")
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
