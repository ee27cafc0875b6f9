// What can be done with a job in its state: cancel it, or run it again.
import { html } from "../vendor/preact.js";
import { post } from "../api.js";
import { t } from "../i18n.js";
import { hasEnded } from "../live.js";
import { Action } from "./action.js";

export const mayRetry = (job) => ["FAILED", "CANCELLED", "SKIPPED"].includes(job.status);

export function JobActions({ job, onChange }) {
  const ask = (path) => async () => {
    await post(`/jobs/${job.job_id}/${path}?view=current`);
    onChange();
  };
  return html`
    <div class="actions">
      ${!hasEnded(job) &&
      html`<${Action} key="cancel" kind="danger" act=${ask("cancel")}>${t(job.cancel_requested_at ? "job.cancelling" : "job.cancel")}<//>`}
      ${mayRetry(job) && html`<${Action} key="retry" kind="primary" act=${ask("retry")}>${t("job.retry")}<//>`}
    </div>
  `;
}
