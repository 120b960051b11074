import { live } from "reviewflow-live";
import { SYNC } from "reviewflow-live/status.js";

const WORDS = {
  starting: "Reading for the first time", live: "All is read", limited: "Waiting for the allowance", failing: "Something cannot be read",
};

export default {
  props: { what: String },
  template: `
    <div :class="['rf-banner', look[2]]" role="status">
      <svg class="i" aria-hidden="true"><use :href="'#i-' + (look[1] ?? 'check-circle')"/></svg>
      <span><b>{{ words }}</b> · {{ what }} · <b class="rf-count">{{ (live.totals.all ?? 0).toLocaleString() }}</b> pull {{ live.totals.all === 1 ? 'request' : 'requests' }} found
        <span v-if="live.sync.error"><br>{{ live.sync.error }}</span></span>
    </div>`,
  data: () => ({ live }),
  computed: {
    look() { return SYNC[live.sync.state] ?? SYNC.starting; },
    words() { return WORDS[live.sync.state] ?? WORDS.starting; },
  },
};
