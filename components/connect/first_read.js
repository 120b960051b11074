import { live } from "reviewflow-live";
import { reading, SYNC } from "reviewflow-live/status.js";

const READING = [null, "running", "is-info"];
const WORDS = {
  starting: "Reading for the first time", live: "All is read", limited: "Waiting for the allowance", failing: "Something cannot be read",
};

export default {
  props: { what: String },
  emits: ["read"],
  template: `
    <div :class="['rf-banner', look[2]]">
      <svg class="i" aria-hidden="true"><use :href="'#i-' + (look[1] ?? 'check-circle')"/></svg>
      <div class="rf-grow"><span role="status"><b>{{ words }}</b> · {{ what }}</span> · <b class="rf-count">{{ (live.totals.all ?? 0).toLocaleString() }}</b> pull {{ live.totals.all === 1 ? 'request' : 'requests' }} found
        <span v-if="live.sync.error"><br>{{ live.sync.error }}</span>
        <div v-if="progress" class="rf-track"><span role="progressbar" aria-label="First read" aria-valuemin="0" aria-valuemax="100" :aria-valuenow="percent" :aria-valuetext="said"><i :style="{ width: percent + '%' }"></i></span><b class="rf-count">{{ percent }} %</b></div></div>
    </div>`,
  data: () => ({ live }),
  computed: {
    progress() { return live.sync.progress; },
    state() { return this.progress && live.sync.state === "live" ? "starting" : live.sync.state; },
    look() { return this.state === "starting" ? READING : SYNC[this.state] ?? READING; },
    words() { return WORDS[this.state] ?? WORDS.starting; },
    percent() { return Math.round(100 * this.progress.share); },
    said() { return reading(this.progress).join(", "); },
  },
  watch: {
    "live.sync": { // whenever it is told: of the first time it may be the state of what was shown before
      handler() { if (this.state === "live") this.$emit("read"); },
      immediate: true,
    },
  },
};
