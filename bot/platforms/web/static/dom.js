// Elements made without markup: every string goes in as text, so nothing a member typed is read.

export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "data") Object.assign(element.dataset, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

let last = 0;

/** An id no other element of the page has. */
export function uniqueId(name) {
  last += 1;
  return `${name}-${last}`;
}

/** Words for screen readers alone. */
export function spoken(words) {
  return el("span", { class: "hidden" }, words);
}

/** Chromium gives the focus back after a dialog without the caret: what is typed then is lost. */
export function mendCaret() {
  const box = document.activeElement;
  if (!box?.matches("textarea, input")) return;
  box.blur();
  box.focus({ preventScroll: true });
}
