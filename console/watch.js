// A file that never comes leaves the page empty, and no module can tell. Then it is asked for again: what did come is
// in the browser's cache. Loaded by itself, before all others, and at most thrice in a row.
{
  const KEY = "nightshift.reloads";
  const PATIENCE_MS = 12_000;
  setTimeout(() => {
    const reloads = Number(sessionStorage.getItem(KEY));
    if (document.querySelector("main > :not(.pending)")) sessionStorage.removeItem(KEY);
    else if (reloads < 3) {
      sessionStorage.setItem(KEY, String(reloads + 1));
      location.reload();
    }
  }, PATIENCE_MS);
}
