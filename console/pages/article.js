// One article: how far it is, and its text.
import { html, useEffect, useState } from "../vendor/preact.js";
import { get, remove } from "../api.js";
import { Action } from "../components/action.js";
import { Generate } from "../components/generate.js";
import { Json } from "../components/json.js";
import { Markdown } from "../components/markdown.js";
import { ProgressBar, Status } from "../components/status.js";
import { Trouble } from "../components/trouble.js";
import { t } from "../i18n.js";
import { useJob, useLive } from "../live.js";
import { go } from "../router.js";

export function Page({ route }) {
  const path = `/articles/${encodeURIComponent(route.id)}`;
  const { data: article, error, refresh } = useLive(path, 3);
  const [asking, setAsking] = useState(false);
  if (!article) return error ? html`<${Trouble} error=${error} />` : html`<p class="muted" role="status">${t("loading")}</p>`;
  const drop = async () => {
    if (!confirm(t("articles.sure"))) return;
    await remove(path);
    go("/articles");
  };
  const stop = () => {
    setAsking(false);
    refresh();
  };
  return html`
    <section class="card">
      <div class="bar">
        <h1>${article.topic}</h1>
        <span role="status"><${Status} of=${article.status} live=${article.status === "running"} /></span>
      </div>
      <p class="muted">${article.language} · ${article.level} · ${t("articles.words", { count: article.length })}</p>
      ${article.job_id && html`<${Writing} key=${article.job_id} id=${article.job_id} />`}
      <div class="actions">
        ${article.status !== "running" && html`<button type="button" class="primary" onClick=${() => setAsking(true)}>${t(article.status === "completed" ? "articles.write-again" : "articles.write")}</button>`}
        <${Action} kind="danger" act=${drop}>${t("delete")}<//>
      </div>
      ${asking && html`<${Generate} article=${article} onMade=${stop} onClose=${stop} />`}
    </section>
    ${article.status === "completed" && html`<${Content} key=${article.version} path=${path} />`}
  `;
}

function Writing({ id }) {
  const { job } = useJob(id);
  if (!job) return null;
  return html`
    <p class="doing">
      <a class="mono" href="#/jobs/${id}">${t("articles.see-job")}</a>
      ${job.status === "RUNNING" && html`<${ProgressBar} progress=${job.progress} /> ${job.progress?.message ?? job.current_step}`}
      ${job.error && html`<span class="cut">${job.error.message}</span>`}
    </p>
  `;
}

function Content({ path }) {
  const [{ content, error }, setState] = useState({});
  useEffect(() => {
    get(`${path}/content`).then((found) => setState({ content: found }), (reason) => setState({ error: reason }));
  }, [path]);
  if (error) return html`<${Trouble} error=${error} />`;
  if (!content) return html`<p class="muted">${t("loading")}</p>`;
  return html`
    <section class="card">
      <${Markdown} text=${content.text} />
      <details>
        <summary>${t("articles.details")}</summary>
        <${Json} value=${content.details} />
      </details>
    </section>
  `;
}
