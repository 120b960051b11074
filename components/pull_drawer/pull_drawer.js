import { age, closePull, desk, exact, live, opened } from "reviewflow-live";
import { actions } from "reviewflow-live/desk.js";
import { Person, VERDICTS } from "reviewflow-live/people.js";
import { when } from "reviewflow-live/time.js";
import { CHECKS, STATES } from "reviewflow-list/row.js";

const PREFIX = window.path_prefix ?? "";
const TELL_MS = 120; // a key that is held runs through many pulls; the server hears of the last
const DECISIONS = { APPROVED: "approved", CHANGES_REQUESTED: "changes requested", REVIEW_REQUIRED: "review required" };
const RUNS = { ...CHECKS, none: ["check", "is-none"] };

export default {
  components: { Person },
  props: { given: Object },
  emits: ["open"],
  template: `
    <aside v-if="desk.open" ref="panel" class="rf-preview" tabindex="-1" :aria-label="'Pull request ' + name">
      <div class="top">
        <template v-if="at[0] >= 0"><button class="rf-btn is-quiet is-icon" aria-label="Previous" title="Previous · k" @click="actions.move(-1)"><svg class="i" aria-hidden="true"><use href="#i-up"/></svg></button>
        <button class="rf-btn is-quiet is-icon" aria-label="Next" title="Next · j" @click="actions.move(1)"><svg class="i is-down" aria-hidden="true"><use href="#i-up"/></svg></button>
        <span class="rf-2 rf-small">{{ at[0] + 1 }} of {{ at[1] }}</span></template>
        <span class="rf-grow"></span>
        <a v-if="pull?.url && live.sync.forge !== 'Demo'" class="rf-btn is-quiet" :href="pull.url" target="_blank" rel="noopener"><svg class="i" aria-hidden="true"><use href="#i-out"/></svg>{{ live.sync.forge || 'GitHub' }}</a>
        <button class="rf-btn is-quiet is-icon" aria-label="Close" title="Close · u" @click="close()"><svg class="i" aria-hidden="true"><use href="#i-x"/></svg></button>
      </div>
      <div v-if="pull" class="scroll" tabindex="0" role="region" :aria-label="name">
        <div class="rf-line"><span :class="['rf-pill', state[2]]"><svg class="i" aria-hidden="true"><use :href="'#i-' + state[1]"/></svg>{{ state[0] }}</span><span class="rf-2 rf-small">{{ name }}</span></div>
        <h2><bdi>{{ pull.title }}</bdi></h2>
        <div class="rf-by"><Person :person="pull.author" aria-hidden="true"/><b class="rf-strong">{{ pull.author[0] }}</b>
          <span v-if="pull.created">· opened <time :title="exact(pull.created)">{{ when(pull.created) }}</time>{{ ago(pull.created) }}</span>
          <span v-if="pull.merged">· merged <time :title="exact(pull.merged)">{{ when(pull.merged) }}</time>{{ ago(pull.merged) }}</span>
          <span v-else-if="pull.closed">· closed <time :title="exact(pull.closed)">{{ when(pull.closed) }}</time>{{ ago(pull.closed) }}</span></div>
        <div class="rf-by"><span class="rf-br"><bdi>{{ pull.base }}</bdi></span>←<span class="rf-br"><bdi>{{ pull.head }}</bdi></span>
          <span v-if="pull.size" class="rf-size"><i>{{ pull.size }}</i><span class="rf-plus">+{{ pull.additions }}</span><span class="rf-minus">−{{ pull.deletions }}</span></span>
          <span v-if="pull.files" class="rf-small">{{ pull.files }} {{ pull.files === 1 ? 'file' : 'files' }}</span></div>
        <div v-if="pull.labels.length" class="rf-by rf-labels"><span v-for="[label, color] in pull.labels" :key="label" class="rf-tag" :style="{ '--c': '#' + color }">{{ label }}</span></div>
        <template v-if="whole">
          <ul class="rf-ready" aria-label="Readiness"><li v-for="[role, icon, words, value] in readiness" :key="words" :class="role"><svg class="i" aria-hidden="true"><use :href="'#i-' + icon"/></svg>{{ words }} <b>{{ value }}</b></li></ul>
          <h3>Reviewers<span v-if="pull.decision" class="end">GitHub says: {{ decision }}</span></h3>
          <ul class="rf-kv">
            <li v-for="[login, bot, picture, verdict, moment, idle] in people" :key="login"><Person :person="[login, bot, picture]" class="s-24" aria-hidden="true"/><span>{{ login }}</span>
              <span :class="['end rf-state', verdict === 'asked' ? 'is-pending' : VERDICTS[verdict][0]]" :title="moment ? exact(moment) : ''">{{ VERDICTS[verdict][2] }}<template v-if="moment && verdict !== 'asked'"> · {{ when(moment) }}{{ ago(moment) }}</template><template v-if="idle"> ({{ idle === 'approved' ? 'an approval' : 'a request for changes' }} that does not count)</template></span></li>
            <li v-for="team in pull.teams" :key="team"><svg class="i rf-3" aria-hidden="true"><use href="#i-people"/></svg><span>{{ team }}</span><span class="end rf-state is-pending">team asked</span></li>
            <li v-if="!people.length && !pull.teams.length" class="rf-3">Nobody was asked yet</li>
          </ul>
          <template v-if="pull.assignees.length"><h3>Assigned to</h3>
            <ul class="rf-kv"><li v-for="person in pull.assignees" :key="person[0]"><Person :person="person" class="s-24" aria-hidden="true"/>{{ person[0] }}</li></ul></template>
          <h3>Description</h3>
          <div v-if="!pull.description" class="rf-3">No description</div>
          <div v-else-if="prose.digest !== pull.description && !prose.html" class="sk rf-sk-prose"></div>
          <div v-else class="rf-prose" v-html="prose.html"></div>
          <h3>Checks<span v-if="pull.total" class="end">{{ pull.passed }} of {{ pull.total }}</span></h3>
          <ul class="rf-kv"><li v-for="[run, app, result, url] in pull.runs" :key="app + '/' + run"><svg :class="['i rf-state', RUNS[result][1]]" role="img" :aria-label="result"><use :href="'#i-' + RUNS[result][0]"/></svg>
              <a v-if="url" class="rf-cut" :href="url" target="_blank" rel="noopener noreferrer">{{ run }}</a><span v-else class="rf-cut">{{ run }}</span><span class="end rf-3">{{ app }}</span></li>
            <li v-if="!pull.runs?.length" class="rf-3">{{ pull.runs ? 'None' : 'Not read yet' }}</li></ul>
        </template>
        <div v-else class="sk rf-sk-prose"></div>
      </div>
      <div v-else-if="opened.loaded || !desk.open.key" class="rf-empty"><h2>{{ name }} is not here</h2><p>It may be of a repository that is not watched, or be gone.</p></div>
      <span class="sr" role="status">{{ pull ? 'Open: ' + pull.title : '' }}</span>
    </aside>`,
  data: () => ({ desk, live, opened, actions, VERDICTS, RUNS, prose: {} }),
  computed: {
    row() { return live.rows[desk.open?.key]; },
    whole() { return opened.pull?.key === desk.open?.key ? opened.pull : null; },
    pull() { return this.whole ?? (opened.loaded && !opened.pull ? null : this.row); }, // the row knows much at once
    name() { return `${this.pull?.repository ?? desk.open.repository} #${this.pull?.number ?? desk.open.number}`; },
    state() { return this.pull.marks.includes("draft") && this.pull.status === "pending" ? ["Draft", "pr-draft", "is-draft"] : STATES[this.pull.status]; },
    people() { return this.pull.people; },
    decision() { return DECISIONS[this.pull.decision] ?? this.pull.decision; },
    at() { return (live.order, actions.neighbours?.() ?? [-1, 0]); },
    readiness() {
      const { people, checks, passed, total, mergeable, marks, status } = this.pull;
      const approvals = people.filter(([, , , verdict]) => verdict === "approved").length;
      const stale = people.filter(([, , , verdict]) => verdict === "stale").length;
      const chips = [[stale ? "is-stale is-warn" : approvals ? "is-approved" : "is-none", "check-circle", "Approvals", stale ? `${approvals + stale}, ${stale} stale` : approvals]];
      if (CHECKS[checks]) chips.push([`${CHECKS[checks][1]}${checks === "failing" ? " is-warn" : ""}`, CHECKS[checks][0], "Checks", `${passed} of ${total}`]);
      if (mergeable !== null) chips.push(mergeable ? ["is-approved", "merge", "Conflicts", "none"] : ["is-changes is-warn", "merge", "Conflicts", "yes"]);
      if (marks.includes("queued")) chips.push(["is-pending", "clock", "Merge queue", "waiting"]);
      if (status === "changes_requested") chips.push(["is-changes is-warn", "changes", "Changes", "requested"]);
      return chips;
    },
  },
  watch: {
    given: { immediate: true, deep: true, handler(given) { this.follow(given); } },
    "whole.description": { immediate: true, handler() { this.read(); } },
    "desk.open.key"() { this.prose = {}; },
  },
  mounted() { Object.assign(actions, { open: this.open, back: this.back, preview: this.preview }); },
  methods: {
    exact, when, age,
    ago: (moment) => (live.now - moment < 60 ? "" : " ago"),
    follow(given) { // an address was opened, or the browser went back or forward
      desk.open = given?.number ? { ...given } : null;
      if (!desk.open?.key) closePull();
      else desk.cursor = live.order.includes(given.key) ? given.key : desk.cursor;
    },
    open(key = desk.cursor, named = null, isStep = true) {
      const { repository, number } = named ?? live.rows[key] ?? {};
      if (!number || !live.online) return;
      const isNew = !desk.open;
      if (live.rows[key]) desk.cursor = key;
      desk.open = { key, repository, number };
      this.go(`${PREFIX}/dashboard/pulls/${repository}/${number}`, isStep);
      this.tell(key);
      if (isNew && window.matchMedia("(max-width: 767px)").matches) this.$nextTick(() => this.$refs.panel?.focus());
    },
    close() {
      desk.open = null;
      closePull();
      this.go(`${PREFIX}/dashboard/`, true);
      this.tell(null);
      if (desk.cursor !== null) actions.focusList?.();
    },
    back() {
      if (desk.open) return this.close();
      desk.cursor = null;
      desk.selected = [];
      document.activeElement?.blur();
    },
    preview() { if (desk.open) this.close(); else this.open(); },
    go(path, isStep) {
      const address = path + window.location.search;
      window.history[isStep ? "pushState" : "replaceState"](window.history.state, "", address);
    },
    tell(key) {
      clearTimeout(this.telling);
      this.telling = setTimeout(() => this.$emit("open", key), this.told && Date.now() - this.told < TELL_MS ? TELL_MS : 0);
      this.told = Date.now();
    },
    async read() {
      const { repository, number, description } = this.whole ?? {};
      if (!description || this.prose.digest === description) return;
      const response = await fetch(`${PREFIX}/dashboard/api/pulls/${repository}/${number}/description`).catch(() => null);
      if (response?.ok && this.whole?.repository === repository && this.whole.number === number) this.prose = await response.json(); // made safe by the server
    },
  },
};
