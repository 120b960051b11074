import { closePull, desk, exact, live, opened } from "reviewflow-live";
import { actions, isOpen, offer, openRow } from "reviewflow-live/desk.js";
import { Person, VERDICTS } from "reviewflow-live/people.js";
import { keepDraft } from "reviewflow-live/place.js";
import { PREFIX } from "reviewflow-live/prefix.js";
import { CHECKS, look, STATUSES } from "reviewflow-live/status.js";
import { number } from "reviewflow-live/text.js";
import { ago, span } from "reviewflow-live/time.js";

const TELL_MS = 120; // a key that is held runs through many pulls; the server hears of the last
const DECISIONS = { APPROVED: "approved", CHANGES_REQUESTED: "changes requested", REVIEW_REQUIRED: "review required" };
const OWNER = "Asked as an owner of the code that this changes";
const OTHERWISE = "GitHub keeps the opinion of whoever is asked again, and knows how many approvals are needed; here only what stands counts";
const ROLES = { APPROVED: STATUSES.approved, CHANGES_REQUESTED: STATUSES.changes_requested, REVIEW_REQUIRED: STATUSES.pending };
const RUNS = { ...CHECKS, none: ["check", "is-none"] };

export default {
  components: { Person },
  props: { given: Object },
  emits: ["open"],
  template: `
    <aside v-if="desk.open" ref="panel" class="rf-preview" tabindex="-1" :aria-label="'Pull request ' + name">
      <div class="top">
        <template v-if="desk.place[0] >= 0"><button class="rf-btn is-quiet is-icon" aria-label="Previous" title="Previous · k" @click="actions.move(-1)"><svg class="i" aria-hidden="true"><use href="#i-up"/></svg></button>
        <button class="rf-btn is-quiet is-icon" aria-label="Next" title="Next · j" @click="actions.move(1)"><svg class="i is-down" aria-hidden="true"><use href="#i-up"/></svg></button>
        <span class="rf-2 rf-small">{{ number(desk.place[0] + 1) }} of {{ number(desk.place[1]) }}</span></template>
        <span class="rf-grow"></span>
        <a v-if="pull?.url && live.sync.forge !== 'Demo'" class="rf-btn is-quiet" :href="pull.url" target="_blank" rel="noopener"><svg class="i" aria-hidden="true"><use href="#i-out"/></svg>{{ live.sync.forge || 'GitHub' }}</a>
        <button class="rf-btn is-quiet is-icon" aria-label="Close" title="Close · u" @click="close()"><svg class="i" aria-hidden="true"><use href="#i-x"/></svg></button>
      </div>
      <div v-if="pull" class="scroll" tabindex="0" role="region" :aria-label="name">
        <div class="rf-line"><span :class="['rf-pill', state[2]]"><svg class="i" aria-hidden="true"><use :href="'#i-' + state[1]"/></svg>{{ state[0] }}</span><span class="rf-2 rf-small">{{ name }}</span></div>
        <h2><bdi>{{ pull.title }}</bdi></h2>
        <div class="rf-by"><Person :person="pull.author" aria-hidden="true"/><b class="rf-strong">{{ pull.author[0] }}</b>
          <span v-if="pull.created">· opened <time :title="exact(pull.created)">{{ ago(pull.created) }}</time></span>
          <span v-if="pull.merged">· merged <time :title="exact(pull.merged)">{{ ago(pull.merged) }}</time></span>
          <span v-if="pull.comments">· {{ pull.comments }} {{ pull.comments === 1 ? 'comment' : 'comments' }}</span>
          <span v-if="!pull.closed">· updated <time :title="exact(pull.updated)">{{ ago(pull.updated) }}</time></span>
          <span v-else-if="!pull.merged">· closed <time :title="exact(pull.closed)">{{ ago(pull.closed) }}</time></span></div>
        <div class="rf-by"><span class="rf-br"><bdi>{{ pull.base }}</bdi></span>←<span class="rf-br"><bdi>{{ pull.head }}</bdi></span>
          <span v-if="pull.size" class="rf-size"><i>{{ pull.size }}</i><span class="rf-plus">+{{ pull.additions }}</span><span class="rf-minus">−{{ pull.deletions }}</span></span>
          <span v-if="pull.files" class="rf-small">{{ pull.files }} {{ pull.files === 1 ? 'file' : 'files' }}</span></div>
        <div v-if="whole?.milestone" class="rf-by rf-plan" :title="'Milestone: ' + whole.milestone"><svg class="i i-14" aria-hidden="true"><use href="#i-milestone"/></svg><span class="sr">Milestone: </span><bdi class="rf-cut">{{ whole.milestone }}</bdi></div>
        <div v-if="pull.labels.length" class="rf-by rf-labels"><span v-for="([label, color], at) in pull.labels" :key="at" class="rf-tag" :style="{ '--c': '#' + color }">{{ label }}</span></div>
        <template v-if="whole">
          <ul class="rf-ready" aria-label="Readiness"><li v-for="[role, icon, words, value] in readiness" :key="words" :class="role"><svg class="i" aria-hidden="true"><use :href="'#i-' + icon"/></svg>{{ words }} <b>{{ value }}</b></li></ul>
          <h3>Reviewers<span v-if="pull.decision" :class="['end', pull.is_otherwise && 'rf-state rf-otherwise ' + role]" :title="pull.is_otherwise ? otherwise : ''"><svg v-if="pull.is_otherwise" class="i i-14" aria-hidden="true"><use href="#i-info"/></svg>GitHub says: {{ decision }}</span></h3>
          <ul class="rf-kv">
            <li v-for="([login, bot, picture, verdict, moment, idle, owns], at) in people" :key="at"><Person :person="[login, bot, picture]" class="s-24" aria-hidden="true"/><bdi class="rf-who">{{ login }}</bdi><span v-if="owns" class="rf-owns" :title="OWNER"><svg class="i i-12" aria-hidden="true"><use href="#i-owner"/></svg>owner</span>
              <span :class="['end rf-state', verdict === 'asked' ? 'is-pending' : VERDICTS[verdict][0]]" :title="moment ? exact(moment) : ''">{{ VERDICTS[verdict][2] }}<template v-if="moment && verdict !== 'asked'"> · {{ ago(moment) }}</template><template v-if="idle"> · {{ idle === 'approved' ? 'approval' : 'request for changes' }} does not count</template></span></li>
            <li v-for="([team, owns], at) in pull.teams" :key="'team' + at"><svg class="i rf-3 rf-team" aria-hidden="true"><use href="#i-people"/></svg><bdi>{{ team }}</bdi><span v-if="owns" class="rf-owns" :title="OWNER"><svg class="i i-12" aria-hidden="true"><use href="#i-owner"/></svg>owner</span><span class="end rf-state is-pending">team asked</span></li>
            <li v-if="!people.length && !pull.teams.length" class="rf-3">{{ ['closed', 'merged'].includes(pull.status) ? 'Nobody was asked' : 'Nobody was asked yet' }}</li>
          </ul>
          <template v-if="pull.assignees.length"><h3>Assigned to</h3>
            <ul class="rf-kv"><li v-for="(person, at) in pull.assignees" :key="at"><Person :person="person" class="s-24" aria-hidden="true"/>{{ person[0] }}</li></ul></template>
          <h3>Description</h3>
          <div v-if="!pull.description" class="rf-3">No description</div>
          <p v-else-if="prose.failed" class="rf-3">It could not be read. <button class="rf-link" @click="read">Try again</button></p>
          <div v-else-if="prose.html" class="rf-prose" v-html="prose.html"></div>
          <div v-else class="sk rf-sk-prose"></div>
          <h3>Checks<span v-if="pull.total" class="end">{{ pull.passed }} of {{ pull.total }}</span></h3>
          <ul class="rf-kv"><li v-for="([run, app, result, url, begun, ended], at) in pull.runs" :key="at"><svg :class="['i rf-state', RUNS[result][1]]" role="img" :aria-label="result"><use :href="'#i-' + RUNS[result][0]"/></svg>
              <a v-if="url" class="rf-cut" :title="run" :href="url" target="_blank" rel="noopener noreferrer"><bdi>{{ run }}</bdi></a><bdi v-else class="rf-cut" :title="run">{{ run }}</bdi><bdi class="rf-from rf-3" :title="app">{{ app }}</bdi>
              <span v-if="begun && (ended || result === 'pending')" :class="['rf-took', !ended && 'rf-state is-running']" :title="when(begun, ended)">{{ span(begun, ended ?? live.now) }}<span v-if="!ended" class="sr"> so far</span></span></li>
            <li v-if="!pull.runs?.length" class="rf-3">{{ pull.runs ? 'None' : 'Not read yet' }}</li></ul>
        </template>
        <div v-else class="sk rf-sk-prose"></div>
      </div>
      <div v-else-if="isMissing" class="rf-empty"><h2>{{ name }} is not here</h2><p>It may be deleted, or its repository is not watched.</p><div class="do"><button class="rf-btn" @click="close">Back to the list</button></div></div>
      <div v-else class="scroll"><span class="rf-2 rf-small">{{ name }}</span><div class="sk rf-sk-prose"></div></div>
      <span class="sr" role="status">{{ pull ? 'Open: ' + pull.title : '' }}</span>
    </aside>`,
  data: () => ({ desk, live, opened, actions, OWNER, VERDICTS, RUNS, prose: {} }),
  computed: {
    whole() { return desk.open && opened.pull && isOpen(opened.pull) ? opened.pull : null; },
    row: openRow,
    isMissing() { return opened.loaded && !opened.pull; },
    pull() { return this.whole ?? (this.isMissing ? null : this.row); }, // the row knows much at once
    name() { return `${this.pull?.repository ?? desk.open.repository} #${desk.open.number}`; },
    state() { return look(this.pull); },
    people() { return this.pull.people; },
    decision() { return DECISIONS[this.pull.decision] ?? this.pull.decision; },
    role() { return ROLES[this.pull.decision]?.[2]; },
    otherwise() { return `${OTHERWISE}: ${STATUSES[this.pull.status][0].toLowerCase()}`; },
    readiness() {
      const { people, checks, passed, total, mergeable, marks, status, threads, open_threads: unsettled } = this.pull;
      const approvals = people.filter(([, , , verdict]) => verdict === "approved").length;
      const stale = people.filter(([, , , verdict]) => verdict === "stale").length;
      const chips = [[stale ? "is-stale is-warn" : approvals ? "is-approved" : "is-none", "check-circle", "Approvals", stale ? `${approvals + stale}, ${stale} stale` : approvals]];
      if (threads) chips.push(unsettled ? ["is-pending is-warn", "threads", "Conversations", `${unsettled} of ${threads} open`] : ["is-approved", "threads", "Conversations", "all resolved"]);
      if (CHECKS[checks]) chips.push([`${CHECKS[checks][1]}${checks === "failing" ? " is-warn" : ""}`, CHECKS[checks][0], "Checks", `${passed} of ${total}`]);
      if (mergeable !== null) chips.push(mergeable ? ["is-approved", "merge", "Conflicts", "none"] : ["is-changes is-warn", "merge", "Conflicts", "yes"]);
      if (marks.includes("queued")) chips.push(["is-pending", "queue", "Merge queue", "waiting"]);
      if (status === "changes_requested") chips.push(["is-changes is-warn", "changes", "Changes", "requested"]);
      return chips;
    },
  },
  watch: {
    "given.turn": { immediate: true, handler() { this.follow(); } },
    "live.greeted"(times) { if (times > 1) this.tell(); }, // what was opened meanwhile, or told to nobody
    "whole.description"() { this.read(); },
    whole(whole, before) { if (whole?.key !== before?.key) this.read(); this.returnToPlace(); },
    prose() { this.returnToPlace(); },
  },
  mounted() {
    this.takeBack = offer({ open: this.open, back: this.back, preview: this.preview });
    this.top = keepDraft("drawer", () => this.pane()?.scrollTop); // before the page was loaded again
  },
  unmounted() { this.takeBack(); },
  methods: {
    ago, exact, number, span,
    when: (begun, ended) => `Began ${exact(begun)}${ended ? `, ended ${exact(ended)}` : ", and runs"}`,
    follow() { // an address was opened, or the browser went back or forward
      const { pull } = this.given;
      if (!pull || !desk.open || !isOpen(pull)) closePull();
      desk.open = pull;
    },
    open(pull = live.rows[desk.cursor], isStep = true) {
      if (!pull) return;
      const isNew = !desk.open;
      if (isNew || !isOpen(pull)) closePull();
      desk.open = { repository: pull.repository, number: pull.number };
      this.go(`${PREFIX}/dashboard/pulls/${pull.repository}/${pull.number}`, isStep);
      this.tell();
      if (isNew && window.matchMedia("(max-width: 767px)").matches) this.$nextTick(() => this.$refs.panel?.focus());
    },
    close() {
      const { row } = this;
      desk.open = null;
      closePull();
      this.go(`${PREFIX}/dashboard/`, true);
      this.tell();
      if (desk.cursor === null) return; // it was the pointer that opened it: the list may move again
      if (row) desk.cursor = row.key;
      actions.focusList?.();
    },
    back() {
      if (desk.open) return this.close();
      desk.cursor = null;
      desk.selected = [];
      document.activeElement?.blur();
    },
    preview() { if (desk.open) this.close(); else this.open(); },
    go(path, isStep) {
      window.history[isStep ? "pushState" : "replaceState"](window.history.state, "", path + window.location.search);
    },
    tell() {
      clearTimeout(this.telling);
      if (!live.online) return;
      this.telling = setTimeout(() => this.$emit("open", desk.open && [desk.open.repository, desk.open.number]), Date.now() - this.told < TELL_MS ? TELL_MS : 0);
      this.told = Date.now();
    },
    pane() { return this.$refs.panel?.querySelector(".scroll"); },
    returnToPlace() { // once all is there that it scrolled over
      const { whole, prose, top } = this;
      if (!top || !whole || (whole.description && !prose.html)) return;
      this.top = 0;
      this.$nextTick(() => this.pane()?.scrollTo(0, top));
    },
    async read() {
      const { repository, number, description, key } = this.whole ?? {};
      this.prose = this.prose.key === key ? { ...this.prose, failed: false } : { key };
      if (!description || this.prose.digest === description) return;
      const answer = await fetch(`${PREFIX}/dashboard/api/pulls/${repository}/${number}/description`)
        .then((response) => (response.ok ? response.json() : null)).catch(() => null);
      if (this.whole?.key !== key || this.whole.description !== description) return; // another was opened, or it was edited again
      this.prose = answer ? { key, ...answer } : { key, failed: true }; // made safe by the server
    },
  },
};
