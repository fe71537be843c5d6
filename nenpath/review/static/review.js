"use strict";
// Keys become requests, one after the other; the server answers with what the page then shows.
(() => {
  const $ = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const body = document.body;
  const position = Number(body.dataset.position);
  const here = `/report/${position}`;
  const text = $("#text");
  let seen = Number(body.dataset.seen);
  let open = Number(body.dataset.open);
  let current = null; // name of the field
  let also = []; // fields opened by hand
  let leaving = false;
  let work = Promise.resolve();
  let touched = Date.now();

  let fading = 0;
  const say = (words) => {
    $("#said").textContent = words;
    clearTimeout(fading);
    fading = setTimeout(() => { $("#said").textContent = ""; }, 10000);
  };
  const leave = (address) => { leaving = true; location.assign(address); };
  const cards = () => all(".card");
  const cardOf = (name) => cards().find((card) => card.dataset.field === name);
  const card = () => cardOf(current);

  // Requests wait for each other, so that keys pressed fast are not lost or applied to the wrong state.
  const queue = (job) => {
    work = work.then(async () => {
      if (leaving) return;
      try { await job(); } catch { say("The server does not answer. Nothing was saved; is nenpath review running?"); }
    });
  };

  async function post(address, content) {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(content),
    });
    let data = {};
    try { data = await answer.json(); } catch { /* no JSON */ }
    return { ok: answer.ok, data, message: data.message || (answer.ok ? "" : "Refused.") };
  }

  async function show(data) {
    const isOpen = all("#fields details").map((element) => element.open);
    $("#fields").innerHTML = data.fields;
    all("#fields details").forEach((element, number) => { element.open = Boolean(isOpen[number]); });
    seen = data.seen;
    open = data.open;
    if (data.text_changed) {
      const answer = await fetch(`${here}/text`);
      if (answer.ok) {
        const at = text.scrollTop;
        text.innerHTML = await answer.text();
        text.scrollTop = at;
      }
    }
  }

  async function refresh(textChanged) {
    const { ok, data, message } = await post(`${here}/fields`, also);
    if (!ok) { say(message); return; }
    await show({ ...data, text_changed: textChanged });
    select(current);
  }

  function select(name) {
    const wanted = cardOf(name) || cards()[0];
    cards().forEach((one) => one.removeAttribute("aria-current"));
    all("mark.now, mark.other").forEach((mark) => mark.classList.remove("now", "other"));
    current = wanted ? wanted.dataset.field : null;
    if (!wanted) return;
    wanted.setAttribute("aria-current", "true");
    wanted.focus({ preventScroll: true });
    wanted.scrollIntoView({ block: "nearest" });
    const marks = all(`mark[data-fields~="${current}"]`);
    const others = all(`mark[data-others~="${current}"]`);
    others.forEach((mark) => mark.classList.add("other"));
    marks.forEach((mark) => { mark.classList.remove("other"); mark.classList.add("now"); });
    const first = marks[0] || others[0];
    if (first) first.scrollIntoView({ block: "center" });
  }

  function onward() {
    const list = cards();
    const from = list.indexOf(card());
    const order = [...list.slice(from + 1), ...list.slice(0, from + 1)];
    const next = order.find((one) => one.dataset.settled === "0");
    if (next) { select(next.dataset.field); return; }
    select(current);
    if (open === 0 && $("#sign")) say("Saved. All fields are settled: Enter signs off and opens the next report.");
  }

  function step(by) {
    const list = cards();
    const at = list.indexOf(card()) + by;
    if (at >= 0 && at < list.length) select(list[at].dataset.field);
    else say(by > 0 ? "Last field. Shift+N opens the next report." : "First field. Shift+P opens the previous report.");
  }

  async function decide(action, given) {
    const field = current;
    if (!field) { say("Choose a field first: o opens the other fields."); return null; }
    const answer = await post(`${here}/decide`, { field, action, given: given ?? null, seen, also });
    if (!answer.ok) { say(answer.message); return answer; }
    await show(answer.data);
    const value = $(`#value-${CSS.escape(field)}`);
    say(`Saved: ${cardOf(field).dataset.title}, ${value.textContent}`);
    if (action === "evidence") select(field); else onward();
    return answer;
  }

  async function sign(whole) {
    const answer = await post(`${here}/sign`, { seen, whole });
    if (answer.ok) leave(`/next?after=${position}`); else say(answer.message);
  }

  async function reopen() {
    const answer = await post(`${here}/reopen`, {});
    say(answer.message);
    await refresh(false);
  }

  async function undo() {
    const answer = await post("/undo", {});
    if (!answer.ok) { say(answer.message); return; }
    if (answer.data.position !== position) { leave(`/report/${answer.data.position}`); return; }
    await refresh(true);
    say(answer.message);
  }

  // Typing a value
  function type() {
    const one = card();
    if (!one) return;
    $("#editor-title").textContent = one.dataset.title;
    $("#editor-hint").textContent = one.dataset.hint;
    $("#editor-wrong").textContent = "";
    $("#typed").value = "";
    $("#options").replaceChildren(...one.dataset.options.split("|").filter(Boolean).map((value) => {
      const option = document.createElement("option");
      option.value = value;
      return option;
    }));
    $("#editor").showModal();
    $("#typed").focus();
  }
  $("#editor form").addEventListener("submit", (event) => {
    event.preventDefault();
    const value = $("#typed").value;
    queue(async () => {
      const answer = await decide("value", value);
      if (answer && answer.ok) { $("#editor").close(); if (card()) card().focus({ preventScroll: true }); }
      else if (answer) { $("#editor-wrong").textContent = answer.message; say(""); }
    });
  });

  $("#goto form").addEventListener("submit", (event) => {
    event.preventDefault();
    queue(async () => {
      const answer = await post("/find", { report_id: $("#wanted").value });
      if (answer.ok) leave(`/report/${answer.data.position}`);
      else $("#goto-wrong").textContent = answer.message;
    });
  });

  // Selected words become offsets in code points of the text as read: every piece knows where it begins.
  // A line break that is two characters in the text as read is one here.
  const double = text.dataset.doubleBreaks === "1";
  const points = (words) => [...words].length + (double ? words.split("\n").length - 1 : 0);
  function offset(node, at, atEnd) {
    if (node.nodeType === Node.TEXT_NODE) {
      const piece = node.parentElement.closest("[data-start]");
      return piece ? Number(piece.dataset.start) + points(node.data.slice(0, at)) : null;
    }
    const child = node === text ? node.childNodes[at] : node.closest("[data-start]");
    if (child && child.dataset) {
      const whole = node !== text && at > 0 ? points(child.textContent) : 0;
      return Number(child.dataset.start) + whole;
    }
    const last = text.lastElementChild;
    return atEnd && last ? Number(last.dataset.start) + points(last.textContent) : null;
  }
  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
    const start = offset(range.startContainer, range.startOffset, false);
    const end = offset(range.endContainer, range.endOffset, true);
    return start === null || end === null || end <= start ? null : [start, end];
  }
  async function mark() {
    const places = selected();
    if (!places) { say("Select words of the report first, or find them with /."); return; }
    getSelection().removeAllRanges();
    await decide("evidence", places);
  }

  // Finding words selects them, so that evidence can be marked without a mouse.
  let sought = "";
  let foundAt = -1;
  function find(words) {
    if (!words) return;
    const haystack = text.textContent.toLowerCase();
    const needle = words.toLowerCase();
    let at = haystack.indexOf(needle, words === sought ? foundAt + 1 : 0);
    if (at < 0) at = haystack.indexOf(needle);
    sought = words;
    foundAt = at;
    if (at < 0) { say("Not found."); return; }
    const range = document.createRange();
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    let passed = 0;
    let begun = false;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!begun && at < passed + node.length) { range.setStart(node, at - passed); begun = true; }
      if (begun && at + needle.length <= passed + node.length) { range.setEnd(node, at + needle.length - passed); break; }
      passed += node.length;
    }
    text.focus({ preventScroll: true });
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    (range.startContainer.parentElement || text).scrollIntoView({ block: "center" });
    say("Selected. m marks it as evidence, . finds the next.");
  }
  $("#finder").addEventListener("submit", (event) => {
    event.preventDefault();
    find($("#words").value);
  });

  const dialogs = () => all("dialog").some((dialog) => dialog.open);
  const does = {
    "previous-report": () => leave(`/previous?before=${position}`),
    "next-report": () => leave(`/next?after=${position}`),
    go: () => { $("#goto-wrong").textContent = ""; $("#goto").showModal(); },
    undo: () => queue(undo),
    help: () => $("#help").showModal(),
    sign: () => queue(() => sign(false)),
    "sign-whole": () => queue(() => sign(true)),
    reopen: () => queue(reopen),
    close: () => all("dialog[open]").forEach((dialog) => dialog.close()),
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const one = event.target.closest(".card");
    if (one && one.dataset.field !== current) select(one.dataset.field);
    if (!button) return;
    const { act, given, field } = button.dataset;
    if (act === "type") queue(async () => type());
    else if (act === "evidence") queue(mark);
    else if (act) queue(() => decide(act, given ? Number(given) : null));
    else if (button.dataset.do === "also") {
      queue(async () => { also = [...also, field]; current = field; await refresh(false); });
    } else if (does[button.dataset.do]) does[button.dataset.do]();
  });
  // A click on a button must not take the selection away from the words it is to mark.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("button[data-act=evidence]")) event.preventDefault();
  });

  function enter() {
    const one = card();
    if (one && one.dataset.settled === "0") return decide("accept");
    if (open > 0) { onward(); return null; }
    return sign(false);
  }

  document.addEventListener("keydown", (event) => {
    touched = Date.now();
    if (event.ctrlKey || event.metaKey || event.altKey || leaving || event.isComposing) return;
    if (dialogs()) return;
    if (event.target.closest("input")) {
      if (event.key === "Escape") { $("#finder").hidden = true; text.focus(); }
      return;
    }
    const key = event.key;
    if (key === "Enter" && event.target.closest("button, summary, a")) return;
    if (event.shiftKey && key.startsWith("Arrow")) {
      const selection = getSelection();
      if (selection.rangeCount && text.contains(selection.anchorNode)) {
        const forward = key === "ArrowRight" || key === "ArrowDown";
        selection.modify("extend", forward ? "forward" : "backward", key === "ArrowRight" || key === "ArrowLeft" ? "word" : "line");
        event.preventDefault();
      }
      return;
    }
    // A key held down must not decide or sign off more than once.
    if (event.repeat && !"njpk".includes(key)) { event.preventDefault(); return; }
    const acts = {
      a: () => queue(() => decide("accept")),
      Enter: () => queue(enter),
      x: () => queue(() => decide("not_stated")),
      m: () => queue(mark),
      e: () => queue(async () => type()),
      n: () => queue(async () => step(1)),
      j: () => queue(async () => step(1)),
      p: () => queue(async () => step(-1)),
      k: () => queue(async () => step(-1)),
      N: () => queue(async () => does["next-report"]()),
      P: () => queue(async () => does["previous-report"]()),
      s: () => queue(() => sign(false)),
      S: () => queue(() => sign(true)),
      u: () => queue(undo),
      r: () => queue(reopen),
      g: () => does.go(),
      "?": () => does.help(),
      "/": () => { $("#finder").hidden = false; $("#words").focus(); $("#words").select(); },
      ".": () => find(sought),
      o: () => { $("#rest").open = true; const first = $("#rest button"); if (first) first.focus(); },
    };
    if (/^[1-9]$/.test(key)) queue(() => decide("pick", Number(key)));
    else if (Object.hasOwn(acts, key)) acts[key]();
    else return;
    event.preventDefault();
  });

  // The report stays this reviewer's while somebody is at the page.
  ["pointermove", "scroll"].forEach((name) => document.addEventListener(name, () => { touched = Date.now(); }, { passive: true, capture: true }));
  setInterval(() => {
    if (Date.now() - touched < 120000) fetch(`${here}/claim`, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).catch(() => {});
  }, 60000);

  const start = cards().find((one) => one.dataset.settled === "0");
  select(start ? start.dataset.field : null);
  body.dataset.ready = "1";
})();
