// The lines of the conversation, oldest first, each once however often the server tells of it.

import { drawCard } from "./cards.js";
import { el, spoken } from "./dom.js";

const CLOSE_TO_END = 120; // pixels: whoever reads further up is not pulled down
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });

export class Conversation {
  constructor({ log, scroller, empty, newer, tap }) {
    Object.assign(this, { log, scroller, empty, newer, tap });
    this.lines = new Map(); // number of a line -> { node, told }
    this.version = 0; // raised by every change, so that an older picture is known as old
    newer.addEventListener("click", () => this.toEnd());
    let follows = true;
    scroller.addEventListener("scroll", () => {
      follows = this.isAtEnd();
      if (follows) newer.hidden = true;
    }, { passive: true });
    // A keyboard, a home panel or a longer message below makes the room smaller.
    new ResizeObserver(() => { if (follows && this.box() === scroller) this.toEnd(); }).observe(scroller);
  }

  /** Put a line in its place; true where it is new. */
  show(entry, { isNews = true } = {}) {
    const told = JSON.stringify(entry);
    const known = this.lines.get(entry.id);
    if (known?.told === told) return false;
    this.version += 1;
    const follows = this.isAtEnd();
    const node = this.draw(entry);
    this.lines.set(entry.id, { node, told });
    if (known) {
      const hadFocus = known.node.contains(document.activeElement);
      known.node.replaceWith(node);
      if (hadFocus) node.focus({ preventScroll: true });
    } else {
      this.log.insertBefore(node, this.after(entry.id));
    }
    this.tidy();
    if (!known && isNews) {
      if (follows) this.toEnd(node);
      else if (entry.card) this.newer.hidden = false;
    }
    return !known;
  }

  remove(id) {
    const known = this.lines.get(id);
    if (!known) return;
    this.version += 1;
    known.node.remove();
    this.lines.delete(id);
    this.tidy();
  }

  /**
   * The newest lines as the server has them, with `more` where older ones exist: what is missing
   * among them was taken away. True where all are new, so that nothing is known of those before.
   */
  reconcile(entries, more) {
    const isFirst = this.lines.size === 0;
    const told = new Set(entries.map((entry) => entry.id));
    const isAnew = ![...this.lines.keys()].some((id) => told.has(id));
    const oldest = more && !isAnew ? entries[0].id : 0;
    for (const id of [...this.lines.keys()]) if (id >= oldest && !told.has(id)) this.remove(id);
    for (const entry of entries) this.show(entry, { isNews: !isFirst });
    if (isFirst) this.toEnd(this.log.lastElementChild);
    this.tidy();
    return isAnew;
  }

  /** Older lines, put on top without moving what is being read. */
  prepend(entries) {
    const box = this.box();
    const below = box.scrollHeight - box.scrollTop;
    this.log.setAttribute("aria-busy", "true"); // old news is not read out
    for (const entry of entries) this.show(entry, { isNews: false });
    this.log.setAttribute("aria-busy", "false");
    box.scrollTop = box.scrollHeight - below;
  }

  /** A line that is on this page only: gone with it. Gives the node. */
  once(words, { mine = false, card = null, label = "Not kept: shown here once.", button = null } = {}) {
    const body = card ? drawCard(card, (...tapped) => this.tap(...tapped, null)) : el("p", {}, words);
    const node = el("div", { class: `line ${mine ? "mine" : "bot"} once`, tabindex: "-1" },
      mark(mine), el("div", { class: "bubble" }, spoken(mine ? "You: " : "Leaders: "), body,
        button, label ? el("p", { class: "note" }, label) : null));
    this.log.append(node);
    this.tidy();
    this.toEnd(node);
    return node;
  }

  oldest() { return Math.min(...this.lines.keys()); }

  newest() { return Math.max(0, ...this.lines.keys()); }

  isAtEnd() {
    const box = this.box();
    return box.scrollHeight - box.scrollTop - box.clientHeight < CLOSE_TO_END;
  }

  /** Down to the last line; a card longer than the screen is shown from its top. */
  toEnd(node = null) {
    const box = this.box();
    if (node && node.offsetHeight > box.clientHeight) node.scrollIntoView({ block: "start" });
    else box.scrollTop = box.scrollHeight;
    this.newer.hidden = true;
  }

  box() {
    // On a very low screen (or at high zoom) the whole page scrolls instead.
    const own = getComputedStyle(this.scroller).overflowY !== "visible";
    return own ? this.scroller : document.scrollingElement;
  }

  draw(entry) {
    const mine = entry.card === undefined;
    const at = new Date(entry.at);
    const time = el("time", { datetime: entry.at, title: at.toLocaleString("en-GB") }, TIME.format(at));
    const body = mine
      ? el("p", {}, entry.words)
      : drawCard(entry.card, (...tapped) => this.tap(...tapped, entry.id));
    return el("div", { class: `line ${mine ? "mine" : "bot"}`, tabindex: "-1", data: { id: entry.id, day: at.toDateString() } },
      el("p", { class: "day", hidden: true }, dayName(at)), mark(mine),
      el("div", { class: "bubble" }, spoken(mine ? "You: " : "Leaders: "), body), time);
  }

  after(id) {
    let found = null;
    for (const node of [...this.log.children].reverse()) {
      if (!node.dataset.id) continue;
      if (Number(node.dataset.id) < id) break;
      found = node;
    }
    return found;
  }

  /** Each day's name stands above its first line. */
  tidy() {
    let day = "";
    for (const node of this.log.children) {
      if (!node.dataset.day) continue;
      node.querySelector(".day").hidden = node.dataset.day === day;
      day = node.dataset.day;
    }
    this.empty.hidden = this.log.children.length > 0;
  }
}

function mark(mine) {
  return mine ? null : el("span", { class: "mark", "aria-hidden": "true" });
}

function dayName(at) {
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (at.toDateString() === new Date().toDateString()) return "Today";
  if (at.toDateString() === yesterday.toDateString()) return "Yesterday";
  return DAY.format(at);
}
