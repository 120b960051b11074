import { live } from "reviewflow-live";

const LOOKS = {
  starting: ["running", "is-info", "Reading for the first time"], live: ["check-circle", "is-open", "All is read"],
  limited: ["clock", "is-pending", "Waiting for the allowance"], failing: ["alert", "is-closed", "Something cannot be read"],
};

export default {
  props: { what: String },
  template: `
    <div :class="['rf-banner', look[1]]" role="status">
      <svg class="i" aria-hidden="true"><use :href="'#i-' + look[0]"/></svg>
      <span><b>{{ look[2] }}</b> · {{ what }} · <b class="rf-count">{{ (live.totals.all ?? 0).toLocaleString() }}</b> pull {{ live.totals.all === 1 ? 'request' : 'requests' }} found
        <span v-if="live.sync.error"><br>{{ live.sync.error }}</span></span>
    </div>`,
  data: () => ({ live }),
  computed: { look() { return LOOKS[live.sync.state] ?? LOOKS.starting; } },
};
