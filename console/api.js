// The REST API, below which the page lies: one function per way of asking.
const KEY = "nightshift.api-key";
/** Sent on `window` when the API asks for a key, or for another one. */
export const KEY_WANTED = "nightshift:key-wanted";

/** Where the API is: the page is its /console. */
export const base = new URL(location.pathname.replace(/\/console\/?$/, ""), location.origin).href.replace(/\/$/, "");

// For the browser session only: a key on a shared machine should not outlive the visit.
export const apiKey = () => sessionStorage.getItem(KEY);
export function keepApiKey(key) {
  if (key) sessionStorage.setItem(KEY, key);
  else sessionStorage.removeItem(KEY);
}

/** A refusal; `problem` is its RFC 9457 document. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
    this.errors = problem.errors ?? [];
  }
}

export async function send(method, path, { body, etag, signal, headers = {} } = {}) {
  const url = path.startsWith("http") ? path : base + path;
  const sent = { ...headers };
  // Whatever address an answer names, the key stays with this API.
  if (apiKey() && url.startsWith(`${base}/`)) sent["x-api-key"] = apiKey();
  if (etag) sent["If-None-Match"] = etag;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  // The browser's own cache would answer a 304 as a 200, and the page would draw for nothing.
  const options = { method, signal, headers: sent, cache: "no-store" };
  const response = await fetch(url, body === undefined ? options : { ...options, body: JSON.stringify(body) });
  if (response.ok || response.status === 304) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401) window.dispatchEvent(new CustomEvent(KEY_WANTED, { detail: problem.detail }));
  throw new Refused(response.status, problem);
}

export const get = async (path, options) => (await send("GET", path, options)).json();
export const post = async (path, body, options) => (await send("POST", path, { body, ...options })).json();
export const patch = async (path, body) => (await send("PATCH", path, { body })).json();
export const remove = async (path) => (await send("DELETE", path)).json();

/** A query string of what is set. */
export function query(values) {
  const set = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return set.length ? `?${new URLSearchParams(set)}` : "";
}
