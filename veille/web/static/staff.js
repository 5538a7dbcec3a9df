// Review with one key: it decides and moves on, in place. Everything works without this script:
// it posts the same forms to the same addresses, and asks for the part of the page that changed.
"use strict";

(() => {
  const list = document.getElementById("cases");
  const dialog = document.getElementById("keys");
  const said = document.getElementById("said");
  const bulk = document.getElementById("bulk");
  if (!list || !dialog || !said || !bulk) return;

  const FEW = 3; // cards left, below which more are asked for
  const DOMAINS = { 1: "financial_engineering", 2: "governance", 3: "leadership", 0: "none" };
  const AZERTY = { "&": 1, "é": 2, '"': 3, "à": 0 }; // what the row of digits gives without shift
  const GESTURES = {
    a: "accept", g: "keep", n: "irrelevant", x: "aside", l: "later", t: "discuss",
  };
  let busy = Promise.resolve();
  let asking = false;
  let leaving = false;
  let current = null;
  const done = []; // ids of the cards decided on here, last one last

  document.documentElement.classList.add("scripted");

  const cards = () => [...list.querySelectorAll(":scope > .case:not(.strip, .sending)")];
  const cardOf = (node) => node.closest?.(".case");
  const here = () => {
    const card = cardOf(document.activeElement);
    if (card && list.contains(card)) return card;
    return current && current.isConnected ? current : null;
  };
  const titleOf = (card) => card.querySelector("h2, bdi")?.textContent.trim() ?? "";
  const say = (text) => { said.textContent = text; };

  // Moving: the focus is on a card as a whole, and the card stays where it is on the screen.
  const go = (card, top) => {
    current = card;
    card.focus({ preventScroll: true });
    if (top !== undefined) window.scrollBy(0, card.getBoundingClientRect().top - top);
    const box = card.getBoundingClientRect();
    if (box.top < 0 || box.top > window.innerHeight - 120) card.scrollIntoView({ block: "start" });
  };
  const step = (way) => {
    const all = [...list.querySelectorAll(":scope > .case")];
    const from = here();
    if (!from) { if (all.length) go(cards()[0] ?? all[0]); return; }
    const next = all[all.indexOf(from) + way];
    if (next) { go(next); say(titleOf(next)); } else if (way > 0) further();
  };
  const after = (card) => {
    let next = card.nextElementSibling;
    while (next && next.matches(".strip, .sending")) next = next.nextElementSibling;
    return next ?? cards().find((one) => one !== card) ?? null;
  };

  // Asking the site: a part of a page, or nothing when it did not answer.
  const ask = async (url, body, card = here()) => {
    try {
      const answer = await fetch(url, {
        method: body ? "POST" : "GET", body, headers: { "X-Fragment": "1" },
        credentials: "same-origin", keepalive: Boolean(body), // what is on its way arrives
      });
      if (answer.redirected || answer.status === 403) {
        leaving = true;
        window.location.reload();
        return null;
      }
      if (!answer.ok && answer.status !== 409 && answer.status !== 422) throw new Error(answer.status);
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text(); // escaped by the site, scripts in it do not run
      return { status: answer.status, parts: [...holder.content.children] };
    } catch {
      say(list.dataset.lost);
      if (card && !card.querySelector(".wrong")) {
        const told = document.createElement("p");
        told.className = "wrong";
        told.textContent = list.dataset.lost;
        card.append(told);
      }
      return null;
    }
  };
  const fields = (form, extra) => {
    const data = new URLSearchParams(new FormData(form));
    for (const [name, value] of Object.entries(extra)) data.set(name, value);
    return data;
  };

  // What replaces a card must not move the one that has the focus.
  const steady = (change) => {
    const card = here();
    const top = card?.getBoundingClientRect().top;
    change();
    if (card?.isConnected) window.scrollBy(0, card.getBoundingClientRect().top - top);
  };

  // The next card has the focus at once; the answer comes when it comes.
  const decide = (card, extra) => {
    if (card.dataset.sent) return;
    card.dataset.sent = "1";
    card.querySelectorAll(".wrong").forEach((one) => one.remove());
    const form = card.querySelector("form.decide");
    const data = fields(form, extra);
    const next = after(card);
    const top = card.getBoundingClientRect().top;
    card.classList.add("sending");
    if (next) go(next, Math.max(top, 0));
    busy = busy.then(async () => {
      const answer = await ask(form.action, data, card);
      delete card.dataset.sent;
      if (!answer || answer.status === 422) {
        steady(() => card.classList.remove("sending"));
        if (!answer) return;
        card.append(...answer.parts);
        say(answer.parts[0].textContent);
        if (!next || here() === next) { go(card); form.elements.place.focus(); }
        return;
      }
      const [strip] = answer.parts;
      steady(() => card.replaceWith(strip));
      if (answer.status === 200) done.push(strip.id);
      fewer(1);
      count();
      const told = strip.querySelector(".told").textContent;
      const now = here();
      if (!now) go(cards()[0] ?? strip);
      say(`${told}. ${now ? list.dataset.on.replace("{title}", titleOf(now)) : list.dataset.end}`);
      if (cards().length <= FEW) await further();
    });
  };

  const takeBack = async (strip) => {
    const form = strip?.querySelector("form.undo");
    if (!form) { say(list.dataset.nothing); return; }
    const answer = await ask(form.action, fields(form, {}), strip);
    if (!answer) return;
    const [card] = answer.parts;
    if (!card) { leaving = true; window.location.reload(); return; }
    const at = done.indexOf(strip.id);
    if (at >= 0) done.splice(at, 1);
    strip.replaceWith(card);
    if (answer.status === 200) fewer(-1);
    go(card);
    say(titleOf(card));
  };
  const undo = (strip) => {
    if (strip.dataset.sent) return;
    strip.dataset.sent = "1";
    busy = busy.then(() => takeBack(strip)).then(() => { delete strip.dataset.sent; });
  };
  const undoLast = () => {
    busy = busy.then(() => {
      const said = document.querySelector(".flash form button"); // of a whole page before this one
      if (done.length || !said) return takeBack(document.getElementById(done.at(-1) ?? ""));
      said.click();
      return null;
    });
  };

  const further = async () => {
    if (asking || !document.getElementById("further")) return;
    asking = true;
    const from = async (start) => {
      const answer = await ask(`${list.dataset.more}&start=${start}`);
      return answer?.parts.filter((one) => one.id && !document.getElementById(one.id));
    };
    const start = Number(list.dataset.start);
    let fresh = await from(start + cards().length);
    if (fresh && !fresh.length) fresh = await from(start); // others decide too: the rest moved up
    asking = false;
    if (!fresh) return;
    list.append(...fresh);
    if (!fresh.length) document.getElementById("further").remove();
    else if (!here()) go(fresh[0]);
  };

  // How many wait, as the page says it.
  const waiting = document.getElementById("waiting");
  const fewer = (by) => {
    if (list.dataset.state !== "new" || !waiting?.dataset.said) return;
    const left = Math.max(0, Number(waiting.dataset.n) - by);
    const said = left.toLocaleString(document.documentElement.lang);
    waiting.textContent = waiting.textContent.replace(waiting.dataset.said, said);
    Object.assign(waiting.dataset, { n: left, said });
  };

  // Ticks: several stories at once.
  const count = () => {
    const ticked = list.querySelectorAll('input[name="story"]:checked').length;
    bulk.classList.toggle("some", ticked > 0);
    return ticked;
  };
  const tick = (card) => {
    const box = card.querySelector('input[name="story"]');
    if (!box) return;
    box.checked = !box.checked;
    count();
    say(box.checked ? list.dataset.ticked : list.dataset.unticked);
  };

  // Keys: none with modifiers, none while one writes; digits with and without shift (AZERTY).
  const writing = (node) =>
    node.isContentEditable || /^(?:textarea|select)$/i.test(node.tagName) ||
    (node.tagName === "INPUT" && !/^(?:checkbox|radio|button|submit)$/.test(node.type));
  const digit = (event) => {
    if (event.key in AZERTY) return AZERTY[event.key];
    return /^[0-3]$/.test(event.key) ? Number(event.key) : null;
  };
  const opened = (card, which) => {
    const found = card.querySelector(which);
    if (found) found.open = true;
    return found;
  };
  const onCard = {
    d: (card) => card.querySelector(".domains input").focus(),
    r: (card) => card.querySelector(".place input").focus(),
    e: (card) => { opened(card, ".noting").querySelector("textarea").focus(); },
    v: (card) => { const text = card.querySelector(".reading"); text.open = !text.open; },
    o: (card) => {
      const link = card.querySelector("a.out");
      if (link) window.open(link.href, "_blank", "noopener,noreferrer");
    },
    s: tick,
  };
  const anywhere = {
    j: () => step(1),
    k: () => step(-1),
    u: undoLast,
    m: () => {
      if (count() > 1) busy = busy.then(() => bulk.querySelector('[value="merge"]').click());
    },
  };

  const keyed = (card, event) => {
    const number = digit(event);
    if (number !== null) {
      const boxes = document.activeElement.closest(".domains");
      if (boxes && number) {
        const box = boxes.querySelector(`input[value="${DOMAINS[number]}"]`);
        box.checked = !box.checked;
      } else if (!boxes) {
        decide(card, { do: "accept", only: DOMAINS[number], relevant: "yes" });
      }
      return true;
    }
    if (event.key in GESTURES) { decide(card, { do: GESTURES[event.key] }); return true; }
    if (event.key in onCard) { onCard[event.key](card); return true; }
    return false;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape") {
      const card = here();
      if (!dialog.open && card && document.activeElement !== card) { go(card); event.preventDefault(); }
      return;
    }
    if (dialog.open || writing(event.target)) return;
    if (event.key === "?") { show(); event.preventDefault(); return; }
    if (!keysOn() || event.repeat) return;
    if (event.shiftKey && digit(event) === null) return;
    const free = anywhere[event.key];
    const card = here();
    if (free) free();
    else if (!card || card.classList.contains("strip") || !keyed(card, event)) return;
    event.preventDefault();
  });

  // Whoever leaves while decisions wait for their turn to be sent is asked to stay.
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && list.querySelector(":scope > .sending")) event.preventDefault();
  });

  // What is clicked does the same as its key.
  list.addEventListener("submit", (event) => {
    const card = cardOf(event.target);
    if (event.target.matches("form.decide") && event.submitter?.name === "do") {
      event.preventDefault();
      current = card;
      decide(card, { do: event.submitter.value });
    } else if (event.target.matches("form.undo")) {
      event.preventDefault();
      undo(card);
    }
  });
  list.addEventListener("focusin", (event) => { current = cardOf(event.target) ?? current; });
  list.addEventListener("change", (event) => {
    if (event.target.name === "story") count();
    if (event.target.name === "domain" && event.target.checked) {
      cardOf(event.target).querySelector('[name="relevant"][value="yes"]').checked = true;
    }
  });

  // The keys can be shown, and turned off for those who speak to their machine.
  const box = document.getElementById("keys-on");
  const keysOn = () => box.checked;
  const remembered = () => {
    try { return window.localStorage.getItem("veille.keys") !== "off"; } catch { return true; }
  };
  const show = () => dialog.showModal();
  box.checked = remembered();
  document.documentElement.classList.toggle("keyless", !box.checked);
  box.addEventListener("change", () => {
    document.documentElement.classList.toggle("keyless", !box.checked);
    try { window.localStorage.setItem("veille.keys", box.checked ? "on" : "off"); } catch { /* private */ }
  });
  const button = document.getElementById("show-keys");
  button.hidden = false;
  button.addEventListener("click", show);

  count();
  const wanted = window.location.hash.startsWith("#card-")
    ? document.getElementById(window.location.hash.slice(1)) : null;
  const first = wanted ?? cards()[0];
  if (first && document.activeElement === document.body) {
    current = first;
    first.focus({ preventScroll: !wanted });
  }
})();
