// Keeps a part of the page up to date for as long as something in it is under way.

const EVERY = 3000; // Milliseconds; a workspace takes about a dozen messages meanwhile.

/** Whether somebody is about to press something there, which must not move or close. */
function isUsed(part) {
  return part.contains(document.activeElement) || part.querySelector("details[open]") !== null;
}

/** Fetches the part anew; false where there is nothing more to wait for. */
async function renewed(part) {
  if (document.hidden || isUsed(part)) return true;
  let answer;
  try {
    answer = await fetch(part.dataset.live, { redirect: "error" });
  } catch {
    return true; // The line is down, or the bot is being started anew.
  }
  if (!answer.ok) return answer.status >= 500;
  const text = await answer.text();
  if (isUsed(part)) return true;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  part.replaceChildren(...fresh.body.childNodes);
  return part.querySelector("[data-under-way]") !== null;
}

async function keep(part) {
  do {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  } while (await renewed(part));
}

for (const part of document.querySelectorAll("[data-live]")) keep(part);
