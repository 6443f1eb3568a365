// The chat page: words, taps and forms go out; replies, cards and news come in.

import { get, post } from "./api.js";
import { drawCard } from "./cards.js";
import { Channels } from "./channels.js";
import { confirmed } from "./confirm.js";
import { Conversation } from "./conversation.js";
import { el } from "./dom.js";
import { openForm } from "./forms.js";
import { follow } from "./stream.js";

const SLOW_MS = 400; // an answer that takes longer is announced as on its way
const AGAIN_MS = 1000;
const TOGETHER_MS = 300; // several pieces of news at once refresh the home panel once
const MOST_CHIPS = 6;
const TITLE = document.title;
const WIDE = window.matchMedia("(min-width: 60rem)");

const find = (id) => document.getElementById(id);
const [log, older, empty, newer, words, say, chips, panel, home, trouble, working] =
  ["log", "older", "empty", "newer", "words", "say", "chips", "panel", "home", "trouble", "working"].map(find);
const conversation = new Conversation({ log, scroller: find("conversation"), empty, newer, tap });
const channels = new Channels({
  list: find("channels"), talk: find("talk"), place: find("channel"), heading: find("channel-name"),
  posts: find("posts"), empty: find("no-posts"), older: find("older-posts"), tap, failed, returned,
});

let busy = 0;
let isSaying = false;
let isLooking = false;
let isLookWanted = false;
let hasLooked = false;
let isSignedOut = false;
let readUpTo = 0;
let refreshing = 0;

// Going out

async function tap(button, item, card, entry = null) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    if (item.confirm && !(await confirmed(item.confirm, item.label))) return;
    const sent = { entry, route: item.route, value: item.value, token: card.token };
    await asked(() => post("/chat/tap", sent));
    if (!WIDE.matches && home.contains(button)) home.open = false;
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

say.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = words.value.trim();
  if (!text || isSaying) return;
  isSaying = true;
  const pending = conversation.once(text, { mine: true, label: null });
  words.value = "";
  grow();
  const answer = await asked(() => post("/chat/say", { text }), { before: () => pending.remove(), text });
  pending.remove();
  if (!answer && !words.value) words.value = text;
  isSaying = false;
  grow();
});

/** Ask, show what came back, and refresh the home panel; nothing comes back where it failed. */
async function asked(ask, { before = () => {}, text = "" } = {}) {
  const slow = setTimeout(() => { working.textContent = "Working on it…"; }, SLOW_MS);
  busy += 1;
  conversation.version += 1;
  try {
    const answer = await ask();
    before();
    tell("");
    show(answer, text);
    return answer;
  } catch (failure) {
    failed(failure);
    return null;
  } finally {
    busy -= 1;
    conversation.version += 1;
    clearTimeout(slow);
    if (!busy) working.textContent = "";
    refreshHome();
  }
}

function show(answer, text) {
  for (const entry of answer.entries) conversation.show(entry);
  if (!answer.kept && text) conversation.once(text, { mine: true });
  if (answer.once) conversation.once("", { card: answer.once });
  const last = answer.entries.at(-1);
  // Whoever tapped a post finds the answer where the bot always answers.
  const hasReturned = (last || answer.once) && channels.leave();
  if (last) conversation.toEnd(log.querySelector(`[data-id="${last.id}"]`));
  // A form that was sent in closes after this and would take the focus along.
  if (hasReturned) setTimeout(() => log.lastElementChild.focus({ preventScroll: true }));
  if (answer.form) fill(answer.form);
  seen();
}

function fill(form) {
  openForm(form, {
    send: async (fields) => {
      const sent = { route: form.route, value: form.value, token: form.token, fields };
      conversation.version += 1;
      const answer = await post("/chat/submit", sent);
      show(answer, "");
      refreshHome();
      return answer.errors;
    },
    dismissed: (reopen) => {
      channels.leave();
      const again = el("button", { type: "button", class: "button" }, "Open it again");
      const words = `You closed “${form.title}” without sending it. What you filled in is still here.`;
      const line = conversation.once(words, { button: el("div", { class: "buttons" }, again), label: null });
      again.addEventListener("click", () => { line.remove(); reopen(); });
    },
  });
}

// Coming in

async function look() {
  isLookWanted = isLooking;
  if (isLooking || isSignedOut) return;
  isLooking = true;
  const version = conversation.version;
  try {
    const { entries, more, unread } = await get("/chat/entries");
    if (version === conversation.version && !busy) {
      const isAnew = conversation.reconcile(entries, more);
      if (isAnew || !hasLooked) older.hidden = !more;
      hasLooked = true;
      count(unread);
      seen();
    } else {
      setTimeout(look, AGAIN_MS); // What changed meanwhile is newer than this picture.
    }
    if (trouble.dataset.from === "look") tell("");
  } catch (failure) {
    failed(failure, "look");
  } finally {
    isLooking = false;
    log.setAttribute("aria-busy", "false");
    if (isLookWanted) look();
  }
}

