// Where the visitor is, kept behind the # of the address: "#/jobs?status=FAILED" is the page "jobs" with that filter.
import { useEffect, useState } from "./vendor/preact.js";

function read() {
  const [path, search] = location.hash.replace(/^#\/?/, "").split("?");
  const [page, ...rest] = path.split("/");
  return { page: page || "jobs", id: rest.map(decodeURIComponent).join("/"), filter: new URLSearchParams(search) };
}

export function useRoute() {
  const [route, setRoute] = useState(read());
  useEffect(() => {
    const changed = () => setRoute(read());
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return route;
}

export const go = (path) => (location.hash = path);

/** Changes the address without a new entry in the history: for filters, while they are typed. */
export function stay(path) {
  history.replaceState(null, "", `#${path}`);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}
