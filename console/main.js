// Starts the console: language and colours first, so that nothing is shown twice.
import { html, render } from "./vendor/preact.js";
import { App } from "./app.js";
import { loadLanguage } from "./i18n.js";
import { applyTheme } from "./theme.js";

applyTheme();
await loadLanguage();
render(html`<${App} />`, document.getElementById("console"));
