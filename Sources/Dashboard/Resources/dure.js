// SPDX-License-Identifier: Apache-2.0
// The dashboard's only script: pages renew themselves, charts tell their values, forms carry their token.
"use strict";
(() => {
  const body = document.body;
  const state = document.getElementById("live-state");

  // --- The server writes every time, those in charts too, in the reader's own time zone, which only the browser knows. ---

  function tellZone() {
    let zone;
    try { zone = Intl.DateTimeFormat().resolvedOptions().timeZone; } catch { return false; }
    if (!zone || zone === document.documentElement.dataset.zone) return false;
    document.cookie = `dure-zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
    return document.cookie.includes("dure-zone=");
  }

  // --- Parts of the page are replaced by newer ones; what has the focus keeps it. ---

  let isTouched = false;
  let renewing = false;
  let again = false;

  function take(html) {
    const next = new DOMParser().parseFromString(html, "text/html");
    let changed = false;
    for (const part of document.querySelectorAll("[data-part]")) {
      const newer = next.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      if (!newer || newer.isEqualNode(part)) continue;
      // A form that somebody fills in is not taken out of their hands.
      if (part.querySelector("form[data-send]") && part.contains(document.activeElement)) continue;
      const focus = part.contains(document.activeElement) ? path(document.activeElement, part) : null;
      const scrolls = [...part.querySelectorAll(".scroll")].map((one) => one.scrollLeft);
      part.replaceWith(newer);
      newer.querySelectorAll(".scroll").forEach((one, index) => { one.scrollLeft = scrolls[index] || 0; });
      if (focus) { const found = follow(focus, newer); if (found) found.focus({ preventScroll: true }); }
      changed = true;
    }
    const here = new Set([...document.querySelectorAll("main > [data-part]")].map((one) => one.dataset.part));
    const end = document.getElementById("zone");
    for (const newer of next.querySelectorAll("main > [data-part]")) {
      if (!here.has(newer.dataset.part)) { end.before(newer); changed = true; }
    }
    const side = document.getElementById("nav");
    const newSide = next.getElementById("nav");
    if (side && newSide && !side.contains(document.activeElement) && !side.firstElementChild.isEqualNode(newSide.firstElementChild)) {
      side.firstElementChild.replaceWith(newSide.firstElementChild);
    }
    return changed;
  }

  function path(element, root) {
    const steps = [];
    for (let one = element; one !== root; one = one.parentElement) steps.unshift([...one.parentElement.children].indexOf(one));
    return steps;
  }

  function follow(steps, root) {
    return steps.reduce((one, step) => (one && one.children[step]) || null, root);
  }

  async function renew() {
    if (renewing) { again = true; return; }
    renewing = true;
    do {
      again = false;
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-cache" });
        if (answer.status === 401) { ended(); return; }
        if (answer.ok) {
          take(await answer.text());
          document.documentElement.dataset.renewed = String(Date.now());
        }
      } catch { /* The stream tells when the server is gone. */ }
      await new Promise((done) => setTimeout(done, 250));
    } while (again);
    renewing = false;
  }

  // --- The live stream: a socket, or server-sent events where there can be none. ---

  let last = null;
  let wait = 500;
  let wasLost = false;
  let isOver = false;
  let wakeUp = null;

  function say(text) { if (state && state.textContent !== text) state.textContent = text; }

  function opened() {
    wait = 500;
    body.dataset.stream = "open";
    if (!wasLost) return;
    wasLost = false;
    say(body.dataset.liveBack);
    setTimeout(() => { if (!wasLost) say(""); }, 2000);
  }

  function heard(message) {
    if (typeof message.seq === "number") last = message.seq;
    // After a snapshot the page is looked at anew: something may have changed after it was written and before anybody listened.
    if (message.type === "snapshot") { opened(); renew(); }
    else if (message.type === "resumed") opened();
    else if (message.type === "change") renew();
  }

  // What was filled in stays; otherwise the page that says how to sign in takes its place.
  function ended() {
    if (isOver) return;
    isOver = true;
    body.dataset.stream = "ended";
    if (isTouched) say(body.dataset.liveEnded);
    else location.reload();
  }

  async function lost(retry) {
    if (isOver) return;
    body.dataset.stream = "lost";
    if (!wasLost) { wasLost = true; say(body.dataset.liveLost); }
    await new Promise((done) => { wakeUp = done; setTimeout(done, wait + Math.random() * 250); });
    wait = Math.min(wait * 2, 15000);
    try {
      // A stream that is refused does not say why.
      const answer = await fetch("/api/v1/session", { cache: "no-store" });
      if (answer.status === 401) { ended(); return; }
    } catch { /* The server is not there yet. */ }
    retry();
  }

  function stream(topics) {
    const address = (location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/live";
    let isOpen = false;
    const socket = new WebSocket(address);
    socket.onopen = () => {
      isOpen = true;
      socket.send(JSON.stringify({ type: "subscribe", topics, after: last }));
    };
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === "ping") socket.send(JSON.stringify({ type: "pong" }));
      else heard(message);
    };
    socket.onclose = () => lost(() => (isOpen ? stream(topics) : events(topics)));
  }

  function events(topics) {
    const query = "topics=" + encodeURIComponent(topics.join(",")) + (last === null ? "" : "&after=" + last);
    const source = new EventSource("/live/events?" + query);
    source.onmessage = (event) => heard(JSON.parse(event.data));
    source.onerror = () => { source.close(); lost(() => stream(topics)); };
  }

  // Who looks at the page again need not wait for the next try.
  for (const name of ["online", "focus"]) window.addEventListener(name, () => { if (wakeUp) wakeUp(); });

  if (tellZone()) renew();

  const topics = (body.dataset.topics || "").split(" ").filter(Boolean);
  if (topics.length > 0) stream(topics);

  // --- Forms: the token goes in a header, so that no other site can send one. ---

  const token = document.querySelector('meta[name="form-token"]');

  document.addEventListener("input", (event) => { if (event.target.closest("form[data-send]")) isTouched = true; });

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-send]");
    if (!form) return;
    event.preventDefault();
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    if (event.submitter && event.submitter.name) data.append(event.submitter.name, event.submitter.value);
    const buttons = [...form.querySelectorAll("button[type=submit]")];
    buttons.forEach((one) => { one.disabled = true; });
    form.setAttribute("aria-busy", "true");
    try {
      const headers = { "Content-Type": "application/x-www-form-urlencoded", Accept: "text/html" };
      if (token) headers["X-CSRF-Token"] = token.content;
      const answer = await fetch(form.action, { method: "POST", headers, body: data });
      if (answer.status === 401) { ended(); return; }
      if (answer.redirected) { location.href = answer.url; return; }
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      const content = next.getElementById("content");
      if (!content) throw new Error("no page");
      document.getElementById("content").replaceWith(content);
      document.title = next.title;
      content.focus();
      window.scrollTo(0, 0);
    } catch {
      say(body.dataset.failed);
    } finally {
      buttons.forEach((one) => { one.disabled = false; });
      form.removeAttribute("aria-busy");
    }
  });

  document.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-fill]");
    if (fill) {
      const field = document.getElementById(fill.dataset.fill);
      if (field) { field.value = fill.dataset.value; field.focus(); }
      return;
    }
    const menu = event.target.closest(".menu");
    if (menu) {
      const isOpen = menu.getAttribute("aria-expanded") === "true";
      menu.setAttribute("aria-expanded", String(!isOpen));
      document.getElementById("nav").classList.toggle("open", !isOpen);
    }
  });

  document.addEventListener("change", async (event) => {
    const file = event.target.closest("input[type=file][data-into]");
    if (!file || !file.files[0]) return;
    const area = file.form.elements.namedItem(file.dataset.into);
    if (!area) return;
    const read = decoded(new Uint8Array(await file.files[0].arrayBuffer()));
    area.value = read.text;
    const said = document.getElementById(file.dataset.read);
    if (said) said.textContent = said.dataset.text.replace("{0}", read.encoding);
  });

  // Spreadsheets of Korean Windows write code page 949, which a browser calls EUC-KR; what is no UTF-8 cannot be told from it otherwise.
  function decoded(bytes) {
    const marks = [["utf-16le", 0xFF, 0xFE], ["utf-16be", 0xFE, 0xFF]];
    const mark = marks.find(([, first, second]) => bytes[0] === first && bytes[1] === second);
    if (mark) return { text: new TextDecoder(mark[0]).decode(bytes), encoding: mark[0].toUpperCase() };
    try {
      return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "UTF-8" };
    } catch {
      return { text: new TextDecoder("euc-kr").decode(bytes), encoding: "EUC-KR (CP949)" };
    }
  }

  // --- Charts: what a mark stands for, beside the pointer. ---

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  body.append(tip);

  function mark(target) {
    if (!(target instanceof Element)) return null;
    for (let one = target.closest("svg g, svg circle, svg text"); one; one = one.parentElement && one.parentElement.closest("svg g")) {
      const title = [...one.children].find((child) => child.tagName === "title");
      if (title) return title;
    }
    return null;
  }

  document.addEventListener("pointermove", (event) => {
    const title = mark(event.target);
    if (!title) { tip.hidden = true; return; }
    tip.textContent = title.textContent;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const x = Math.min(event.clientX + 14, document.documentElement.clientWidth - box.width - 8);
    const y = event.clientY + 18 + box.height > window.innerHeight ? event.clientY - box.height - 10 : event.clientY + 18;
    tip.style.left = Math.max(8, x) + "px";
    tip.style.top = y + "px";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    tip.hidden = true;
    const menu = document.querySelector('.menu[aria-expanded="true"]');
    if (menu) { menu.click(); menu.focus(); }
  });
})();
