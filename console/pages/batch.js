// Jobs that were made together, and how many of them have ended how.
import { html } from "../vendor/preact.js";
import { post } from "../api.js";
import { Action } from "../components/action.js";
import { Deliveries } from "../components/deliveries.js";
import { JobTable } from "../components/job-table.js";
import { Status } from "../components/status.js";
import { Trouble } from "../components/trouble.js";
import { moment, shortId } from "../format.js";
import { t } from "../i18n.js";
import { useLive } from "../live.js";

export function Page({ route }) {
  const path = `/jobs/batch/${encodeURIComponent(route.id)}`;
  const { data: batch, error, refresh } = useLive(`${path}?view=current`);
  const cancel = async () => {
    await post(`${path}/cancel?view=current`);
    refresh();
  };
  if (!batch) return error ? html`<${Trouble} error=${error} />` : html`<p class="muted" role="status">${t("loading")}</p>`;
  const goesOn = ["queued", "running"].includes(batch.status);
  return html`
    <section class="card">
      <div class="bar">
        <h1>${t("batch")} <span class="mono muted">${shortId(batch.batch_id)}</span></h1>
        <${Status} of=${batch.status} live=${batch.status === "running"} />
      </div>
      <p class="muted">${moment(batch.created_at)}</p>
      <dl class="figures">
        ${Object.entries(batch.counts).map(([name, count]) => html`<div key=${name}><dt>${t(`status.${name}`)}</dt><dd>${count}</dd></div>`)}
      </dl>
      ${goesOn && html`<div class="actions"><${Action} kind="danger" act=${cancel}>${t("batch.cancel")}<//></div>`}
    </section>
    <${Trouble} error=${error} />
    <${JobTable} jobs=${batch.jobs} />
    ${batch.webhook && html`<${Deliveries} path=${path} webhook=${batch.webhook} />`}
  `;
}
