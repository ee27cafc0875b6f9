// Articles for readers of a level: asking for one, and what became of the others.
import { html, useEffect, useState } from "../vendor/preact.js";
import { Generate } from "../components/generate.js";
import { SchemaForm } from "../components/schema-form.js";
import { Status } from "../components/status.js";
import { Trouble } from "../components/trouble.js";
import { post } from "../api.js";
import { ago, moment } from "../format.js";
import { t } from "../i18n.js";
import { useLive } from "../live.js";
import { go } from "../router.js";
import { errorsByPath, filled, schemas } from "../schema.js";

export function Page() {
  const { data, error } = useLive("/articles?limit=100", 3);
  const articles = data?.articles ?? [];
  return html`
    <h1>${t("nav.articles")}</h1>
    <${Request} />
    <${Trouble} error=${error} />
    ${data && !articles.length && html`<p class="empty">${t("articles.none")}</p>`}
    ${articles.length > 0 &&
    html`<table class="list">
      <thead>
        <tr><th scope="col">${t("field.topic")}</th><th scope="col">${t("field.level")}</th><th scope="col">${t("job.status")}</th><th scope="col">${t("job.created")}</th></tr>
      </thead>
      <tbody>
        ${articles.map((article) => html`<tr key=${article.article_id}>
          <td><a href="#/articles/${article.article_id}">${article.topic}</a></td>
          <td>${article.language} · ${article.level} · ${article.length}</td>
          <td><${Status} of=${article.status} live=${article.status === "running"} /></td>
          <td title=${moment(article.created_at)}>${ago(article.created_at)}</td>
        </tr>`)}
      </tbody>
    </table>`}
  `;
}

function Request() {
  const [all, setAll] = useState(null);
  const [value, setValue] = useState({});
  const [error, setError] = useState(null);
  const [made, setMade] = useState(null);
  useEffect(() => {
    schemas().then(setAll, setError);
  }, []);
  const send = async (event) => {
    event.preventDefault();
    setError(null);
    try {
      setMade(await post("/articles", filled(value) ?? {}, { headers: { "Idempotency-Key": crypto.randomUUID() } }));
    } catch (reason) {
      setError(reason);
    }
  };
  if (!all) return html`<${Trouble} error=${error} />`;
  return html`
    <details class="card">
      <summary>${t("articles.new")}</summary>
      <form class="form" novalidate onSubmit=${send}>
        <${SchemaForm} schema=${all.ArticleParams} all=${all} value=${value} onChange=${setValue} errors=${errorsByPath(error?.errors ?? [])} />
        <${Trouble} error=${error} marked />
        <div class="actions"><button class="primary">${t("articles.write")}</button></div>
      </form>
      ${made && html`<${Generate} key=${made.article_id} article=${made} onMade=${() => go(`/articles/${made.article_id}`)} onClose=${() => go(`/articles/${made.article_id}`)} />`}
    </details>
  `;
}
