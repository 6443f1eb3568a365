// A form in a dialog. What was typed stays until it was taken, whatever goes wrong on the way.

import { drawSpans } from "./cards.js";
import { el, mendCaret, uniqueId } from "./dom.js";
import { drawField } from "./fields.js";

/**
 * Opens the form. `send(fields)` gives the fields' errors, nothing when all was taken, or throws a
 * Failure. `dismissed(reopen)` is told when it was closed with something filled in.
 */
export function openForm(form, { send, dismissed }) {
  const title = uniqueId("form");
  const fields = form.fields.map(drawField);
  const trouble = el("p", { class: "trouble", role: "alert", hidden: true });
  const submit = el("button", { class: "button primary" }, form.submit);
  const close = el("button", { class: "button", type: "button", onclick: () => dialog.close() }, "Cancel");
  const body = el("form", { novalidate: true },
    el("h2", { id: title, tabindex: "-1" }, form.title),
    form.intro.length ? el("p", { class: "intro" }, ...drawSpans(form.intro)) : null,
    ...fields.map((field) => field.node), trouble, el("div", { class: "buttons" }, submit, close));
  const dialog = el("dialog", { class: "form", "aria-labelledby": title }, body);
  const filled = () => Object.fromEntries(fields.map((field) => [field.name, field.values()]));
  const untouched = JSON.stringify(filled());
  let isBusy = false;
  let isTaken = false;

  const open = () => {
    document.body.append(dialog);
    dialog.showModal();
    (fields[0] ?? { focus: () => submit.focus() }).focus();
  };
  const mark = (errors) => {
    for (const field of fields) field.mark(errors[field.name] ?? "");
    const wrong = fields.find((field) => errors[field.name]);
    const others = Object.entries(errors).filter(([name]) => !fields.some((field) => field.name === name));
    tell(others.map(([, sentence]) => sentence).join(" "));
    wrong?.focus();
  };
  const tell = (sentence) => {
    trouble.textContent = sentence;
    trouble.hidden = !sentence;
  };

  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    const found = fields.map((field) => [field.name, field.check()]).filter(([, sentence]) => sentence);
    mark(Object.fromEntries(found));
    if (found.length) return;
    isBusy = true;
    submit.setAttribute("aria-disabled", "true");
    submit.textContent = "Sending…";
    try {
      const errors = await send(filled());
      isTaken = Object.keys(errors).length === 0;
      mark(errors);
      if (isTaken) dialog.close();
    } catch (failure) {
      tell(`${failure.message} What you filled in is still here.`);
    } finally {
      isBusy = false;
      submit.removeAttribute("aria-disabled");
      submit.textContent = form.submit;
    }
  });
  // Nothing is lost by closing while it is on its way: the answer appears in the conversation.
  dialog.addEventListener("close", () => {
    dialog.remove();
    mendCaret();
    if (!isTaken && JSON.stringify(filled()) !== untouched) dismissed(open);
  });
  open();
}
