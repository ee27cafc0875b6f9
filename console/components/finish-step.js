// Says what came of a step that was done elsewhere.
import { html, useState } from "../vendor/preact.js";
import { patch } from "../api.js";
import { t } from "../i18n.js";
import { Dialog } from "./dialog.js";
import { Trouble } from "./trouble.js";
import { Upload } from "./upload.js";

export function FinishStep({ job, step, onDone, onClose }) {
  const [error, setError] = useState(null);
  const [image, setImage] = useState(undefined);
  const send = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const body = { status: form.get("status") };
    if (form.get("image_url")) body.image_url = form.get("image_url");
    if (image) body.image_artifact = image;
    try {
      if (form.get("output").trim()) body.output = parsed(form.get("output"));
      await patch(`/jobs/${job.job_id}/steps/${encodeURIComponent(step)}`, body);
      onDone();
    } catch (reason) {
      setError(reason);
    }
  };
  return html`
    <${Dialog} title=${t("step.finish", { step })} onClose=${onClose}>
      <form onSubmit=${send}>
        <label class="field">
          <span>${t("job.status")}</span>
          <select name="status">
            <option value="done">${t("status.done")}</option>
            <option value="failed">${t("status.failed")}</option>
          </select>
        </label>
        <label class="field"><span>${t("step.image-url")}</span><input name="image_url" type="url" /></label>
        <div class="field">
          <label class="name" for="image_artifact">${t("field.image_artifact")}</label>
          <${Upload} value=${image} onChange=${setImage} described=${{ id: "image_artifact" }} />
        </div>
        <label class="field">
          <span>${t("step.output")}</span>
          <textarea name="output" rows="4" class="mono" placeholder="{}"></textarea>
        </label>
        <${Trouble} error=${error} />
        <div class="actions">
          <button type="button" class="quiet" onClick=${onClose}>${t("close")}</button>
          <button class="primary">${t("send")}</button>
        </div>
      </form>
    <//>
  `;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(t("step.output-wrong"), { cause: error });
  }
}
