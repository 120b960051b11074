// Asks how everything is read, as long as somebody looks; nothing is drawn again that is as it was.
import { PREFIX } from "reviewflow-live/prefix.js";

const ADDRESS = `${PREFIX}/dashboard/api/sync/health`;
const EVERY_MS = 5000;
const SPREAD_MS = 250; // of many pages that hear of a change at once

export class Source {
  #tag = null;
  #asks = false;
  #asksAgain = false;
  #tell;

  // tell(health, moment) gets null for what could not be had
  constructor(tell) {
    this.#tell = tell;
    this.look = () => document.hidden || this.#ask();
    this.#ask();
    this.timer = setInterval(this.look, EVERY_MS);
    document.addEventListener("visibilitychange", this.look);
  }

  soon() { setTimeout(this.look, Math.random() * SPREAD_MS); }

  end() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.look);
  }

  async #ask() {
    this.#asksAgain = this.#asks; // what changed meanwhile may not be in the answer that is on its way
    if (this.#asks) return;
    this.#asks = true;
    try {
      const response = await fetch(ADDRESS);
      if (response.status === 401) return window.location.reload(); // the gate shows the login
      if (!response.ok) throw new Error(response.statusText);
      const tag = response.headers.get("etag");
      this.#tell(tag === this.#tag ? undefined : await response.json());
      this.#tag = tag;
    } catch {
      this.#tell(null);
    } finally {
      this.#asks = false;
    }
    if (this.#asksAgain) this.#ask();
  }
}
