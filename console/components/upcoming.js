// The next five times of a schedule, as the API reckons them, on the visitor's clock.
import { html, useEffect, useState } from "../vendor/preact.js";
import { post } from "../api.js";
import { moment } from "../format.js";
import { t } from "../i18n.js";
import { why, worded } from "../refusals.js";

const TYPING_MS = 300;

export function Upcoming({ schedule: { cron, rate, timezone } }) {
  const [{ times, error }, setState] = useState({});
  useEffect(() => {
    const asking = new AbortController();
    const ask = () =>
      post("/schedules/preview", cron ? { cron, timezone } : { rate, timezone }, { signal: asking.signal }).then(setState, (reason) => {
        if (!asking.signal.aborted) setState({ error: reason });
      });
    const timer = setTimeout(ask, TYPING_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [cron, rate, timezone]);
  if (error) return html`<small class="wrong">${error.errors?.length ? worded(error.errors[0].msg) : why(error)}</small>`;
  if (!times) return html`<small>${t("loading")}</small>`;
  return html`<ol class="times">${times.map((time) => html`<li key=${time}>${moment(time)}</li>`)}</ol>`;
}
