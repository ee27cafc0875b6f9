// One file as it is meant to be read: an image, markdown, JSON, or plain text.
import { html, useEffect, useState } from "../vendor/preact.js";
import { contents, linkTo } from "../files.js";
import { t } from "../i18n.js";
import { ImageWithBoxes } from "./image-with-boxes.js";
import { Json } from "./json.js";
import { Markdown } from "./markdown.js";
import { Trouble } from "./trouble.js";

const IMAGES = /^image\/(png|jpeg|webp|gif)$/;
const TEXTS = /^(text\/|application\/(x-)?(ndjson|yaml))/;
const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/;
const SHOWN_BYTES_AT_MOST = 2_000_000;

export function ArtifactView({ artifact, steps }) {
  const { content_type: type, url, name } = artifact;
  const [{ text, image, error }, setLoaded] = useState({});
  const isImage = IMAGES.test(type);
  const isJson = type.startsWith("application/json");
  const readable = isImage || ((isJson || TEXTS.test(type)) && artifact.size <= SHOWN_BYTES_AT_MOST);
  useEffect(() => {
    if (!readable) return undefined;
    const asking = new AbortController();
    const load = async () => {
      if (isImage) setLoaded({ image: await linkTo(artifact, asking.signal) });
      else setLoaded({ text: await (await contents(artifact, asking.signal)).text() });
    };
    load().catch((reason) => asking.signal.aborted || setLoaded({ error: reason }));
    return () => asking.abort();
  }, [url]);

  if (!readable) return html`<p class="muted">${t("artifacts.not-shown")}</p>`;
  if (error) return html`<${Trouble} error=${error} />`;
  if (image) return html`<${ImageWithBoxes} src=${image} name=${name} steps=${steps} />`;
  if (text === undefined) return html`<p class="muted">${t("loading")}</p>`;
  if (isJson) return html`<${JsonText} text=${text} />`;
  if (type.startsWith("text/markdown")) return html`<${Document} text=${text} />`;
  return html`<pre class="log">${text}</pre>`;
}

/** Markdown; what stands before it between lines of dashes is about it, and is folded. */
function Document({ text }) {
  const [, about, body] = FRONT_MATTER.exec(text) ?? [null, null, text];
  return html`
    <${Markdown} text=${body} />
    ${about && html`<details><summary>${t("artifacts.about")}</summary><pre class="log">${about}</pre></details>`}
  `;
}

function JsonText({ text }) {
  try {
    return html`<${Json} value=${JSON.parse(text)} />`;
  } catch {
    return html`<pre class="log">${text}</pre>`;
  }
}
