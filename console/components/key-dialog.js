// Asks for the API key, which is kept for the browser session.
import { html, useState } from "../vendor/preact.js";
import { apiKey, keepApiKey } from "../api.js";
import { t } from "../i18n.js";
import { Dialog } from "./dialog.js";

export function KeyDialog({ why, onClose }) {
  const [key, setKey] = useState(apiKey() ?? "");
  const keep = (event) => {
    event.preventDefault();
    keepApiKey(key.trim());
    onClose();
  };
  return html`
    <${Dialog} title=${t("key")} onClose=${onClose}>
      <p>${why}</p>
      <form onSubmit=${keep}>
        <label class="field">
          <span>${t("key.label")}</span>
          <input type="password" name="api-key" autocomplete="off" value=${key} onInput=${(event) => setKey(event.target.value)} />
          <small>${t("key.hint")}</small>
        </label>
        <div class="actions">
          <button type="button" class="quiet" onClick=${onClose}>${t("close")}</button>
          <button class="primary">${t("key.use")}</button>
        </div>
      </form>
    <//>
  `;
}
