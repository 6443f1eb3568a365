// A message of the bot as elements.

import { local } from "./api.js";
import { el, spoken } from "./dom.js";

/** The card's elements; a tapped button is handed to `tap(button, item, card)`. */
export function drawCard(card, tap) {
  const drawn = document.createDocumentFragment();
  drawn.append(...card.blocks.map((block) => drawBlock(block, card, tap)));
  return drawn;
}

/** Runs of text; a newline in one starts a new line by the style sheet. */
export function drawSpans(spans) {
  return spans.map((span) => {
    const plain = document.createTextNode(span.text);
    const leaning = span.italic ? el("em", {}, plain) : plain;
    const words = span.bold ? el("strong", {}, leaning) : leaning;
    return span.url ? drawLink(span.url, [words], "") : words;
  });
}

function drawBlock(block, card, tap) {
  switch (block.kind) {
    case "heading":
      return el("h3", {}, block.text);
    case "paragraph":
      return el("p", {}, ...drawSpans(block.spans));
    case "note":
      return el("p", { class: "note" }, ...drawSpans(block.spans));
    case "bullets":
      return el("ul", {}, ...block.items.map((item) => el("li", {}, ...drawSpans(item))));
    case "numbers":
      return el("ol", {}, ...block.items.map((item) => el("li", {}, ...drawSpans(item))));
    case "facts":
      return el("dl", {}, ...block.items.map(drawFact));
    case "divider":
      return el("hr");
    case "buttons":
      return el("div", { class: "buttons" }, ...block.items.map((item) => drawButton(item, card, tap)));
    default:
      return document.createTextNode("");
  }
}

function drawFact(fact) {
  return el("div", {}, el("dt", {}, fact.label), el("dd", {}, ...drawSpans(fact.spans)));
}

function drawButton(item, card, tap) {
  if (item.kind === "link") {
    return item.url ? drawLink(item.url, [item.label], "button") : document.createTextNode(item.label);
  }
  const button = el("button", { type: "button", class: `button ${item.style}` }, item.label);
  button.addEventListener("click", () => tap(button, item, card));
  return button;
}

function drawLink(url, children, style) {
  if (!/^https?:/.test(url)) return el("a", { href: local(url), class: style || null }, ...children);
  const properties = { href: url, class: style || null, target: "_blank", rel: "noopener noreferrer" };
  return el("a", properties, ...children, spoken(" (opens in a new tab)"));
}
