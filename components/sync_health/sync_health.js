import { age, exact, live } from "reviewflow-live";
import { PREFIX } from "reviewflow-live/prefix.js";
import { number } from "reviewflow-live/text.js";
import { every, took } from "reviewflow-live/time.js";
import { bars, sentence, slowest, slowFrom } from "reviewflow-sync-health/bars.js";
import { Source } from "reviewflow-sync-health/source.js";
import { clockTime, CONNECT, pills, problems, seconds, sorted, STATES, stateOf, tiles } from "reviewflow-sync-health/words.js";

const CACHED_MS = 1100; // so old an answer may be

export default {
  props: { mayReconcile: Boolean, mayConnect: Boolean },
  emits: ["reconcile"],
  template: `
    <div class="rf-page rf-health" :aria-busy="!health">
      <header>
        <h1>Sync health</h1>
        <span v-if="since" class="rf-pill is-pending"><svg class="i" aria-hidden="true"><use href="#i-offline"/></svg>As it was at {{ since }}</span>
        <span v-for="[word, icon, role] in since ? [] : found.pills" :key="word" :class="['rf-pill', role]"><svg class="i" aria-hidden="true"><use :href="'#i-' + icon"/></svg>{{ word }}</span>
        <div class="end"><span id="reconcile-says" role="status" :class="['rf-state rf-said', isFirstRead ? 'is-info' : said[1]]">{{ isFirstRead && mayReconcile ? 'After the first read' : said[0] }}</span>
          <button v-if="mayReconcile" class="rf-btn is-primary" aria-describedby="reconcile-says" :disabled="isRunning || isFirstRead || !live.online" :title="live.online ? 'Compare every pull with ' + (live.sync.forge || 'the code host') : 'Not while this page is offline'" @click="reconcile">
            <svg class="i" aria-hidden="true"><use href="#i-compare"/></svg>{{ isRunning ? 'Comparing …' : 'Reconcile now' }}</button></div>
      </header>
      <template v-if="health">
        <div v-if="health.host.is_pretend || found.problems.length" class="rf-troubles">
          <div v-if="health.host.is_pretend" class="rf-banner is-merged"><svg class="i" aria-hidden="true"><use href="#i-info"/></svg><span><b>A pretend team:</b> nothing real is read. <a v-if="mayConnect" class="rf-link" :href="PREFIX + '/dashboard/connect'">Connect GitHub</a></span></div>
          <div v-for="each in found.problems" :key="each.says" :class="['rf-banner', each.role]"><svg class="i" aria-hidden="true"><use href="#i-alert"/></svg><span><b>{{ each.says }}.</b> {{ parts(each.advice)[0] }}<a v-if="parts(each.advice)[1]" class="rf-link" :href="PREFIX + '/dashboard/connect'">{{ CONNECT }}</a>{{ parts(each.advice)[2] }}.</span></div>
        </div>
        <div class="rf-stats">
          <div v-for="tile in tiles" :key="tile.key" class="rf-stat" :data-tile="tile.key"><div class="k"><svg class="i i-14" aria-hidden="true"><use :href="'#i-' + tile.icon"/></svg>{{ tile.title }}</div>
            <div :class="['v', tile.role && 'rf-state', tile.role]">{{ tile.value }} <small>{{ tile.small }}</small></div>
            <template v-for="(budget, at) in tile.budgets" :key="budget.name">
              <div v-if="at" class="b">{{ budget.name }}: {{ number(budget.remaining) }} of {{ number(budget.limit) }}, new at {{ clockTime(seconds(budget.resets_at)) }}</div>
              <div :class="['rf-prog', budget.ours ? 'is-open' : 'is-pending']" role="img" :aria-label="budget.name + ': ' + share(budget) + ' % left'"><i :style="{ width: share(budget) + '%' }"></i></div></template>
            <div class="b">{{ tile.below }}</div></div>
        </div>
        <h2 class="rf-h2">Delay in the last hour<small>from the change to this server, one bar a minute</small></h2>
        <div class="rf-card"><div class="rf-lag" role="img" :aria-label="lag.sentence"><i v-for="bar in lag.bars" :key="bar.at" :class="{ 'is-pending': bar.isSlow, 'is-gap': !bar.height }" :style="bar.height && { height: bar.height + 'px' }" :title="bar.title"></i>
            <span v-if="!health.minutes.length" class="rf-2">Nothing measured in the last hour</span></div>
          <div class="rf-axis"><span>{{ clockTime(lag.bars[0].at * 60) }}</span><b v-if="lag.slowest" class="is-pending"><svg class="i i-12" aria-hidden="true"><use href="#i-alert"/></svg>{{ clockTime(lag.slowest.at * 60) }} took {{ took(lag.slowest.p50) }}</b><span>now</span></div></div>
        <h2 class="rf-h2">Repositories<small>{{ number(rows.length) }}, {{ how }}</small><a v-if="mayConnect" class="rf-link end" :href="PREFIX + '/dashboard/connect'">Add a repository</a></h2>
        <div v-if="!rows.length" class="rf-card rf-none rf-2">{{ found.problems.length ? 'None can be read yet' : 'They are being looked up' }}</div>
        <table v-else class="rf-table"><thead><tr><th>Repository</th><th>State</th><th class="hide-phone">How</th><th class="hide-phone">Last webhook</th><th class="hide-phone">Last read</th><th class="r hide-phone">Open pulls</th><th class="r">Delay</th></tr></thead>
          <tbody v-for="each in rows" :key="each.name" :data-repository="each.name"><tr>
            <td class="name" :title="each.name"><span :class="['rf-2', owners === 1 && 'not-phone']">{{ each.name.split('/')[0] }}/</span><b class="rf-strong">{{ each.name.split('/')[1] }}</b></td>
            <td><span :class="['rf-state rf-cell', look(each)[2]]"><svg class="i" aria-hidden="true"><use :href="'#i-' + look(each)[1]"/></svg>{{ look(each)[0] }}</span></td>
            <td class="hide-phone rf-2"><span class="rf-cell"><svg class="i i-14" aria-hidden="true"><use :href="each.webhook_at ? '#i-hook' : '#i-sync'"/></svg>{{ each.webhook_at ? 'Webhook and polling' : 'Polling only' }}</span></td>
            <td :class="['hide-phone', each.is_quiet ? 'rf-state is-pending' : 'rf-2']"><time v-if="each.webhook_at" :title="exact(seconds(each.webhook_at))">{{ age(seconds(each.webhook_at)) }} ago</time><template v-else>no webhook</template></td>
            <td class="hide-phone rf-2"><time v-if="each.well_at" :title="exact(seconds(each.well_at))">{{ age(seconds(each.well_at)) }} ago</time><template v-else>not yet</template></td>
            <td class="r hide-phone">{{ number(each.open_pulls) }}</td>
            <td class="r"><span v-if="each.delay" :title="took(each.delay.p95_s) + ' for 95 % of ' + number(each.delay.events)">{{ took(each.delay.p50_s) }}</span><span v-else class="rf-3" title="Nothing measured in the last hour">–</span></td></tr>
            <tr v-if="each.error" class="why"><td colspan="7" class="x">{{ each.error.says }}</td></tr></tbody></table>
      </template>
      <template v-else><p v-if="since" class="rf-2">It cannot be asked for now; it is tried again.</p>
        <div class="rf-stats" aria-hidden="true"><div v-for="at in 4" :key="at" class="rf-stat"><div class="k"><span class="sk"></span></div><div class="v"><span class="sk"></span></div><div class="b"><span class="sk"></span></div></div></div></template>
    </div>`,
  data: () => ({ PREFIX, CONNECT, live, health: null, told: null, failed: null, asked: false, said: ["", ""] }),
  computed: {
    found() { return this.health ? { pills: pills(this.health), problems: problems(this.health) } : { pills: [], problems: [] }; },
    tiles() { return tiles(this.health, live.sync.event); },
    rows() { return sorted(this.health.repositories); },
    owners() { return new Set(this.rows.map((each) => each.name.split("/")[0])).size; },
    how() {
      const { title, is_pretend, means, interval_s } = this.health.host;
      return `${is_pretend ? "made up" : `${title} by ${means}`}, read every ${every(interval_s)}`;
    },
    minute() { return Math.floor(live.now / 60); },
    lag() {
      const shown = bars(this.health.minutes, this.minute, slowFrom(this.health.host));
      return { bars: shown, slowest: slowest(shown), sentence: sentence(shown, this.health.delay) };
    },
    isFirstRead() { return Boolean(live.sync.progress); }, // what was not read yet would be compared with nothing
    isRunning() { return this.asked || Boolean(this.health?.reconciliation.is_running); },
    since() { // when all this was so, while nobody can be asked
      return live.online && !this.failed ? null : clockTime(this.told ?? this.failed ?? live.now);
    },
  },
  watch: {
    "live.sync"() { this.source.soon(); },
    "live.online"(online) { if (online) this.source.soon(); },
  },
  mounted() { this.source = new Source(this.tell); },
  unmounted() { this.source.end(); },
  methods: {
    age, clockTime, exact, number, seconds, took,
    look: (repository) => STATES[stateOf(repository)],
    parts(advice) { // before the name of the page where it is mended, that name if it is a link, behind it
      const at = this.mayConnect ? advice.indexOf(CONNECT) : -1;
      return at < 0 ? [advice, "", ""] : [advice.slice(0, at), CONNECT, advice.slice(at + CONNECT.length)];
    },
    share: ({ limit, remaining }) => (limit ? Math.round((100 * remaining) / limit) : 0),
    tell(health) {
      this.failed = health === null ? live.now : null;
      if (health !== null) this.told = live.now;
      if (health) this.health = health;
    },
    reconcile() {
      Object.assign(this, { asked: true, said: ["", ""] });
      this.$emit("reconcile");
      this.source.soon();
    },
    say(...said) {
      Object.assign(this, { asked: false, said });
      if (this.health) this.health.reconciliation.is_running = false;
      this.source.soon();
      setTimeout(this.source.look, CACHED_MS);
    },
  },
};
