// The files of a run, each shown in place when asked for.
import { html, useState } from "../vendor/preact.js";
import { contents } from "../files.js";
import { size } from "../format.js";
import { t } from "../i18n.js";
import { Action } from "./action.js";
import { ArtifactView } from "./artifact-view.js";

export function Artifacts({ artifacts, steps }) {
  // The last one is what the job was about; what came before led to it.
  const last = artifacts.findLast((one) => !one.content_type.includes("json")) ?? artifacts.at(-1);
  const [chosen, setChosen] = useState(null);
  const shown = artifacts.find((one) => one.url === chosen) ?? (chosen === "" ? null : last);
  return html`
    <section class="card" aria-labelledby="artifacts-title">
      <h2 id="artifacts-title">${t("artifacts")}</h2>
      ${!artifacts.length && html`<p class="muted">${t("artifacts.none")}</p>`}
      <ul class="files">
        ${artifacts.map((artifact) => html`
          <li key=${artifact.url}>
            <button type="button" class="file" aria-pressed=${artifact === shown}
              onClick=${() => setChosen(artifact === shown ? "" : artifact.url)}>
              <span class="file-name">${artifact.name}</span><span class="muted">${size(artifact.size)}</span>
            </button>
            <${Action} kind="quiet" label=${`${t("artifacts.download")}: ${artifact.name}`} act=${() => download(artifact)}>↓<//>
          </li>
        `)}
      </ul>
      ${shown && html`<${ArtifactView} key=${shown.url} artifact=${shown} steps=${steps} />`}
    </section>
  `;
}

/** Fetched and handed over: of a link to another host the browser would show the file, not save it. */
async function download(artifact) {
  const blob = await (await contents(artifact)).blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = artifact.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
