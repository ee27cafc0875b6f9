// What was sent to the webhook of a job or batch, and sending it again.
import { html, useEffect, useState } from "../vendor/preact.js";
import { get, post } from "../api.js";
import { moment } from "../format.js";
import { t } from "../i18n.js";
import { Action } from "./action.js";
import { Status } from "./status.js";
import { Trouble } from "./trouble.js";

const AGAIN_MS = 5000;

/** `path` is the job's or batch's. */
export function Deliveries({ path: of, webhook }) {
  const [{ deliveries = [], error }, setState] = useState({});
  const [asked, setAsked] = useState(0);
  const path = `${of}/deliveries`;
  useEffect(() => {
    const read = () => get(path).then(setState, (reason) => setState({ error: reason }));
    read();
    // Messages are sent after the job has changed.
    const timer = setInterval(() => document.hidden || read(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [path, asked]);
  const again = (delivery) => async () => {
    await post(`${path}/${encodeURIComponent(delivery.delivery_id)}/redeliver`);
    setAsked(asked + 1);
  };
  return html`
    <section class="card" aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">${t("deliveries")}</h2>
      <p class="muted cut-line">${webhook.url}</p>
      <${Trouble} error=${error} />
      ${deliveries.length > 0 &&
      html`<table class="list">
        <thead>
          <tr><th scope="col">${t("job.status")}</th><th scope="col">${t("deliveries.event")}</th><th scope="col">${t("deliveries.answer")}</th><th scope="col">${t("deliveries.at")}</th><th></th></tr>
        </thead>
        <tbody>
          ${deliveries.map((delivery) => html`<tr key=${delivery.delivery_id}>
            <td><${Status} of=${delivery.status} /></td>
            <td>${delivery.event} <span class="muted">${t("runs.attempt", { number: delivery.attempt })}</span></td>
            <td>${delivery.status_code ?? delivery.error ?? "–"}</td>
            <td>${moment(delivery.at)}</td>
            <td class="number"><${Action} act=${again(delivery)}>${t("deliveries.again")}<//></td>
          </tr>`)}
        </tbody>
      </table>`}
      ${!deliveries.length && !error && html`<p class="muted">${t("deliveries.none")}</p>`}
    </section>
  `;
}
