// A question before a tap counts.

import { el, mendCaret, uniqueId } from "./dom.js";

/** Resolves to true when the answer was yes. */
export function confirmed(question, label) {
  return new Promise((resolve) => {
    const title = uniqueId("question");
    const yes = el("button", { class: "button primary", value: "yes" }, label);
    const no = el("button", { class: "button", value: "no", autofocus: true }, "No, go back");
    const dialog = el("dialog", { class: "confirm", role: "alertdialog", "aria-labelledby": title },
      el("form", { method: "dialog" }, el("h2", { id: title }, question), el("div", { class: "buttons" }, yes, no)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      mendCaret();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
