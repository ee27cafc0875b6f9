// An image with what was found in it, and where the text was put: both as shares of its width and height.
import { html, useState } from "../vendor/preact.js";
import { t } from "../i18n.js";

export function ImageWithBoxes({ src, name, steps }) {
  const [marked, setMarked] = useState(true);
  const found = steps.findLast((step) => step.output?.boxes)?.output.boxes ?? [];
  const text = steps.findLast((step) => step.output?.layout?.box)?.output.layout.box;
  const boxes = [...found.map((box) => ({ ...box, kind: "found" })), ...(text ? [{ ...text, kind: "text", label: t("image.text") }] : [])];
  return html`
    <figure class="image">
      <div class="framed">
        <img src=${src} alt=${name} />
        ${marked &&
        boxes.length > 0 &&
        html`<svg viewBox="0 0 1 1" preserveAspectRatio="none" role="img" aria-label=${t("image.boxes", { count: boxes.length })}>
          ${boxes.map((box, number) => html`<rect key=${number} class=${box.kind} x=${box.x0} y=${box.y0} width=${box.x1 - box.x0} height=${box.y1 - box.y0}>
            <title>${box.label}${box.score === undefined ? "" : ` ${box.score.toFixed(2)}`}</title>
          </rect>`)}
        </svg>`}
      </div>
      ${boxes.length > 0 &&
      html`<figcaption>
        <label><input type="checkbox" checked=${marked} onChange=${() => setMarked(!marked)} /> ${t("image.show")}</label>
        <span class="key found">${t("image.found", { count: found.length })}</span>
        ${text && html`<span class="key text">${t("image.text")}</span>`}
      </figcaption>`}
    </figure>
  `;
}
