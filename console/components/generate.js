// Has an article written. One with the same inputs within a day is refused: then the visitor decides.
import { html, useEffect, useState } from "../vendor/preact.js";
import { post } from "../api.js";
import { t } from "../i18n.js";
import { Dialog } from "./dialog.js";
import { Trouble } from "./trouble.js";

export function Generate({ article, onMade, onClose }) {
  const [error, setError] = useState(null);
  const ask = (force) =>
    post(`/articles/${article.article_id}/generate${force ? "?force=true" : ""}`).then(onMade, setError);
  useEffect(() => {
    ask(false);
  }, []);
  if (!error) return html`<p class="muted" role="status">${t("loading")}</p>`;
  const { job_id: jobId, article_id: articleId } = error.problem ?? {};
  if (error.status !== 409 || !jobId) return html`<${Trouble} error=${error} />`;
  return html`
    <${Dialog} title=${t("articles.duplicate")} onClose=${onClose}>
      <p>${t("articles.duplicate-why")}</p>
      <p><a href="#/articles/${articleId}">${t("articles.see-other")}</a> · <a href="#/jobs/${jobId}">${t("articles.see-job")}</a></p>
      <form class="actions" onSubmit=${(event) => event.preventDefault()}>
        <div class="actions">
          <button type="button" class="quiet" onClick=${onClose}>${t("close")}</button>
          <button type="button" class="primary" onClick=${() => ask(true)}>${t("articles.anyway")}</button>
        </div>
      </form>
    <//>
  `;
}
