// The community's channels beside the conversation: what was posted there, newest first.

import { get } from "./api.js";
import { drawCard } from "./cards.js";
import { el, spoken } from "./dom.js";

const TOGETHER_MS = 300; // several posts at once are counted anew once
const PREFIX = "#channel-"; // of the address of a channel, so that "back" leads to the conversation
const TIME = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

export class Channels {
  constructor({ list, talk, place, heading, posts, empty, older, tap, failed, returned }) {
    Object.assign(this, { list, talk, place, heading, posts, empty, older, tap, failed, returned });
    this.named = []; // as the server tells: name, title and number of posts
    this.open = null; // the name of the one that is looked at; null for the conversation
    this.shown = new Map(); // number of a post -> { node, told }
    this.unread = 0;
    this.counting = 0;
    older.addEventListener("click", () => this.showOlder());
    window.addEventListener("hashchange", () => this.follow());
    this.draw();
  }

  /** Count the posts anew, and read those that are looked at. */
  async look() {
    try {
      this.named = (await get("/chat/channels")).channels;
      this.draw();
      if (this.open === null) this.follow();
      else await this.read(this.open);
    } catch {
      // What stands there stays; what is wrong is told by whatever was asked.
    }
  }

  /** A post that is new or changed. */
  told(post) {
    if (post.channel === this.open) this.put(post);
    this.countSoon();
  }

  removed({ id, channel }) {
    if (channel === this.open) this.drop(id);
    this.countSoon();
  }

  count(unread) {
    if (unread === this.unread) return;
    this.unread = unread;
    this.draw();
  }

  /** Back to the conversation, where an answer appears; true where a channel was looked at. */
  leave() {
    if (this.open === null) return false;
    history.pushState(null, "", location.pathname + location.search);
    this.follow();
    return true;
  }

  /** Show what the page's address says. */
  follow() {
    const asked = location.hash.startsWith(PREFIX) ? decodeURIComponent(location.hash.slice(PREFIX.length)) : null;
    const channel = this.named.find((one) => one.name === asked) ?? null;
    if ((channel?.name ?? null) === this.open) return;
    this.open = channel?.name ?? null;
    this.talk.hidden = channel !== null;
    this.place.hidden = channel === null;
    this.draw();
    this.clear();
    if (channel === null) {
      this.returned();
      return;
    }
    this.list.querySelector("[aria-current]").scrollIntoView({ block: "nearest", inline: "nearest" });
    this.heading.textContent = channel.title;
    this.heading.focus();
    this.read(channel.name);
  }

  /** The newest posts as the server has them; what is missing among them was taken down. */
  async read(name) {
    try {
      const { posts, more } = await get("/chat/posts", { channel: name });
      if (name !== this.open) return;
      const told = new Set(posts.map((post) => post.id));
      const isAnew = ![...this.shown.keys()].some((id) => told.has(id));
      const oldest = more && !isAnew ? posts.at(-1).id : 0;
      for (const id of [...this.shown.keys()]) if (id >= oldest && !told.has(id)) this.drop(id);
      for (const post of posts) this.put(post);
      if (isAnew) this.older.hidden = !more;
      this.tidy();
    } catch (failure) {
      this.failed(failure);
    } finally {
      this.posts.setAttribute("aria-busy", "false");
    }
  }

  async showOlder() {
    if (this.older.getAttribute("aria-disabled") === "true") return;
    this.older.setAttribute("aria-disabled", "true");
    const name = this.open;
    try {
      const { posts, more } = await get("/chat/posts", { channel: name, before: Math.min(...this.shown.keys()) });
      if (name !== this.open) return;
      for (const post of posts) this.put(post);
      if (document.activeElement === this.older) this.shown.get(posts[0]?.id)?.node.focus();
      this.older.hidden = !more;
    } catch (failure) {
      this.failed(failure);
    } finally {
      this.older.removeAttribute("aria-disabled");
    }
  }

  put(post) {
    const told = JSON.stringify(post);
    const known = this.shown.get(post.id);
    if (known?.told === told) return;
    const at = new Date(post.at);
    const node = el("article", { class: "post", tabindex: "-1", data: { id: post.id } },
      el("div", { class: "bubble" }, drawCard(post.card, (...tapped) => this.tap(...tapped))),
      el("p", { class: "when" }, spoken("Posted "), el("time", { datetime: post.at }, TIME.format(at))));
    this.shown.set(post.id, { node, told });
    if (known) {
      const hadFocus = known.node.contains(document.activeElement);
      known.node.replaceWith(node);
      if (hadFocus) node.focus({ preventScroll: true });
    } else {
      this.posts.insertBefore(node, [...this.posts.children].find((one) => Number(one.dataset.id) < post.id) ?? null);
    }
    this.tidy();
  }

  drop(id) {
    const known = this.shown.get(id);
    if (!known) return;
    const hadFocus = known.node.contains(document.activeElement);
    known.node.remove();
    this.shown.delete(id);
    if (hadFocus) this.heading.focus({ preventScroll: true });
    this.tidy();
  }

  clear() {
    this.shown.clear();
    this.posts.replaceChildren();
    this.posts.setAttribute("aria-busy", "true");
    this.empty.hidden = true;
    this.older.hidden = true;
    this.place.scrollTop = 0;
  }

  tidy() { this.empty.hidden = this.shown.size > 0; }

  countSoon() {
    clearTimeout(this.counting);
    this.counting = setTimeout(async () => {
      try {
        this.named = (await get("/chat/channels")).channels;
        this.draw();
      } catch {
        // The numbers stay as they were until the next look.
      }
    }, TOGETHER_MS);
  }

  draw() {
    const had = this.list.contains(document.activeElement) ? document.activeElement.hash : null;
    const rows = [
      { hash: "#conversation", title: "Conversation", number: this.unread, of: " unread", isOpen: this.open === null },
      ...this.named.map(({ name, title, posts }) =>
        ({ hash: `${PREFIX}${encodeURIComponent(name)}`, title, number: posts, of: posts === 1 ? " post" : " posts", isOpen: name === this.open })),
    ];
    this.list.replaceChildren(...rows.map(({ hash, title, number, of, isOpen }) =>
      el("li", {}, el("a", { href: hash, "aria-current": isOpen ? "true" : null }, title,
        number ? " " : null, number ? el("span", { class: "number" }, String(number), spoken(of)) : null))));
    if (had !== null) [...this.list.querySelectorAll("a")].find((one) => one.hash === had)?.focus();
  }
}
