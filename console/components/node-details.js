// What went into a state and came out of it, and what can be done about its step.
import { html, useState } from "../vendor/preact.js";
import { post } from "../api.js";
import { lasted, moment } from "../format.js";
import { t } from "../i18n.js";
import { Action } from "./action.js";
import { FinishStep } from "./finish-step.js";
import { mayRetry } from "./job-actions.js";
import { Json } from "./json.js";
import { Status } from "./status.js";

const mayFinish = (job) => ["WAITING", "FAILED"].includes(job.status);

export function NodeDetails({ node, job, onChange }) {
  const [finishing, setFinishing] = useState(false);
  const retry = async () => {
    await post(`/jobs/${job.job_id}/retry?view=current`, { from_step: node.step });
    onChange();
  };
  const finished = () => {
    setFinishing(false);
    onChange();
  };
  return html`
    <div class="details" aria-live="polite">
      <div class="bar">
        <h3>${node.id}</h3>
        <${Status} of=${node.status} live=${node.status === "running"} />
      </div>
      ${node.comment && html`<p class="muted">${node.comment}</p>`}
      <dl class="facts">
        <div><dt>${t("graph.type")}</dt><dd>${node.type}</dd></div>
        ${node.entered_at && html`<div><dt>${t("graph.entered")}</dt><dd>${moment(node.entered_at)}</dd></div>`}
        ${node.exited_at && html`<div><dt>${t("job.lasted")}</dt><dd>${lasted(node.entered_at, node.exited_at)}</dd></div>`}
        ${node.attempts > 0 && html`<div><dt>${t("job.attempts")}</dt><dd>${node.attempts}</dd></div>`}
        ${node.visits > 1 && html`<div><dt>${t("graph.visits")}</dt><dd>${node.visits}</dd></div>`}
      </dl>
      ${node.error && html`<p class="trouble"><strong>${node.error.error}</strong> ${node.error.cause}</p>`}
      <${Folded} name=${t("graph.input")} value=${node.input} cut=${node.input_truncated} open=${node.output === null} />
      <${Folded} name=${t("graph.output")} value=${node.output} cut=${node.output_truncated} open />
      ${node.step &&
      html`<div class="actions">
        ${mayRetry(job) && html`<${Action} key="retry" act=${retry}>${t("step.retry", { step: node.step })}<//>`}
        ${mayFinish(job) && html`<button key="finish" type="button" onClick=${() => setFinishing(true)}>${t("step.finish", { step: node.step })}</button>`}
      </div>`}
      ${finishing && html`<${FinishStep} job=${job} step=${node.step} onDone=${finished} onClose=${() => setFinishing(false)} />`}
    </div>
  `;
}

function Folded({ name, value, cut, open }) {
  if (value === null || value === undefined) return null;
  return html`
    <details open=${open}>
      <summary>${name}${cut && html` <small>${t("graph.cut")}</small>`}</summary>
      <${Json} value=${value} />
    </details>
  `;
}
