// A page whose module is loaded when it is first shown. Each page module exports `Page`.
import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { Trouble } from "./trouble.js";

export function Lazy({ load, route }) {
  const [{ Page, error }, setLoaded] = useState({});
  useEffect(() => {
    let shown = true;
    load().then(
      (module) => shown && setLoaded({ Page: module.Page }),
      // After a deployment the old files are gone; the page as it is now knows the new ones.
      (reason) => shown && setLoaded({ error: reason }),
    );
    return () => (shown = false);
  }, []);
  if (error) {
    return html`
      <${Trouble} error=${error} />
      <button type="button" onClick=${() => location.reload()}>${t("reload")}</button>
    `;
  }
  return Page ? html`<${Page} route=${route} />` : html`<p class="muted pending" role="status">${t("loading")}</p>`;
}
