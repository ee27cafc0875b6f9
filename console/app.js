// The frame around every page: navigation, language, colours, the key; and the page that the address names.
import { html, useEffect, useState } from "./vendor/preact.js";
import { KEY_WANTED } from "./api.js";
import { KeyDialog } from "./components/key-dialog.js";
import { Lazy } from "./components/lazy.js";
import { language, LANGUAGES, loadLanguage, t } from "./i18n.js";
import { useRoute } from "./router.js";
import { applyTheme, theme, THEMES } from "./theme.js";

// Loaded when first looked at: who looks at the jobs does not wait for what draws graphs.
const PAGES = {
  jobs: (id) => (id ? import("./pages/job.js") : import("./pages/jobs.js")),
  new: () => import("./pages/new-job.js"),
  batches: () => import("./pages/batch.js"),
  schedules: () => import("./pages/schedules.js"),
  articles: (id) => (id ? import("./pages/article.js") : import("./pages/articles.js")),
};
const NAVIGATION = ["jobs", "new", "schedules", "articles"];

export function App() {
  const route = useRoute();
  const [wanted, setWanted] = useState(null);
  const [shown, setShown] = useState({ language: language(), theme: theme(), key: 0 });

  useEffect(() => {
    const want = (event) => setWanted(event.detail || t("key.wanted"));
    window.addEventListener(KEY_WANTED, want);
    return () => window.removeEventListener(KEY_WANTED, want);
  }, []);

  const speak = async (chosen) => {
    await loadLanguage(chosen);
    setShown((before) => ({ ...before, language: chosen }));
  };
  const colour = (chosen) => {
    applyTheme(chosen);
    setShown((before) => ({ ...before, theme: chosen }));
  };
  const closeKey = () => {
    setWanted(null);
    setShown((before) => ({ ...before, key: before.key + 1 }));
  };
  const skip = (event) => {
    event.preventDefault();
    document.getElementById("content").focus();
  };

  const load = PAGES[route.page] ?? PAGES.jobs;
  return html`
    <a class="skip" href="#content" onClick=${skip}>${t("skip")}</a>
    <header class="top">
      <a class="brand" href="#/jobs"><span class="moon" aria-hidden="true"></span>Nightshift</a>
      <nav aria-label=${t("navigation")}>
        ${NAVIGATION.map(
          (page) => html`<a key=${page} href="#/${page}" aria-current=${page === route.page ? "page" : null}>
            ${t(`nav.${page}`)}
          </a>`,
        )}
      </nav>
      <div class="preferences">
        <${Choice} label=${t("language")} value=${shown.language} onChoose=${speak}
          options=${Object.entries(LANGUAGES)} />
        <${Choice} label=${t("theme")} value=${shown.theme} onChoose=${colour}
          options=${THEMES.map((name) => [name, t(`theme.${name}`)])} />
        <button type="button" class="quiet" onClick=${() => setWanted(t("key.change"))}>${t("key")}</button>
      </div>
    </header>
    <main id="content" tabindex="-1">
      <${Lazy} key=${`${route.page}/${route.id}/${shown.language}/${shown.key}`}
        load=${() => load(route.id)} route=${route} />
    </main>
    ${wanted && html`<${KeyDialog} why=${wanted} onClose=${closeKey} />`}
  `;
}

function Choice({ label, value, options, onChoose }) {
  return html`
    <select aria-label=${label} value=${value} onChange=${(event) => onChoose(event.target.value)}>
      ${options.map(([name, text]) => html`<option key=${name} value=${name}>${text}</option>`)}
    </select>
  `;
}
