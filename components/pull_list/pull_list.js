import { age, exact, live, unread } from "reviewflow-live";

const STATES = {
  pending: ["Pending", "clock", "is-pending"], approved: ["Approved", "check-circle", "is-approved"],
  changes_requested: ["Changes requested", "changes", "is-changes"],
  closed: ["Closed", "pr-closed", "is-closed"], merged: ["Merged", "merge", "is-merged"],
};
const CHECKS = { passing: ["check", "is-passing"], failing: ["x", "is-failing"], pending: ["running", "is-running"] };
const VERDICTS = {
  approved: ["is-approved", "v-check", "approved"], stale: ["is-stale", "v-check", "approved an older commit"],
  changes: ["is-changes", "v-minus", "requested changes"], commented: ["is-comment", "v-dot", "commented"],
  asked: ["is-asked", "v-ask", "review requested"],
};
const avatar = (picture) => `${window.path_prefix ?? ""}/dashboard/avatars/${picture}`;
const hue = (login) => [...login].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 8, 0);
// whether some keys stand in the same order among all
const follows = (keys, all) => keys.every((key, at) => !at || all.indexOf(keys[at - 1]) < all.indexOf(key));

export default {
  props: { page: Number, size: Number, filtered: Boolean },
  emits: ["page", "clear", "travel"],
  template: `
    <div class="rf-list" :aria-busy="!live.loaded" @pointerenter="hover = true" @pointerleave="hover = false">
      <div class="rf-sec">
        <h2>{{ unread() ? '' : live.count }} <small>{{ live.count === 1 ? 'pull request' : 'pull requests' }}</small>
          <button v-if="held" class="rf-new" @click="show"><svg class="i i-12" aria-hidden="true"><use href="#i-up"/></svg>{{ held }} · show</button></h2>
        <span>Reviewers</span><span class="c-thr">Talk</span><span>Checks</span><span class="c-size">Size</span><span class="r">Updated</span>
      </div>
      <ul v-if="!live.loaded" aria-hidden="true">
        <li v-for="n in 8" :key="n" class="rf-row"><span class="sk icon rf-sk-icon"></span><div class="title"><span class="sk rf-sk-title"></span></div>
          <div class="meta"><span class="sk rf-sk-meta"></span></div><div class="age"><span class="sk rf-sk-age"></span></div></li>
      </ul>
      <div v-else-if="!live.count" class="rf-empty">
        <svg class="art" width="96" height="64" viewBox="0 0 96 64" aria-hidden="true"><rect x="10" y="6" width="76" height="14" rx="4" opacity=".45"/><rect x="10" y="26" width="76" height="14" rx="4" opacity=".7"/><rect x="10" y="46" width="76" height="14" rx="4"/></svg>
        <h2>{{ filtered ? 'Nothing matches' : live.sync.error ? 'Nothing could be read yet' : 'No pull requests yet' }}</h2>
        <p>{{ filtered ? 'No pull request is in this channel with these words.' : live.sync.error ?? 'They appear here by themselves as soon as they are read.' }}</p>
        <div v-if="filtered" class="do"><button class="rf-btn" @click="emit('clear')">Show all</button></div>
      </div>
      <div v-else-if="!live.order.length" class="rf-empty">
        <h2>This page is empty now</h2><p>The last page is {{ last }}.</p>
        <div class="do"><button class="rf-btn" @click="emit('page', last)">Show the last</button></div>
      </div>
      <ul v-else ref="rows" @focusout="$nextTick(follow)">
        <li v-for="row in rows" :key="row.key" :data-key="row.key" @pointerenter="seen[row.key] = row.changes"
            :class="['rf-row', state(row)[2], row.changes > (seen[row.key] ?? 0) && 'is-changed turn-' + (row.changes % 2), live.order.includes(row.key) || 'is-gone']">
          <svg class="i icon rf-state" aria-hidden="true"><use :href="'#i-' + (row.marks.includes('draft') && row.status === 'pending' ? 'pr-draft' : state(row)[1])"/></svg>
          <div class="title"><a :href="live.sync.forge === 'Demo' ? null : row.url || null" target="_blank" rel="noreferrer" :title="row.title"><bdi>{{ row.title }}</bdi></a><span class="no">#{{ row.number }}</span>
            <span v-if="row.labels.length" class="tags"><span v-for="[name, color] in row.labels.slice(0, 3)" :key="name" class="rf-tag" :style="{ '--c': '#' + color }"><bdi>{{ name }}</bdi></span>
              <span v-for="n in Math.min(3, Math.max(0, row.labels.length - 1))" :key="n" :class="'rf-tag is-more m' + n">+{{ row.labels.length - n }}</span></span></div>
          <div class="meta"><span class="word">{{ row.marks.includes('draft') ? 'Draft · ' : '' }}{{ state(row)[0] }}</span><span class="repo"><span class="own">{{ row.repository.split('/')[0] }}/</span>{{ row.repository.split('/')[1] }}</span>
            <span class="who"><span :class="['rf-av s-16 tone-' + hue(row.author[0]), row.author[1] && 'is-bot']" aria-hidden="true">{{ row.author[0].slice(0, 1) }}<img v-if="row.author[2]" :src="avatar(row.author[2])" alt="" loading="lazy" width="16" height="16" @load="$event.target.className = 'is-shown'"></span><bdi class="name">{{ row.author[0] }}</bdi></span>
            <span class="branch"><bdi>{{ row.base }}</bdi> ← <bdi>{{ row.head }}</bdi></span><span v-if="row.marks.includes('stale_approval')" class="note" title="The approval is on an older commit">approval is on an older commit</span></div>
          <div class="rev"><span v-for="[login, bot, picture, verdict] in row.reviewers" :key="login" :class="['rf-av tone-' + hue(login), bot && 'is-bot']" role="img"
              :aria-label="login + ', ' + VERDICTS[verdict][2]" :title="login + ', ' + VERDICTS[verdict][2]">{{ login.slice(0, 1) }}<img v-if="picture" :src="avatar(picture)" alt="" loading="lazy" width="20" height="20" @load="$event.target.className = 'is-shown'"><b :class="VERDICTS[verdict][0]"><svg viewBox="0 0 8 8"><use :href="'#' + VERDICTS[verdict][1]"/></svg></b></span></div>
          <div class="thr"><span v-if="row.comments" class="rf-num" :title="row.comments + ' comments'"><svg class="i" aria-hidden="true"><use href="#i-comment"/></svg>{{ row.comments }}<span class="sr"> comments</span></span></div>
          <div class="chk"><span v-if="CHECKS[row.checks]" :class="['rf-num rf-state', CHECKS[row.checks][1]]" :title="'Checks ' + row.checks"><svg class="i" aria-hidden="true"><use :href="'#i-' + CHECKS[row.checks][0]"/></svg>{{ row.passed }}/{{ row.total }}<span class="sr"> checks {{ row.checks }}</span></span></div>
          <div class="size"><span v-if="row.size" class="rf-size"><i>{{ row.size }}</i><span><span class="rf-plus">+{{ row.additions }}</span> <span class="rf-minus">−{{ row.deletions }}</span></span></span></div>
          <div class="age rf-num"><time :title="exact(row.updated)">{{ when(row.updated) }}</time></div>
        </li>
      </ul>
      <nav v-if="rows.length && live.count > size" class="rf-pages" aria-label="Pages">
        <span>{{ first }}–{{ Math.min(first + size - 1, live.count) }} of {{ live.count }}</span>
        <button class="rf-btn" :disabled="page <= 1 || !live.online" @click="emit('page', page - 1)">Newer</button>
        <button class="rf-btn" :disabled="page * size >= live.count || !live.online" @click="emit('page', page + 1)">Older</button>
      </nav>
    </div>`,
  data: () => ({ live, CHECKS, VERDICTS, order: [], seen: {}, hover: false }),
  computed: {
    rows() { return this.order.map((key) => live.rows[key]).filter(Boolean); },
    held() { // what waits for the pointer to leave: rows that came, or that moved up
      const fresh = live.order.filter((key) => !this.order.includes(key)).length;
      const known = live.order.filter((key) => this.order.includes(key));
      const moved = known.findIndex((_, start) => follows(known.slice(start), this.order));
      return fresh ? `${fresh} new` : moved > 0 && `${moved} moved up`;
    },
    last() { return Math.ceil(live.count / this.size); },
    now() { return 10 * Math.floor(live.now / 10); }, // rows are drawn again every ten seconds, not every second
    first() { return (this.page - 1) * this.size + 1; },
  },
  watch: {
    "live.view"(_, before) {
      this.seen = {};
      this.show();
      if (before) this.$el.closest(".rf-main")?.scrollTo(0, 0);
    },
    "live.order"() { this.follow(); },
    hover() { this.follow(); },
  },
  mounted() { this.show(); window.addEventListener("popstate", this.travel); },
  unmounted() { window.removeEventListener("popstate", this.travel); },
  methods: {
    avatar, exact, hue, unread,
    follow() { // but never under the pointer or the focus
      if (!this.hover && !this.$refs.rows?.contains(document.activeElement)) this.show();
    },
    show() {
      this.order = [...live.order];
      for (const key in live.rows) if (!live.order.includes(Number(key))) delete live.rows[key], delete this.seen[key];
    },
    state: (row) => STATES[row.status],
    when(moment) { return this.now - moment < 60 ? "just now" : age(moment, this.now); },
    emit(name, value) { if (live.online) this.$emit(name, value); },
    travel() { this.$emit("travel", window.location.search); },
  },
};
