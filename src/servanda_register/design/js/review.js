// The review screen: sends its forms without leaving the place, keys for every decision, words marked with the mouse.
// Everything here can be done without it; the server decides what the page shows.

const desk = document.getElementById("review");
const said = document.getElementById("review-said");
const scroll = document.getElementById("review-scroll");
const keysDialog = document.getElementById("review-keys");
const KEYS = "servanda.review.keys";
let current = null; // the card that the keys act on
let part = null; // the part of an open form into which marked words go
let marked = null; // { start, end, words }: what is marked in the text

const cards = () => [...document.querySelectorAll(".review-card")];

// Cards and their marks

function choose(card, { focus = true } = {}) {
  if (!card) return;
  current?.classList.remove("review-card--current");
  current = card;
  card.classList.add("review-card--current");
  for (const mark of document.querySelectorAll(".review-mark")) {
    mark.classList.toggle("review-mark--current", mark.dataset.of.split(" ").includes(card.id));
  }
  reveal(document.querySelector(".review-mark--current"));
  if (focus) {
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }
}

// Moves the text by itself, never the page
function reveal(mark) {
  if (!mark || !scroll) return;
  mark.closest("details")?.setAttribute("open", "");
  const box = mark.getBoundingClientRect();
  const frame = scroll.getBoundingClientRect();
  if (box.top < frame.top || box.bottom > frame.bottom) {
    scroll.scrollTop += box.top - frame.top - frame.height / 3;
  }
}

function step(by) {
  const all = cards();
  const at = all.indexOf(current);
  choose(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function nextUndecided(anchor) {
  const all = cards();
  const at = all.findIndex((card) => card.id === anchor);
  return all.slice(at + 1).find((card) => card.classList.contains("review-card--undecided")) ?? all[at];
}

// Forms

async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, { ...options, headers: { "X-Part": "1" } });
    if (answer.redirected || (!answer.ok && answer.status !== 422)) throw new Error(String(answer.status));
    return { refused: answer.status === 422, html: await answer.text() };
  } catch {
    said.textContent = desk.dataset.failed;
    window.alert(desk.dataset.failed);
    return null;
  }
}

async function send(form, button, byKey) {
  const data = new FormData(form);
  if (button?.name) data.set(button.name, button.value);
  form.setAttribute("aria-busy", "true");
  // getAttribute: a field named "action" would hide the form's own
  const answer = await ask(form.getAttribute("action"), { method: "POST", body: data });
  form.removeAttribute("aria-busy");
  if (!answer) return;
  const place = form.closest("[data-place]") ?? form.closest(".review-card")?.querySelector("[data-place]");
  if (answer.refused) {
    place.innerHTML = answer.html;
    place.querySelector(".govuk-error-message")?.closest(".govuk-form-group, form, p")?.scrollIntoView({ block: "nearest" });
    place.querySelector("textarea, input:not([type=hidden])")?.focus();
    return;
  }
  update(answer.html, byKey);
}

// Each element of the answer takes the place of the one with its id
function update(html, byKey) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const told = template.content.querySelector("[data-said]");
  for (const fresh of [...template.content.children]) {
    if (fresh.id) document.getElementById(fresh.id)?.replaceWith(fresh);
  }
  document.getElementById("review-new")?.replaceChildren();
  part = null;
  wakeStatus();
  if (told) {
    said.textContent = told.dataset.said;
    choose(byKey ? nextUndecided(told.dataset.anchor) : document.getElementById(told.dataset.anchor));
  }
}

async function openForm(link) {
  const place = link.dataset.form
    ? document.getElementById(link.dataset.form)
    : (link.closest("[data-place]") ?? link.closest(".review-card").querySelector("[data-place]"));
  const answer = await ask(link.getAttribute("href"));
  if (!answer) return;
  place.innerHTML = answer.html;
  part = place.querySelector("[data-part]");
  place.querySelector("textarea")?.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-review]")) return;
  event.preventDefault();
  send(event.target, event.submitter, event.submitter?.dataset.byKey === "1");
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-form]");
  if (link && desk.contains(link) && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openForm(link);
    return;
  }
  const cancel = event.target.closest("[data-cancel]");
  const place = cancel?.closest("[data-place]");
  if (place) {
    event.preventDefault();
    place.replaceChildren();
    part = null;
    choose(place.closest(".review-card") ?? current);
    return;
  }
  const number = event.target.closest(".review-number");
  if (number) {
    event.preventDefault();
    choose(document.getElementById(number.hash.slice(1)));
    return;
  }
  const mark = event.target.closest(".review-mark");
  if (mark && document.getSelection().isCollapsed) choose(document.getElementById(mark.dataset.of.trim().split(" ").pop()));
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.(".review-card");
  if (card && card !== current) choose(card, { focus: false });
  part = event.target.closest?.("[data-part]") ?? part;
});

