// What stands in place of rows, always with one next step.
import { live } from "reviewflow-live";
import { actions } from "reviewflow-live/desk.js";
import { PREFIX } from "reviewflow-live/prefix.js";
import { reading } from "reviewflow-live/status.js";

const ART = {
  nothing: '<rect x="10" y="6" width="76" height="14" rx="4" stroke-dasharray="4 4" opacity=".6"/><rect x="10" y="46" width="76" height="14" rx="4" stroke-dasharray="4 4" opacity=".6"/><circle cx="46" cy="31" r="9" stroke-width="2"/><path d="M53 38l7 7" stroke-width="2"/>',
  done: '<rect x="10" y="6" width="76" height="14" rx="4" opacity=".45"/><rect x="10" y="26" width="76" height="14" rx="4" opacity=".7"/><rect x="10" y="46" width="76" height="14" rx="4"/><path d="M18 13h22M18 33h30M18 53h18" opacity=".6"/><path class="is-good" d="M70 53l3 3 6-6.5"/>',
  coming: '<rect x="10" y="6" width="76" height="14" rx="4"/><path d="M18 13h22" opacity=".6"/><g stroke-dasharray="4 4"><rect x="10" y="26" width="76" height="14" rx="4" opacity=".7"/><rect x="10" y="46" width="76" height="14" rx="4" opacity=".45"/></g>',
  failed: '<g stroke-dasharray="4 4" opacity=".7"><rect x="10" y="6" width="76" height="14" rx="4"/><rect x="10" y="46" width="76" height="14" rx="4"/></g><path class="is-bad" d="M48 19l14 25H34zM48 28v7M48 39.5v.1"/>',
};
const DONE = {
  pending: ["Nothing waits for a review", "Every open pull request has an answer. New ones appear here by themselves."],
  approved: ["Nothing is approved", "As soon as somebody approves a pull request it appears here."],
  changes_requested: ["No changes are asked for", "Nobody waits for an author to mend something."],
};

export const Empty = {
  props: { channel: String, searched: Boolean, filtered: Boolean, configured: Boolean },
  emits: ["clear"],
  template: `
    <div class="rf-empty">
      <svg class="art" width="96" height="64" viewBox="0 0 96 64" aria-hidden="true" v-html="art"></svg>
      <h2>{{ said[1] }}</h2><p>{{ said[2] }}</p>
      <div class="do">
        <a v-if="said[0] === 'failed' || !configured" class="rf-btn is-primary" :href="PREFIX + '/dashboard/connect'">Connect GitHub</a>
        <button v-if="said[0] === 'failed'" class="rf-btn" :disabled="!live.online" @click="actions.sync()"><svg class="i" aria-hidden="true"><use href="#i-sync"/></svg>Try again</button>
        <button v-if="filtered && searched && channel !== 'all'" class="rf-btn" :disabled="!live.online" @click="actions.channel('all')">Search all channels</button>
        <button v-if="said[0] !== 'failed' && filtered" class="rf-btn" :disabled="!live.online" @click="$emit('clear')">Show all</button>
      </div>
    </div>`,
  data: () => ({ live, actions, PREFIX }),
  computed: {
    said() { // picture, headline, text
      if (this.filtered && live.totals.all) {
        if (!this.searched && DONE[this.channel]) return ["done", ...DONE[this.channel]];
        return ["nothing", "Nothing matches", "No pull request is in this channel with these words."];
      }
      if (!this.configured) return ["nothing", "No repository is connected", "Connect GitHub, and choose whose pull requests to show."];
      if (live.sync.progress || (live.sync.state === "starting" && !live.sync.error)) return ["coming", "The first pull requests are on their way", live.sync.progress ? this.sofar : "They appear here by themselves as soon as they are read."];
      if (live.sync.error) return ["failed", "Nothing could be read yet", live.sync.error];
      return ["done", "No pull requests yet", "They appear here by themselves as soon as they are read."];
    },
    sofar() { const [what, pulls, share] = reading(live.sync.progress); return `${what}: ${pulls}, ${share}.`; },
    art() { return ART[this.said[0]]; }, // our own drawings, no text of anybody's
  },
};
