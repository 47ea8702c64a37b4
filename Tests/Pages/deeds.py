# SPDX-License-Identifier: Apache-2.0
"""What a person does on the pages, and what happens to a page that stays open."""

import re
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from house import wait_for


class Deeds:
    def open_page(self, path):
        """Opens a page and waits until it hears the stream."""
        self.driver.get(self.base + path)
        self.wait_for_stream()

    def wait_for_stream(self, what="the live stream"):
        wait_for(what, lambda: self.driver.execute_script("return document.body.dataset.stream === 'open'"), 30)

    def check_doors(self):
        """The pages that need no session: a link that is none, and the page after a sign-out."""
        for path, text in [("/sign-in", "dure open"), ("/signed-out", "dure open")]:
            self.driver.get(self.base + path)
            wait_for(f"the words of {path}", lambda: text in self.driver.find_element(By.TAG_NAME, "main").text, 20)
            self.judge(path)
            self.picture("door-" + path.strip("/"))
            self.check_logs(path)

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
        self.judge("the plan")
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
        self.judge("the analysis")
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
            self.open_page("/campaigns")
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

    def check_restart(self):
        """A page that is open while the server is restarted hears the stream again by itself, and shows what changed meanwhile."""
        driver = self.driver
        self.open_page("/campaigns")
        driver.execute_script("window.isTheSame = true")
        events, answer = self.listen("campaigns")
        answer.readline()
        seconds = self.server.stop()
        while answer.readline():
            pass
        events.close()
        print(f"the server stops in {seconds:.1f} s with a page and a stream open", flush=True)
        if seconds > 10:
            self.failures.note(f"the server takes {seconds:.1f} s to stop while a page and a stream are open")
        wait_for("the word that the connection is lost", lambda: driver.find_element(By.ID, "live-state").text, 30)
        self.server.start()
        made = self.make_campaign()
        self.wait_for_stream("the live stream after a restart")
        selector = f"main a[href='/campaigns/{made['id']}']"
        wait_for("the change on the page after a restart", lambda: driver.find_elements(By.CSS_SELECTOR, selector), 30)
        if not driver.execute_script("return window.isTheSame === true"):
            self.failures.note("the page was loaded anew after a restart")
        # That nobody answered for a while is in the log, as it should be.
        driver.get_log("browser")

    def check_end(self):
        """A page whose session ends says so; what somebody has filled in stays."""
        driver = self.driver
        self.driver.get(self.base + "/goals/new")
        driver.find_element(By.ID, "field-sentence").send_keys("half a goal")
        cookie, token = self.cookie(), self.token()
        form = driver.current_window_handle
        driver.switch_to.new_window("tab")
        self.open_page("/")
        button = driver.find_element(By.CSS_SELECTOR, "form[action='/sign-out'] button")
        button.click()
        wait_for("the page after the sign-out", lambda: driver.current_url.endswith("/signed-out"), 20)
        status, _ = self.ask("GET", "/api/v1/session", headers={"Cookie": cookie, "X-CSRF-Token": token})
        if status != 401:
            self.failures.note(f"after the sign-out the session's cookie was answered {status} instead of 401")
        driver.get(self.base + "/campaigns")
        if not driver.find_elements(By.CSS_SELECTOR, "#problem .empty"):
            self.failures.note("without a session a page does not say how to sign in")
        self.judge("without a session")
        self.picture("door-no-session")
        driver.close()
        driver.switch_to.window(form)
        self.submit("sentence", "read")
        wait_for("the word that the session is over", lambda: "dure open" in driver.find_element(By.ID, "live-state").text, 30)
        if driver.find_element(By.ID, "field-sentence").get_attribute("value") != "half a goal":
            self.failures.note("what was filled in was lost with the session")
        driver.get_log("browser")
