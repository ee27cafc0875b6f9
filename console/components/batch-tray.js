// The jobs that are to be made together.
import { html, useState } from "../vendor/preact.js";
import { t, tOr } from "../i18n.js";
import { worded } from "../refusals.js";
import { go } from "../router.js";
import { sendBatch } from "../submit.js";
import { Action } from "./action.js";
import { subject } from "./job-table.js";

export function BatchTray({ jobs, onChange }) {
  const [accepted, setAccepted] = useState(null);
  const send = async () => {
    const answer = await sendBatch(jobs);
    if (!answer.rejected.length) return go(`/batches/${answer.batch_id}`);
    // What was made is made; what is left is what is to be mended.
    setAccepted(answer);
    return onChange(answer.rejected.map(({ index, errors }) => ({ ...jobs[index], rejected: errors })));
  };
  return html`
    <section class="card" aria-labelledby="tray-title">
      <h2 id="tray-title">${t("batch.tray", { count: jobs.length })}</h2>
      ${accepted && html`<p role="status"><a href="#/batches/${accepted.batch_id}">${t("batch.partly", { count: accepted.job_count })}</a></p>`}
      ${!jobs.length && html`<p class="muted">${t("batch.empty")}</p>`}
      <ul class="tray">
        ${jobs.map((job, number) => html`<li key=${number}>
          <span>
            <b>${tOr(`type.${job.type}`, job.type)}</b> ${subject(job)}
            ${job.rejected && html`<p class="wrong">${job.rejected.map(({ loc, msg }) => `${loc.join(".")}: ${worded(msg)}`).join("; ")}</p>`}
          </span>
          <button type="button" class="quiet" onClick=${() => onChange(jobs.filter((one) => one !== job))}>${t("batch.remove")}</button>
        </li>`)}
      </ul>
      ${jobs.length > 0 && html`<div class="actions"><${Action} kind="primary" act=${send}>${t("batch.send", { count: jobs.length })}<//></div>`}
    </section>
  `;
}
