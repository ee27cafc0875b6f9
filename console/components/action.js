// A button that does something: it waits for the answer, and says what stood in the way.
import { html, useState } from "../vendor/preact.js";
import { Trouble } from "./trouble.js";

export function Action({ act, kind = "", children, label }) {
  const [state, setState] = useState({ busy: false, error: null });
  const click = async () => {
    setState({ busy: true, error: null });
    try {
      await act();
      setState({ busy: false, error: null });
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return html`
    <span class="action">
      <button type="button" class=${kind} disabled=${state.busy} aria-label=${label} onClick=${click}>${children}</button>
      <${Trouble} error=${state.error} />
    </span>
  `;
}
