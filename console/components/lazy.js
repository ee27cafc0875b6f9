// A page whose module is loaded when it is first shown. Each page module exports `Page`.
import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { reloadWhenThere } from "../reload.js";
import { Trouble } from "./trouble.js";

export function Lazy({ load, route }) {
  const [{ Page, error }, setLoaded] = useState({});
  useEffect(() => {
    const left = new AbortController();
    const failed = (reason) => {
      if (left.signal.aborted) return;
      setLoaded({ error: reason });
      // The network was gone; or a deployment has taken the old files away, and the page as it is now knows the new ones.
      reloadWhenThere(left.signal);
    };
    load().then((module) => left.signal.aborted || setLoaded({ Page: module.Page }), failed);
    return () => left.abort();
  }, []);
  if (error) {
    return html`
      <${Trouble} error=${error} />
      <button type="button" onClick=${() => location.reload()}>${t("reload")}</button>
    `;
  }
  return Page ? html`<${Page} route=${route} />` : html`<p class="muted pending" role="status">${t("loading")}</p>`;
}
