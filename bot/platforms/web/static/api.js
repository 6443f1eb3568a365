// The addresses of the chat. Every call gives what was answered or throws a Failure with a sentence.

const { base, as } = document.body.dataset;
const PATIENCE_MS = 30_000;

export class Failure extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

export function address(path, parameters = {}) {
  return `${base}${path}?${new URLSearchParams({ as, ...parameters })}`;
}

/** The address of a link of ours: a path stands below our own. */
export function local(url) {
  return url.startsWith("/") ? `${base}${url}` : url;
}

export function get(path, parameters) {
  return call(address(path, parameters), {});
}

export function post(path, body) {
  return call(address(path), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function call(url, options) {
  let response;
  let answer;
  try {
    response = await fetch(url, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
    answer = await response.json();
  } catch {
    throw new Failure(response?.ok === false ? response.status : 0, "We could not reach the server. Check your connection and try again.");
  }
  if (!response.ok) throw new Failure(response.status, answer.sentence);
  return answer;
}
