// An image for a job to work on: chosen here and uploaded at once, or one of before, by its id.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { IMAGE_TYPES, upload } from "../files.js";
import { size } from "../format.js";
import { t } from "../i18n.js";
import { Trouble } from "./trouble.js";

export function Upload({ value, onChange, described }) {
  const [{ busy, error, file }, setState] = useState({});
  // What is typed into other fields while the image is on its way must not be lost.
  const change = useRef(onChange);
  change.current = onChange;
  const choose = async (event) => {
    const [chosen] = event.target.files;
    if (!chosen) return;
    setState({ busy: true });
    try {
      const id = await upload(chosen);
      change.current(id);
      setState({ file: chosen });
    } catch (reason) {
      setState({ error: reason });
    }
  };
  return html`
    <input type="file" accept=${IMAGE_TYPES.join()} aria-label=${t("upload.choose")} disabled=${busy} onChange=${choose} />
    <input type="text" autocomplete="off" ...${described} value=${value ?? ""} placeholder=${t("upload.id")}
      onInput=${(event) => onChange(event.target.value || undefined)} />
    ${busy && html`<p class="muted" role="status">${t("upload.sending")}</p>`}
    ${file && value && html`<${Preview} file=${file} />`}
    <${Trouble} error=${error} />
  `;
}

function Preview({ file }) {
  const [src, setSrc] = useState(null);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setSrc(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return html`<p class="uploaded" role="status"><img src=${src} alt="" /> ${file.name} · ${size(file.size)}</p>`;
}
