// Finding a member by typing part of the name (WAI-ARIA's combobox with a listbox).

import { get } from "./api.js";
import { el, uniqueId } from "./dom.js";

const PAUSE_MS = 200; // between keystrokes, before the server is asked

export function drawPerson(field) {
  const list = el("ul", { role: "listbox", id: uniqueId("people"), "aria-label": field.label, hidden: true });
  const status = el("p", { class: "hidden", role: "status" });
  const control = el("input", { type: "text", name: field.name, role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, maxlength: 200 });
  let chosen = null;
  let options = [];
  let at = -1;
  let asked = 0;
  let waiting = 0;

  const close = () => {
    list.hidden = true;
    at = -1;
    control.setAttribute("aria-expanded", "false");
    control.removeAttribute("aria-activedescendant");
  };
  const choose = (person) => {
    chosen = person;
    control.value = person.name;
    status.textContent = `${person.name} chosen`;
    close();
  };
  const move = (to) => {
    at = (to + options.length) % options.length;
    options.forEach((option, number) => option.node.setAttribute("aria-selected", String(number === at)));
    control.setAttribute("aria-activedescendant", options[at].node.id);
    options[at].node.scrollIntoView({ block: "nearest" });
  };
  const draw = (people) => {
    options = people.map((person) => {
      const node = el("li", { role: "option", id: uniqueId("person"), "aria-selected": "false" }, person.name);
      // Before the field loses the focus, which would close the list under the pointer.
      node.addEventListener("mousedown", (event) => { event.preventDefault(); choose(person); });
      return { person, node };
    });
    list.replaceChildren(...options.map((option) => option.node));
    at = -1;
    list.hidden = options.length === 0;
    list.scrollIntoView({ block: "nearest" });
    control.setAttribute("aria-expanded", String(options.length > 0));
    status.textContent = options.length === 0 ? "Nobody found" : options.length === 1 ? "1 person found" : `${options.length} people found`;
  };
  const look = async () => {
    const question = (asked += 1);
    const words = control.value.trim();
    if (!words) { draw([]); status.textContent = ""; return; }
    try {
      const { people } = await get("/chat/people", { q: words });
      if (question === asked && document.activeElement === control) draw(people);
    } catch (failure) {
      status.textContent = failure.message;
    }
  };

  control.addEventListener("input", () => {
    chosen = null;
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE_MS);
  });
  control.addEventListener("blur", () => { asked += 1; clearTimeout(waiting); close(); });
  control.addEventListener("keydown", (event) => {
    if (list.hidden) {
      if (event.key === "ArrowDown") { event.preventDefault(); look(); }
      return;
    }
    if (event.key === "ArrowDown") move(at + 1);
    else if (event.key === "ArrowUp") move(at === -1 ? options.length - 1 : at - 1);
    else if (event.key === "Enter" && at >= 0) choose(options[at].person);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });

  const extra = el("div", { class: "people-list" }, list, status);
  return { control, list: extra, values: () => (chosen ? [chosen.id] : control.value.trim() ? [control.value.trim()] : []) };
}
