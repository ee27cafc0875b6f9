// Loads the page again once it can be had: the browser asks no second time for a module that did not come.
const KEY = "nightshift.reloads";
const AT_MOST = 3;
const PAUSE_MS = 3000;

/** Until `signal` aborts; not for ever, as what fails each time is not mended by loading it. */
export async function reloadWhenThere(signal) {
  const reloads = Number(sessionStorage.getItem(KEY));
  while (reloads < AT_MOST) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const there = !signal.aborted && (await fetch(location.pathname, { signal }).then(({ ok }) => ok, () => false));
    if (signal.aborted) return;
    if (there) {
      sessionStorage.setItem(KEY, String(reloads + 1));
      return location.reload();
    }
  }
}
