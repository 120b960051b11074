// One pull as a row; the style sheet decides which of its parts a width and a density show.
import { desk, exact } from "reviewflow-live";
import { isOpen } from "reviewflow-live/desk.js";
import { Person } from "reviewflow-live/people.js";
import { PREFIX } from "reviewflow-live/prefix.js";
import { CHECKS, look } from "reviewflow-live/status.js";
import { when } from "reviewflow-live/time.js";

const LABELS = 3;

export const Row = {
  components: { Person },
  props: { row: Object, now: Number, gone: Boolean, fresh: Boolean },
  emits: ["act"],
  template: `
    <li :data-key="row.key" :aria-current="isOpen || null" :class="['rf-row', look[2], isCursor && 'is-cursor', isOpen && 'is-opened', isSelected && 'is-selected', fresh && 'is-changed turn-' + (row.changes % 2), gone && 'is-gone']"
        @click="click">
      <span class="icon"><svg class="i rf-state" aria-hidden="true"><use :href="'#i-' + look[1]"/></svg>
        <input type="checkbox" :checked="isSelected" :aria-label="'Select #' + row.number" tabindex="-1" @change="$emit('act', 'select')"></span>
      <div class="title"><a :href="href" :title="row.title" @click.exact.prevent="$emit('act', 'open')"><bdi>{{ row.title }}</bdi></a><span class="no">#{{ row.number }}</span>
        <span class="tags"><span v-for="([name, color], at) in tags" :key="at" class="rf-tag" :style="{ '--c': '#' + color }" :title="name"><bdi>{{ name }}</bdi></span>
          <template v-for="n in 3" :key="n"><span v-if="row.label_count > n" :class="'rf-tag is-more m' + n" :title="allLabels">+{{ row.label_count - n }}</span></template></span></div>
      <div class="meta"><span class="word">{{ words[0] }}<span v-if="words[1]" class="not-compact">{{ " " + words[1] }}</span></span>
        <span class="repo" :title="row.repository"><span class="own">{{ owner }}/</span>{{ name }}</span>
        <span class="who"><Person :person="row.author" class="s-16" aria-hidden="true"/><bdi class="name">{{ row.author[0] }}</bdi></span>
        <span v-if="row.head" class="branch" :title="row.base + ' ← ' + row.head"><bdi>{{ row.base }}</bdi> ← <bdi>{{ row.head }}</bdi></span>
        <span v-if="isDraft" class="note is-draft">draft</span>
        <span v-else-if="row.marks.includes('queued')" class="note is-pending">in the merge queue</span>
        <span v-else-if="row.marks.includes('stale_approval')" class="note is-stale">approval is on an older commit</span>
        <span v-else-if="row.is_ready" class="note is-approved">ready to merge</span></div>
      <div class="rev"><Person v-for="([login, bot, picture, verdict], at) in row.reviewers" :key="at" :person="[login, bot, picture]" :verdict="verdict"/><span v-if="row.reviewer_count > row.reviewers.length" class="rf-others">+{{ row.reviewer_count - row.reviewers.length }}</span></div>
      <div class="thr"><span v-if="row.open_threads" class="rf-num rf-state is-pending" :title="unsettled"><svg class="i" aria-hidden="true"><use href="#i-threads"/></svg>{{ row.open_threads }}<span class="sr"> of {{ row.threads }} conversations open</span></span><span v-else-if="row.comments" class="rf-num" :title="row.comments + ' comments'"><svg class="i" aria-hidden="true"><use href="#i-comment"/></svg>{{ row.comments }}<span class="sr"> comments</span></span></div>
      <div class="chk"><span v-if="checks" :class="['rf-num rf-state', checks[1]]" :title="'Checks ' + row.checks"><svg class="i" aria-hidden="true"><use :href="'#i-' + checks[0]"/></svg>{{ row.passed }}/{{ row.total }}<span class="sr"> checks {{ row.checks }}</span></span></div>
      <div class="size"><span v-if="row.size" class="rf-size"><i>{{ row.size }}</i><span><span class="rf-plus">+{{ row.additions }}</span> <span class="rf-minus">−{{ row.deletions }}</span></span></span></div>
      <div class="age rf-num"><time :title="exact(row.updated)" :datetime="stamp">{{ when(row.updated, now) }}</time></div>
    </li>`,
  computed: {
    look() { return look(this.row); },
    unsettled() { return `${this.row.open_threads} of ${this.row.threads} conversations open`; },
    isDraft() { return this.row.marks.includes("draft") && this.row.status === "approved"; },
    words() { return this.look[0].split(" "); },
    href() { return `${PREFIX}/dashboard/pulls/${this.row.repository}/${this.row.number}`; },
    owner() { return this.row.repository.split("/")[0]; },
    name() { return this.row.repository.split("/")[1]; },
    tags() { return this.row.labels.slice(0, LABELS); },
    allLabels() { return this.row.labels.map(([name]) => name).join(", "); },
    checks() { return CHECKS[this.row.checks]; },
    stamp() { return new Date(this.row.updated * 1000).toISOString(); },
    isCursor() { return desk.cursor === this.row.key; },
    isOpen() { return isOpen(this.row); },
    isSelected() { return desk.selected.includes(this.row.key); },
  },
  methods: {
    exact, when,
    click(event) { // anywhere on the row, unless somebody marks text to copy it
      if (event.target.closest("a, button, input") || !window.getSelection().isCollapsed) return;
      if (event.ctrlKey || event.metaKey) window.open(this.href, "_blank", "noopener");
      else this.$emit("act", "open");
    },
  },
};
