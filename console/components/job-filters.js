// Which jobs are listed. The filter stands in the address, so that it can be kept and sent.
import { html } from "../vendor/preact.js";
import { query } from "../api.js";
import { t, tOr } from "../i18n.js";
import { go, stay } from "../router.js";

export const STATUSES = ["SCHEDULED", "QUEUED", "WAITING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "SKIPPED"];
// As the API's filter takes them; to read them from the API's document would cost each visit 200 KB.
export const TYPES = ["story", "research", "article", "ad", "probe"];
const WHOLE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function JobFilters({ filter }) {
  const change = (name) => (event) => {
    const value = event.target.value.trim();
    if (name === "id" && WHOLE_ID.test(value)) go(`/jobs/${value}`);
    else stay(`/jobs${query({ ...filter, [name]: value })}`);
  };
  return html`
    <search class="filters">
      <select aria-label=${t("job.status")} value=${filter.status ?? ""} onChange=${change("status")}>
        <option value="">${t("jobs.any-status")}</option>
        ${STATUSES.map((name) => html`<option key=${name} value=${name}>${t(`status.${name.toLowerCase()}`)}</option>`)}
      </select>
      <select aria-label=${t("job.type")} value=${filter.type ?? ""} onChange=${change("type")}>
        <option value="">${t("jobs.any-type")}</option>
        ${TYPES.map((name) => html`<option key=${name} value=${name}>${tOr(`type.${name}`, name)}</option>`)}
      </select>
      <input type="search" placeholder=${t("job.tag")} aria-label=${t("job.tag")} value=${filter.tag ?? ""} maxlength="50"
        onChange=${change("tag")} />
      <input type="search" placeholder=${t("jobs.search-id")} aria-label=${t("jobs.search-id")} value=${filter.id ?? ""}
        onInput=${change("id")} />
    </search>
  `;
}
