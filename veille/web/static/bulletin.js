/* The bulletin desk with a script: gestures happen in place, items are dragged or moved with the
   arrows. Every gesture posts one of the page's own forms: without this file they do the same. */
"use strict";

(() => {
  const main = document.querySelector("main");
  let busy = false;

  /* Post a form (or read a page) and put the main part of the answer in place of ours. */
  async function send(form, button, extra = {}) {
    if (busy) return;
    busy = true;
    const data = new URLSearchParams(new FormData(form, button));
    for (const [name, value] of Object.entries(extra)) data.set(name, value);
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const told = page.querySelector("#editing");
      const open = form.closest(".place-of-form");
      if (answer.status === 409 && told && open) show(open, told);
      else if (page.querySelector("[data-desk]")) swap(page, open);
      else window.location.assign(answer.url);
    } catch {
      const pressed = button?.name ? { [button.name]: button.value } : {};
      for (const [name, value] of Object.entries({ ...pressed, ...extra })) { // else it says less
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name, value });
        form.append(field);
      }
      form.submit();
    } finally {
      busy = false;
    }
  }

  /* Put a new desk in place; forms that are open on other items stay open, as they were. */
  function swap(page, saved) {
    const focused = document.activeElement?.id;
    const open = [...document.querySelectorAll(".place-of-form")].filter((one) => one !== saved);
    const home = saved?.closest("[id]")?.id;
    const scroll = window.scrollY;
    const fresh = page.querySelector("main");
    const kept = open.map((one) => [one.closest("[id]").id, one]);
    main.replaceChildren(...document.adoptNode(fresh).childNodes);
    for (const [id, one] of kept) document.getElementById(id)?.append(one);
    ready();
    window.scrollTo(0, scroll);
    const back = document.getElementById(focused) || document.getElementById(home)?.querySelector("[data-edit]");
    back?.focus({ preventScroll: true });
    say(focused);
  }

  /* Say where an item is now, to those who do not see it move. */
  function say(focused) {
    const item = document.getElementById(focused)?.closest("[data-item]");
    const line = document.querySelector("[data-said]");
    if (!item || !line) return;
    const of = item.closest("[data-list]").querySelectorAll("[data-item]").length;
    const words = document.querySelector("[data-desk]").dataset.moved;
    line.textContent = words.replace("{place}", item.dataset.place).replace("{of}", of);
  }

  /* Open the form of an item below it. */
  async function edit(link) {
    const home = link.closest("[id^=item-], #words");
    const there = home.querySelector(".place-of-form");
    if (there) return there.querySelector("input, textarea:not([hidden])").focus();
    const answer = await fetch(link.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("#editing");
    if (!form) return window.location.assign(link.href);
    const place = document.createElement("div");
    place.className = "place-of-form";
    document.getElementById(home.id)?.append(place); // the page may be another by now
    show(place, form);
  }

  function show(place, form) {
    place.replaceChildren(...document.adoptNode(form).childNodes);
    place.querySelector("[role=alert], input:not([type=hidden]), textarea")?.focus();
    const first = place.querySelector("form input:not([type=hidden]), form textarea");
    if (first) first.focus();
  }

  function close(place) {
    const home = place.closest("[id]");
    place.remove();
    home.querySelector("[data-edit]")?.focus();
  }

  /* Dragging: the item follows the pointer from list to list; let go, it is posted. */
  function drag(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button) return;
    event.preventDefault();
    const item = grip.closest("[data-item]");
    const form = item.querySelector("[data-move]");
    const from = [item.parentElement, item.nextElementSibling];
    item.classList.add("held");
    grip.focus({ preventScroll: true });

    const follow = ({ clientX, clientY }) => {
      const under = document.elementFromPoint(clientX, clientY);
      const list = under?.closest("[data-section]")?.querySelector("[data-list]");
      if (!list) return;
      const after = [...list.children].find((one) => {
        const box = one.getBoundingClientRect();
        return one !== item && clientY < box.top + box.height / 2;
      });
      if (list !== item.parentElement || after !== item.nextElementSibling) list.insertBefore(item, after ?? null);
    };
    const back = () => from[0].insertBefore(item, from[1]);
    const end = (last) => {
      document.removeEventListener("pointermove", follow);
      for (const name of ["pointerup", "pointercancel"]) document.removeEventListener(name, end);
      document.removeEventListener("keydown", escape);
      item.classList.remove("held");
      if (last.type !== "pointerup") return back();
      const moved = item.parentElement !== from[0] || item.nextElementSibling !== from[1];
      const section = item.closest("[data-section]").dataset.section;
      const to = [...item.parentElement.children].indexOf(item) + 1;
      if (moved && busy) back(); // what was done before is still on its way
      else if (moved) send(form, null, { section, to });
    };
    const escape = (key) => key.key === "Escape" && end(key);
    document.addEventListener("pointermove", follow); // a capture ends when its node is moved
    for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, end);
    document.addEventListener("keydown", escape);
  }

  function keys(event) {
    const grip = event.target.closest?.("[data-grip]");
    const by = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (grip && by && !event.repeat) {
      event.preventDefault();
      const item = grip.closest("[data-item]");
      send(item.querySelector("[data-move]"), item.querySelector(`#${by}-${item.dataset.item}`));
    }
    const place = event.target.closest?.(".place-of-form");
    if (place && event.key === "Escape") close(place);
  }

  function ready() {
    for (const grip of main.querySelectorAll("[data-grip]")) grip.hidden = false;
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-inplace]") || !document.querySelector("[data-desk]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("[data-edit]");
    const cancel = event.target.closest("[data-cancel]");
    if (link) {
      event.preventDefault();
      edit(link);
    } else if (cancel?.closest(".place-of-form")) {
      event.preventDefault();
      close(cancel.closest(".place-of-form"));
    }
  });
  document.addEventListener("pointerdown", drag);
  document.addEventListener("keydown", keys);
  ready();
})();
