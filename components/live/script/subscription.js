// One live view, followed: its snapshot first, then patches; after a gap the snapshot again.
import { begin } from "./freshness.js";
import { PREFIX } from "./prefix.js";

export class Subscription {
  #loading = null; // { view, patches }: a snapshot is on its way, and what arrived meanwhile
  #state;
  #onPatch;
  #onToasts;

  // state: reactive, { view, epoch, version, loaded, rows } and whatever else the view holds; onPatch sees what is new before it is applied
  constructor(state, onPatch, onToasts = () => {}) {
    this.#state = state;
    this.#onPatch = onPatch;
    this.#onToasts = onToasts;
  }

  concerns({ view }) { return view === this.#loading?.view || view === this.#state.view; }

  receive(message) {
    const state = this.#state;
    const ours = message.view === state.view && message.epoch === state.epoch;
    if (this.#loading?.view === message.view) {
      this.#loading.patches.push(message);
    } else if (message.hello) {
      if (!ours || message.version > state.version) this.load(message.view);
    } else if (ours && message.version === state.version + 1) {
      this.#onPatch(message);
      this.#apply(message);
    } else if (ours && message.version > state.version) {
      this.load(message.view); // we missed one
    }
  }

  async load(view) {
    const state = this.#state, mine = (this.#loading = { view, patches: [] });
    state.waiting = view !== state.view;
    const snapshot = await this.#fetch(view, mine);
    if (!snapshot) return;
    this.#loading = null;
    if (view !== state.view) state.rows = {};
    this.#apply(snapshot);
    begin();
    Object.assign(state, { view, loaded: true, waiting: false });
    mine.patches.forEach((patch) => this.receive(patch));
  }

  // until it is there, the view is gone, or the page has moved on
  async #fetch(view, mine) {
    for (let pause = 250; this.#loading === mine; pause = Math.min(2 * pause, 4000)) {
      try {
        const response = await fetch(`${PREFIX}/dashboard/api/live/${view}`);
        if (this.#loading !== mine) return null;
        if (response.status === 401) return window.location.reload(); // the gate shows the login
        if (response.status === 204) return (this.#loading = null); // it is gone; the next hello names another
        if (!response.ok) throw new Error(response.statusText);
        const snapshot = await response.json();
        return this.#loading === mine ? snapshot : null;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    return null;
  }

  drop() {
    this.#loading = null;
    Object.assign(this.#state, { view: null, epoch: null, version: -1, loaded: false, rows: {} });
  }

  #apply({ rows = [], view, toasts, hello, now, slot, ...rest }) {
    for (const row of rows) {
      const old = this.#state.rows[row.key]; // a patch has only what is new of a row
      const changed = old && Object.keys(row).some((name) => JSON.stringify(row[name]) !== JSON.stringify(old[name]));
      this.#state.rows[row.key] = { changes: 0, ...old, ...row, ...(changed && { changes: old.changes + 1 }) };
    }
    Object.assign(this.#state, rest);
    if (toasts) this.#onToasts(toasts);
  }
}