// Words marked in the text: places count code points, as everywhere in Servanda

function place(node, offset) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const line = element.closest(".review-line");
  if (!line) return null;
  const before = document.createRange();
  before.setStart(line, 0);
  before.setEnd(node, offset);
  return Number(line.dataset.start) + [...wordsOf(before)].length;
}

function wordsOf(range) {
  const copy = range.cloneContents();
  for (const aside of copy.querySelectorAll("[data-aside], summary")) aside.remove();
  const lines = [...copy.querySelectorAll(".review-line")];
  return lines.length ? lines.map((line) => line.textContent).join("\n") : copy.textContent;
}

function markedWords() {
  const selection = document.getSelection();
  const text = document.getElementById("review-text");
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
  const start = place(range.startContainer, range.startOffset);
  const end = place(range.endContainer, range.endOffset);
  const words = wordsOf(range).trim();
  return start !== null && end !== null && start < end && words ? { start, end, words } : null;
}

const selected = document.getElementById("review-selected");
if (selected) {
  const link = selected.querySelector("a");
  const use = selected.querySelector("[data-use]");
  const plain = link.textContent;
  document.addEventListener("selectionchange", () => {
    const now = markedWords();
    // to press the buttons must not lose what was marked: a click elsewhere collapses the selection first
    if (!now && document.getSelection().rangeCount && selected.contains(document.activeElement)) return;
    marked = now;
    selected.classList.toggle("review-selected--shown", Boolean(marked));
    link.textContent = marked ? selected.dataset.marked : plain;
    link.href = marked ? `${desk.dataset.add}?start=${marked.start}&end=${marked.end}` : desk.dataset.add;
    use.hidden = !(marked && part?.isConnected);
  });
  for (const button of [link, use]) button.addEventListener("mousedown", (event) => event.preventDefault());
  use.addEventListener("click", () => {
    if (!marked || !part?.isConnected) return;
    part.querySelector("[data-start]").value = marked.start;
    part.querySelector("[data-end]").value = marked.end;
    const words = part.querySelector("[data-words]");
    words.value = marked.words;
    words.focus();
  });
}

// Keys, which can be switched off (WCAG 2.1.4)

const keysOn = () => localStorage.getItem(KEYS) !== "off";

function wakeStatus() {
  const toggle = document.querySelector("[data-keys-toggle]");
  const show = document.querySelector("[data-keys-show]");
  if (!toggle) return;
  toggle.hidden = show.hidden = false;
  toggle.setAttribute("aria-pressed", String(keysOn()));
  toggle.textContent = keysOn() ? desk.dataset.keysOn : desk.dataset.keysOff;
  toggle.onclick = () => {
    localStorage.setItem(KEYS, keysOn() ? "off" : "on");
    wakeStatus();
  };
  show.onclick = () => keysDialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (!keysDialog || !keysOn() || event.ctrlKey || event.metaKey || event.altKey || keysDialog.open) return;
  const reason = event.target.closest(".review-reject select");
  if (reason && event.key === "Enter") {
    // x, a reason, Enter: rejected without a reach for the mouse
    event.preventDefault();
    const button = reason.form.querySelector("[name=verdict]");
    button.dataset.byKey = "1";
    reason.form.requestSubmit(button);
    return;
  }
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (event.key === "?") keysDialog.showModal();
  else {
    const control = current?.isConnected && current.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!control) return;
    if (event.key === "x") {
      const details = control.closest("details");
      details.open = true;
      details.querySelector("select").focus();
    } else {
      control.dataset.byKey = "1";
      control.click();
    }
  }
  event.preventDefault();
});

wakeStatus();
choose(document.getElementById(location.hash.slice(1)) ?? cards()[0], { focus: Boolean(location.hash) });
