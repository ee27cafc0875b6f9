// What can be done with a job in its state: cancel, retry, finish the step that it waits for.
import { html, useState } from "../vendor/preact.js";
import { post } from "../api.js";
import { t } from "../i18n.js";
import { hasEnded } from "../live.js";
import { Action } from "./action.js";
import { FinishStep } from "./finish-step.js";

export const mayRetry = (job) => ["FAILED", "CANCELLED", "SKIPPED"].includes(job.status);
const mayFinishStep = (job) => ["WAITING", "FAILED"].includes(job.status) && job.current_step;

export function JobActions({ job, onChange }) {
  const [finishing, setFinishing] = useState(false);
  const ask = (path) => async () => {
    await post(`/jobs/${job.job_id}/${path}?view=current`);
    onChange();
  };
  const done = () => {
    setFinishing(false);
    onChange();
  };
  return html`
    <div class="actions">
      ${!hasEnded(job) &&
      html`<${Action} key="cancel" kind="danger" act=${ask("cancel")}>${t(job.cancel_requested_at ? "job.cancelling" : "job.cancel")}<//>`}
      ${mayRetry(job) && html`<${Action} key="retry" kind="primary" act=${ask("retry")}>${t("job.retry")}<//>`}
      ${mayFinishStep(job) &&
      html`<button key="finish" type="button" onClick=${() => setFinishing(true)}>${t("step.finish", { step: job.current_step })}</button>`}
      ${finishing && html`<${FinishStep} job=${job} step=${job.current_step} onDone=${done} onClose=${() => setFinishing(false)} />`}
    </div>
  `;
}
