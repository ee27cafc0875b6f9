// Markdown that strangers wrote: HTML in it stays text, and what is made of the rest is sanitised once more.
import { html, useLayoutEffect, useRef } from "../vendor/preact.js";
import { Marked } from "../vendor/marked.js";
import DOMPurify from "../vendor/purify.js";

const escaped = (text) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const marked = new Marked({
  renderer: {
    html: ({ text }) => escaped(text),
    // An image could tell its host who reads; the policy of the page forbids it anyhow.
    image: ({ raw }) => escaped(raw),
  },
});

export function Markdown({ text }) {
  const place = useRef(null);
  useLayoutEffect(() => {
    const safe = DOMPurify.sanitize(marked.parse(text), { RETURN_DOM_FRAGMENT: true, FORBID_TAGS: ["style", "form", "input"], FORBID_ATTR: ["style"] });
    for (const link of safe.querySelectorAll("a")) {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
    place.current.replaceChildren(safe);
  }, [text]);
  return html`<article class="reader" ref=${place}></article>`;
}
