// The fields of a form: each is drawn with its label, hint and error, and says what was filled in.

import { el, uniqueId } from "./dom.js";
import { drawPerson } from "./people.js";

const MOST_RADIOS = 5;
const MOST_OPEN_LINES = 5;

/** A field: `node`, `values()`, `check()` (a sentence or nothing), `mark(sentence)`, `focus()`. */
export function drawField(field) {
  if (field.kind === "choice") return field.multiple || field.options.length <= MOST_RADIOS ? drawGroup(field) : drawSelect(field);
  if (field.kind === "check") return drawCheck(field);
  if (field.kind === "person") return drawPersonField(field);
  return drawText(field);
}

function drawText(field) {
  const kinds = { email: "email", date: "date", time: "time" };
  const properties = { name: field.name, maxlength: field.max_length, class: field.kind };
  const control = field.multiline
    ? el("textarea", { ...properties, rows: MOST_OPEN_LINES })
    : el("input", { ...properties, type: kinds[field.kind] ?? "text",
      inputmode: field.kind === "number" ? "decimal" : null,
      autocomplete: field.kind === "email" ? "email" : null });
  control.value = field.initial;
  return labelled(field, control, {
    values: () => (control.value.trim() ? [control.value] : []),
    check: () => {
      if (control.validity.badInput && field.kind === "date") return "Enter the whole date: day, month and year.";
      if (control.validity.badInput && field.kind === "time") return "Enter the whole time, like 09:00.";
      if (control.validity.typeMismatch) return "Enter an e-mail address, like name@example.org.";
      if (field.kind === "number" && control.value.trim() && !/^-?\d+(\.\d+)?$/.test(control.value.trim())) return "Enter a number in digits, like 12.";
      return missing(field, control.value.trim() !== "", "Fill in");
    },
  });
}

function drawSelect(field) {
  const control = el("select", { name: field.name },
    el("option", { value: "" }, field.required ? "Choose one" : "No choice"),
    ...field.options.map((option) => el("option", { value: option.value, selected: field.initial.includes(option.value) }, option.label)));
  return labelled(field, control, {
    values: () => (control.value ? [control.value] : []),
    check: () => missing(field, control.value !== "", "Choose"),
  });
}

function drawPersonField(field) {
  const person = drawPerson(field);
  return labelled(field, person.control, {
    extra: person.list,
    values: () => person.values(),
    check: () => missing(field, person.values().length > 0, "Name"),
  });
}

function drawCheck(field) {
  const box = el("input", { type: "checkbox", id: uniqueId("box"), name: field.name });
  box.checked = field.initial;
  const parts = surroundings(field);
  const label = el("label", { for: box.id }, field.label, optional(field));
  const node = el("div", { class: "field check" }, parts.error, el("div", { class: "pick" }, box, label), parts.hint);
  return {
    name: field.name, node,
    values: () => (box.checked ? ["yes"] : []),
    check: () => (field.required && !box.checked ? "Tick this box to go on." : ""),
    mark: (sentence) => parts.mark(sentence, node, [box]),
    focus: () => box.focus(),
  };
}

function drawGroup(field) {
  const type = field.multiple ? "checkbox" : "radio";
  const group = uniqueId("group");
  const parts = surroundings(field);
  const boxes = field.options.map((option) => {
    const box = el("input", { type, name: group, id: uniqueId("option"), value: option.value });
    box.checked = field.initial.includes(option.value);
    return box;
  });
  const picks = field.options.map((option, at) => el("div", { class: "pick" }, boxes[at], el("label", { for: boxes[at].id }, option.label)));
  const clear = field.multiple || field.required ? null
    : el("button", { type: "button", class: "quiet", onclick: () => { for (const box of boxes) box.checked = false; } }, "Clear my choice");
  const node = el("fieldset", { class: "field" }, el("legend", {}, field.label, optional(field)), parts.hint, parts.error, ...picks, clear);
  const values = () => boxes.filter((box) => box.checked).map((box) => box.value);
  return {
    name: field.name, node, values,
    check: () => missing(field, values().length > 0, "Choose"),
    mark: (sentence) => parts.mark(sentence, node, boxes),
    focus: () => (boxes.find((box) => box.checked) ?? boxes[0])?.focus(),
  };
}

function labelled(field, control, { values, check, extra = null }) {
  control.id = uniqueId("field");
  if (field.required) control.setAttribute("aria-required", "true");
  const parts = surroundings(field);
  parts.describe([control], false);
  const node = el("div", { class: "field" }, el("label", { for: control.id }, field.label, optional(field)), parts.hint, parts.error,
    el("div", { class: "control" }, control, extra));
  return { name: field.name, node, values, check, mark: (sentence) => parts.mark(sentence, node, [control]), focus: () => control.focus() };
}

/** The hint and the error of a field, and how its boxes are tied to them. */
function surroundings(field) {
  const hint = field.hint ? el("p", { class: "hint", id: uniqueId("hint") }, field.hint) : null;
  const error = el("p", { class: "error", id: uniqueId("error"), hidden: true });
  const describe = (boxes, isWrong) => {
    const ids = [hint?.id, isWrong ? error.id : null].filter(Boolean).join(" ");
    for (const box of boxes) {
      if (ids) box.setAttribute("aria-describedby", ids);
      else box.removeAttribute("aria-describedby");
      if (isWrong) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
    }
  };
  const mark = (sentence, node, boxes) => {
    error.replaceChildren(...(sentence ? [el("span", { class: "hidden" }, "Error: "), sentence] : []));
    error.hidden = !sentence;
    node.classList.toggle("wrong", Boolean(sentence));
    describe(boxes, Boolean(sentence));
  };
  return { hint, error, describe, mark };
}

function optional(field) {
  return field.required ? null : el("span", { class: "optional" }, " (optional)");
}

function missing(field, isFilled, verb) {
  return field.required && !isFilled ? `${verb} “${field.label}”.` : "";
}
