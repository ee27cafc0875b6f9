// What the job is, and how it stands.
import { html } from "../vendor/preact.js";
import { ago, lasted, moment } from "../format.js";
import { t, tOr } from "../i18n.js";
import { useNow } from "../live.js";
import { subject } from "./job-table.js";
import { Json } from "./json.js";
import { ProgressBar, Status } from "./status.js";

export function JobFacts({ job }) {
  const now = useNow(true);
  const { usage } = job;
  return html`
    <section class="card head" aria-labelledby="subject">
      <div class="bar">
        <h1 id="subject">${subject(job)}</h1>
        <span role="status"><${Status} of=${job.status} live=${job.status === "RUNNING"} /></span>
      </div>
      ${job.status === "RUNNING" &&
      html`<p class="doing"><${ProgressBar} progress=${job.progress} /> ${job.progress?.message ?? job.current_step}</p>`}
      ${job.error && html`<p class="trouble"><strong>${tOr(`error.${job.error.code}`, job.error.code)}</strong> ${job.error.message}</p>`}
      <dl class="facts">
        <${Fact} name=${t("job.type")}>${tOr(`type.${job.type}`, job.type)}<//>
        <${Fact} name=${t("job.id")}><span class="mono">${job.job_id}</span><//>
        <${Fact} name=${t("job.created")}><span title=${moment(job.created_at)}>${ago(job.created_at, now)}</span><//>
        ${job.status === "SCHEDULED" && html`<${Fact} name=${t("job.due-at")}>${moment(job.next_attempt_at ?? job.run_at)}<//>`}
        <${Fact} name=${t("job.lasted")}>${lasted(job.started_at, job.finished_at, now)}<//>
        <${Fact} name=${t("job.attempts")}>${job.attempts} / ${job.max_attempts}<//>
        <${Fact} name=${t("job.priority")}>${job.priority}<//>
        ${job.exit_code !== null && html`<${Fact} name=${t("job.exit-code")}>${job.exit_code}<//>`}
        ${job.batch_id && html`<${Fact} name=${t("batch")}><a class="mono" href="#/batches/${job.batch_id}">${job.batch_id.slice(0, 8)}</a><//>`}
        ${job.article_id && html`<${Fact} name=${t("article")}><a class="mono" href="#/articles/${job.article_id}">${job.article_id.slice(0, 8)}</a><//>`}
        ${job.tags.length > 0 &&
        html`<${Fact} name=${t("job.tag")}>${job.tags.map((tag) => html`<a key=${tag} class="tag" href="#/jobs?tag=${encodeURIComponent(tag)}">${tag}</a> `)}<//>`}
        ${usage.length > 0 &&
        html`<${Fact} name=${t("job.tokens")}>${sum(usage, "input_tokens")} → ${sum(usage, "output_tokens")}<//>`}
      </dl>
      <details>
        <summary>${t("job.params")}</summary>
        <${Json} value=${job.params} />
      </details>
    </section>
  `;
}

const sum = (entries, name) => entries.reduce((total, entry) => total + entry[name], 0);

function Fact({ name, children }) {
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}
