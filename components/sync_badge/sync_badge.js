import { age, desk, exact, live, start } from "reviewflow-live";
import { actions } from "reviewflow-live/desk.js";
import { figures } from "reviewflow-live/freshness.js";
import { PREFIX } from "reviewflow-live/prefix.js";
import { reading, SYNC } from "reviewflow-live/status.js";

export default {
  props: { view: String, place: String, mayConnect: Boolean },
  template: `
    <div v-if="place === 'bar'"><div v-if="progress" class="rf-reading" role="progressbar" aria-label="First read" aria-valuemin="0" aria-valuemax="100" :aria-valuenow="percent" :aria-valuetext="whole"><i :style="{ width: percent + '%' }"></i></div>
      <div role="status">
      <div v-if="!live.online" class="rf-bar is-pending">
        <svg class="i" aria-hidden="true"><use href="#i-offline"/></svg><b>Offline since {{ since }}</b>
        <span class="not-phone">You see what was true then. It comes back by itself.</span>
      </div>
      <div v-else-if="sync.error" :class="['rf-bar', look[2]]">
        <svg class="i" aria-hidden="true"><use :href="'#i-' + look[1]"/></svg><b>{{ look[0] }}</b>
        <span class="rf-bar-error" :title="sync.error">{{ sync.error }}<span v-if="sync.fresh" aria-hidden="true"> · all is as it was {{ age(sync.fresh) }} ago</span></span>
        <a v-if="mayConnect" :href="PREFIX + '/dashboard/connect'">Connection</a>
        <a v-else-if="!isHealth" :href="PREFIX + '/dashboard/sync'">Sync health</a>
      </div></div>
    </div>
    <span v-else class="rf-badge"><a v-if="place === 'head' && sync.forge === 'Demo'" :href="PREFIX + '/dashboard/connect'" class="rf-pill is-merged" title="A pretend team, not GitHub: connect yours">Demo</a><a :href="PREFIX + '/dashboard/sync'" class="rf-to-health" :title="sync.error ?? (isFirstRead ? whole : 'Open Sync health')"><span v-if="isFirstRead" class="rf-sync is-first">
      <span class="rf-state is-info"><svg class="i i-14" aria-hidden="true"><use href="#i-running"/></svg></span>
      <b class="what">{{ progress[0] }}</b><span class="pulls">{{ progress[1] }}</span><span class="share">{{ progress[2] }}</span>
    </span><span v-else :class="place === 'foot' ? 'rf-foot-line' : 'rf-sync'">
      <span v-if="look[1]" :class="['rf-state', look[2]]"><svg class="i i-14" aria-hidden="true"><use :href="'#i-' + look[1]"/></svg></span>
      <span v-else :class="['rf-dot is-live', look[2]]"></span>
      <b>{{ look[0] }}</b>
      <span v-if="moment" class="rf-age" :title="exact(moment)">{{ said }} {{ age(moment) }} ago</span>
      <template v-if="place === 'foot'">
        <span v-if="sync.error" class="rf-foot-error">{{ dot }}{{ sync.error }}</span>
        <span v-else-if="sync.interval && live.online">{{ dot }}checks every {{ sync.interval }} s</span>
      </template>
    </span></a><span v-if="place === 'foot' && fresh" class="rf-fresh" :title="fresh.about">event to screen {{ fresh.p50 }} · 95 % {{ fresh.p95 }}</span><button v-if="place === 'head'" class="rf-btn is-quiet is-icon not-phone" aria-label="Sync now" title="Sync now · ." :disabled="!live.online" @click="actions.sync()"><svg class="i" aria-hidden="true"><use href="#i-sync"/></svg></button>
    <span v-else class="rf-hints" aria-hidden="true"><template v-if="desk.singleKeys && live.count"><span><kbd>j</kbd><kbd>k</kbd>move</span><span><kbd>↵</kbd>open</span><span><kbd>/</kbd>search</span><span><kbd>?</kbd>all keys</span></template></span></span>`,
  data: () => ({ PREFIX, actions, age, desk, exact, live }),
  computed: {
    sync() { return live.sync; },
    isHealth: () => location.pathname === `${PREFIX}/dashboard/sync`,
    state() { return live.online ? live.sync.state ?? "starting" : "offline"; },
    look() { return SYNC[this.state]; },
    isFirstRead() { return this.place === "head" && this.progress !== null && ["starting", "live"].includes(this.state); },
    progress() { return live.online && live.sync.progress ? reading(live.sync.progress) : null; }, // offline it would be a lie
    percent() { return Math.round(100 * live.sync.progress.share); },
    whole() { return `${this.progress[0]}: ${this.progress[1]}, ${this.progress[2]}`; },
    moment() { return ["live", "offline"].includes(this.state) ? live.sync.event : live.sync.fresh; },
    dot() { return this.moment ? "· " : ""; }, // behind an age
    said() {
      if (live.online && this.state !== "live") return this.place === "foot" ? "all is as it was" : "as it was";
      if (this.place !== "foot") return "";
      return "last event from " + (live.sync.forge === "Demo" ? "the pretend team" : live.sync.forge);
    },
    fresh() { return figures(live.sync.forge === "Demo" ? "the pretend team" : live.sync.forge); },
    since() { return live.offlineSince?.toLocaleTimeString([], { timeStyle: "short" }); },
  },
  mounted() { start(this.view); },
};