async function showOlder() {
  if (older.getAttribute("aria-disabled") === "true" || older.hidden) return;
  older.setAttribute("aria-disabled", "true");
  try {
    const { entries, more } = await get("/chat/entries", { before: conversation.oldest() });
    conversation.prepend(entries);
    if (!more && document.activeElement === older) find("conversation").focus();
    older.hidden = !more;
  } catch (failure) {
    failed(failure);
  } finally {
    older.removeAttribute("aria-disabled");
  }
}

/** News from elsewhere, such as a match, may change what stands on the home panel. */
function refreshHomeSoon() {
  clearTimeout(refreshing);
  refreshing = setTimeout(refreshHome, TOGETHER_MS);
}

async function refreshHome() {
  try {
    const { card } = await get("/chat/home");
    drawHome(card);
  } catch {
    // The panel stays as it was; what is wrong is told by whatever was asked.
  }
}

function drawHome(card) {
  const told = JSON.stringify(card?.blocks);
  if (!card || panel.dataset.told === told) {
    panel.dataset.token = card?.token ?? "";
    return;
  }
  const had = [panel, chips].find((place) => place.contains(document.activeElement));
  const label = document.activeElement?.textContent;
  panel.dataset.told = told;
  panel.dataset.token = card.token;
  const tapHome = (button, item) => tap(button, item, { token: panel.dataset.token });
  panel.replaceChildren(drawCard(card, tapHome));
  const items = card.blocks.filter((block) => block.kind === "buttons").flatMap((block) => block.items)
    .filter((item) => item.kind === "button" && item.style !== "danger").slice(0, MOST_CHIPS);
  chips.replaceChildren(...items.map((item) => {
    const chip = el("button", { type: "button", class: "chip" }, item.label);
    chip.addEventListener("click", () => tapHome(chip, item));
    return el("li", {}, chip);
  }));
  chips.hidden = items.length === 0;
  if (had) ([...had.querySelectorAll("button")].find((button) => button.textContent === label) ?? (had === panel ? panel : words)).focus();
}

/** Tell the server what has been seen, once for each newest line. */
async function seen() {
  const newest = conversation.newest();
  if (document.hidden || channels.open !== null || newest <= readUpTo || !conversation.isAtEnd()) return;
  const before = readUpTo;
  readUpTo = newest;
  try {
    count((await post("/chat/read", { entry: newest })).unread);
  } catch {
    readUpTo = before;
  }
}

/** The conversation is looked at again after a channel, perhaps by a link to a part of it. */
function returned() {
  const linked = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (linked && find("talk").contains(linked)) linked.focus();
  seen();
}

function count(unread) {
  channels.count(unread);
  document.title = unread ? `(${unread}) ${TITLE}` : TITLE;
}

function failed(failure, from = "ask") {
  isSignedOut = failure.status === 401 || failure.status === 409;
  tell(failure.message, from);
  if (isSignedOut) trouble.append(" ", el("a", { href: `${document.body.dataset.base}/` }, "Go to the start page"));
}

function tell(sentence, from = "") {
  if (isSignedOut && !sentence) return;
  trouble.textContent = sentence;
  trouble.hidden = !sentence;
  trouble.dataset.from = from;
}

// The page itself

function grow() {
  words.style.height = "auto";
  words.style.height = `${words.scrollHeight + 2}px`;
}

words.addEventListener("input", grow);
words.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say.requestSubmit();
});
older.addEventListener("click", showOlder);
find("conversation").addEventListener("scroll", seen, { passive: true });
document.addEventListener("scroll", seen, { passive: true });
new IntersectionObserver(([top]) => { if (top.isIntersecting && conversation.lines.size) showOlder(); },
  { root: find("conversation") }).observe(older);
const fold = () => { home.open = WIDE.matches; };
WIDE.addEventListener("change", fold);
fold();
follow({
  entry: (entry) => { conversation.show(entry); seen(); refreshHomeSoon(); },
  removed: ({ id }) => conversation.remove(id),
  unread: ({ unread }) => count(unread),
  post: (post) => channels.told(post),
  "post-removed": (gone) => channels.removed(gone),
}, () => {
  look();
  channels.look();
  if (!document.hidden) refreshHome();
});
look();
channels.look();
refreshHome();
