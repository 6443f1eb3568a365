// News from the server: a stream while the page is seen, and a look every 20 seconds in any case.

import { address } from "./api.js";

const LOOK_MS = 20_000;

/** Calls `on[name](data)` for every event and `look()` whenever everything should be read anew. */
export function follow(on, look) {
  let source = null;

  const open = () => {
    if (source && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource(address("/chat/stream"));
    for (const [name, act] of Object.entries(on)) {
      source.addEventListener(name, (event) => act(JSON.parse(event.data)));
    }
    source.addEventListener("sync", look);
  };

  // Browsers allow six connections to a server for all tabs together: a hidden tab gives its back.
  const seen = () => {
    if (document.hidden) {
      source?.close();
    } else {
      open();
      look();
    }
  };

  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", seen);
  setInterval(() => {
    if (!document.hidden) open();
    look();
  }, LOOK_MS);
  if (!document.hidden) open();
}
