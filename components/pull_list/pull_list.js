import { desk, live, unread } from "reviewflow-live";
import { actions, isOpen, offer } from "reviewflow-live/desk.js";
import { STATUSES } from "reviewflow-live/status.js";
import { number } from "reviewflow-live/text.js";
import { Empty } from "reviewflow-list/empty.js";
import { Row } from "reviewflow-list/row.js";

const TYPED_MS = 250;
const TOUCH_MS = 5000; // how long a list rests under a finger
// whether some keys stand in the same order among all
const follows = (keys, all) => keys.every((key, at) => !at || all.indexOf(keys[at - 1]) < all.indexOf(key));

let writing, written = 0;

// what the page shows now, behind the path, which is the drawer's; of what is typed, the first and the last: it costs 10 ms
function writeAddress(search, isStep) {
  const put = (how) => window.history[how]({}, "", window.location.pathname + search);
  const typed = () => { written = Date.now(); put("replaceState"); };
  clearTimeout(writing);
  if (isStep) put("pushState");
  else if (Date.now() - written > TYPED_MS) typed();
  else writing = setTimeout(typed, TYPED_MS);
}

export default {
  components: { Empty, Row },
  props: { page: Number, size: Number, filtered: Boolean, channel: String, group: String, searched: Boolean, configured: Boolean },
  emits: ["page", "clear", "travel"],
  template: `
    <div class="rf-list" :aria-busy="!live.loaded" tabindex="-1" :class="live.waiting && 'is-waiting'"
         @pointerenter="hover = $event.pointerType === 'mouse'" @pointerleave="hover = false" @touchstart.passive="touched">
      <div class="rf-sec">
        <h2>{{ unread() ? '' : number(live.count) }} <small>{{ live.count === 1 ? 'pull request' : 'pull requests' }}</small>
          <button v-if="held" class="rf-new" @click="show(), $el.focus()"><svg class="i i-12" aria-hidden="true"><use href="#i-up"/></svg>{{ held }} · show</button>
          <span v-if="desk.selected.length" class="rf-selected"><b>{{ desk.selected.length }} selected</b><button class="rf-link" @click="copy()">Copy links</button><button class="rf-link" @click="desk.selected = []">Clear</button></span></h2>
        <span class="only-compact">Repository</span><span class="only-compact"></span>
        <span>Reviewers</span><span class="c-thr">Talk</span><span>Checks</span><span class="c-size">Size</span><span class="r">Updated</span>
      </div>
      <ul v-if="!live.loaded" aria-hidden="true">
        <li v-for="n in 8" :key="n" class="rf-row"><span class="sk icon rf-sk-icon"></span><div class="title"><span class="sk rf-sk-title"></span></div>
          <div class="meta"><span class="sk rf-sk-meta"></span></div><div class="age"><span class="sk rf-sk-age"></span></div></li>
      </ul>
      <Empty v-else-if="!live.count" :channel="channel" :searched="searched" :filtered="filtered" :configured="configured" @clear="emit('clear')"/>
      <div v-else-if="!live.order.length" class="rf-empty">
        <h2>This page is empty now</h2><p>The last page is {{ last }}.</p>
        <div class="do"><button class="rf-btn" @click="emit('page', last)">Show the last</button></div>
      </div>
      <ul v-else ref="rows" aria-label="Pull requests" @focusout="left" @focusin="focused">
        <template v-for="(row, at) in rows" :key="row.key">
          <li v-if="heading(at)" class="rf-group"><h3>{{ heading(at) }} <small>{{ live.groups[row[group]] }}</small></h3></li>
          <Row :row="row" :now="now" :gone="!live.order.includes(row.key)" :fresh="row.changes > (seen[row.key] ?? 0)" @pointerenter="seen[row.key] = row.changes" @act="act($event, row)"/>
        </template>
      </ul>
      <nav v-if="rows.length && live.count > size" class="rf-pages" aria-label="Pages">
        <span>{{ number(first) }}–{{ number(Math.min(first + size - 1, live.count)) }} of {{ number(live.count) }}</span>
        <button class="rf-btn" :disabled="page <= 1 || !live.online" @click="emit('page', page - 1)">Previous</button>
        <button class="rf-btn" :disabled="page * size >= live.count || !live.online" @click="emit('page', page + 1)">Next</button>
      </nav>
    </div>`,
  data: () => ({ live, desk, order: [], seen: {}, hover: false }),
  computed: {
    rows() { return this.order.map((key) => live.rows[key]).filter(Boolean); },
    held() { // what waits for pointer and cursor to leave: rows that came, or that moved up
      const fresh = live.order.filter((key) => !this.order.includes(key)).length;
      const known = live.order.filter((key) => this.order.includes(key));
      const moved = known.findIndex((_, start) => follows(known.slice(start), this.order));
      return fresh ? `${fresh} new` : moved > 0 && `${moved} moved up`;
    },
    last() { return Math.ceil(live.count / this.size); },
    now() { return 10 * Math.floor(live.now / 10); }, // rows are drawn again every ten seconds, not every second
    first() { return (this.page - 1) * this.size + 1; },
    place() { // in order, of the row that the keys start from
      return this.order.findIndex((key) => (desk.open ? live.rows[key] && isOpen(live.rows[key]) : key === desk.cursor));
    },
  },
  watch: {
    "live.view"(_, before) {
      const { arriving: step, returning } = this;
      Object.assign(this, { seen: {}, arriving: 0, returning: null });
      if (!desk.open && !this.$refs.rows?.contains(document.activeElement)) desk.cursor = null;
      this.show();
      if (before && (returning || this.top)) this.$nextTick(() => this.pane().scrollTo(0, returning ?? 0)); // it costs a layout
      else if (this.place >= 0) this.$nextTick(() => this.link(this.order[this.place])?.closest("li").scrollIntoView({ block: "nearest" }));
      if (step) this.land(step > 0 ? this.order[0] : this.order.at(-1));
    },
    "live.order"() { this.follow(); },
    "desk.cursor"() { this.follow(); },
    hover() { this.follow(); },
    place: { immediate: true, handler() { this.tell(); } },
    "live.count"() { this.tell(); },
  },
  mounted() {
    this.show();
    window.addEventListener("popstate", this.travel);
    window.rfAddress = writeAddress;
    this.pane().addEventListener("scroll", this.remember, { passive: true });
    const { move, select, visit, copyNumber, copy, focusList, scroll, show } = this;
    this.takeBack = offer({ move, select, visit, copyNumber, copyAddress: copy, focusList, scroll, showNew: show });
  },
  unmounted() {
    window.removeEventListener("popstate", this.travel);
    clearTimeout(this.resting);
    this.takeBack();
  },
  methods: {
    number, unread,
    pane() { return this.$el.closest(".rf-scroll"); },
    follow() { // but never, once there are rows, under the pointer, the cursor, the focus or a finger
      const hovers = this.hover && this.$el.matches(":hover"); // older engines do not tell when it left what was taken away
      if (!this.order.length || !hovers && !this.resting && desk.cursor === null && !this.$refs.rows?.contains(document.activeElement)) this.show();
    },
    show() {
      this.order = [...live.order];
      for (const key in live.rows) if (!live.order.includes(Number(key))) delete live.rows[key], delete this.seen[key];
      if (!this.order.includes(desk.cursor)) desk.cursor = null;
      desk.selected = desk.selected.filter((key) => this.order.includes(key));
    },
    touched() {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => { this.resting = null; this.follow(); }, TOUCH_MS);
    },
    tell() { desk.place = [this.place < 0 ? -1 : this.first - 1 + this.place, live.count]; },
    act(action, row) {
      if (action === "select") return this.select(row.key);
      this.last = row.key;
      actions.open(row);
    },
    heading(at) {
      const name = this.group && this.rows[at][this.group];
      if (!name || (at && this.rows[at - 1][this.group] === name)) return null;
      return STATUSES[name]?.[0] ?? name;
    },
    move(step) {
      if (this.arriving) return; // the next page is on its way
      const at = this.place < 0 ? Math.max(0, this.order.indexOf(this.last)) : this.place + step;
      if (at >= this.order.length && this.page * this.size < live.count) return this.turn(1);
      if (at < 0 && this.page > 1) return this.turn(-1);
      this.land(this.order[Math.max(0, Math.min(at, this.order.length - 1))]);
    },
    land(key) {
      if (key === undefined) return;
      desk.cursor = this.last = key;
      this.seen[key] = live.rows[key].changes;
      this.$nextTick(() => {
        this.link(key)?.focus({ preventScroll: true });
        this.link(key)?.closest("li").scrollIntoView({ block: "nearest" });
      });
      if (desk.open) actions.open(live.rows[key], false);
    },
    turn(step) {
      if (!live.online) return;
      this.arriving = step;
      this.emit("page", this.page + step);
    },
    link(key) { return this.$refs.rows?.querySelector(`[data-key="${key}"] .title a`); },
    focusList() { if (this.place >= 0) this.link(this.order[this.place])?.focus(); else this.move(1); },
    focused({ target }) {
      const key = Number(target.closest("[data-key]")?.dataset.key);
      if (key && target.matches(":focus-visible")) desk.cursor = key;
    },
    left({ relatedTarget }) { // to another part of the page; not into the drawer or a dialog, nor out of the window
      if (relatedTarget && !relatedTarget.closest(".rf-list, .rf-preview, dialog")) desk.cursor = null;
      this.$nextTick(this.follow);
    },
    select(key = desk.cursor) {
      if (key === null) return;
      desk.selected = desk.selected.includes(key) ? desk.selected.filter((each) => each !== key) : [...desk.selected, key];
    },
    visit(key = desk.cursor) {
      const url = live.rows[key]?.url;
      if (live.sync.forge === "Demo") return actions.say("The pretend team is on no GitHub");
      if (url) window.open(url, "_blank", "noopener");
    },
    copyNumber() { this.write((row) => `#${row.number}`); },
    copy() { this.write((row) => row.url); },
    async write(text) {
      const keys = desk.selected.length ? desk.selected : [desk.cursor];
      const texts = keys.map((key) => live.rows[key]).filter(Boolean).map(text);
      if (!texts.length) return;
      try {
        await navigator.clipboard.writeText(texts.join("\n"));
      } catch { // it is https, or this machine, or nothing
        return actions.say("This browser does not let this page copy", "is-closed");
      }
      actions.say(`Copied ${texts.length > 1 ? `${texts.length} lines` : texts[0]}`);
    },
    emit(name, value) { if (live.online) this.$emit(name, value); },
    scroll(pages) { // from the page itself, whose scroller is this pane, or the open pull
      const pane = document.querySelector(".rf-preview .scroll") ?? this.pane();
      pane.scrollBy({ top: pages * (pane.clientHeight - 64) });
    },
    remember({ target }) { // so that back and forward lead to the same place
      this.top = target.scrollTop;
      clearTimeout(this.remembering);
      this.remembering = setTimeout(() => window.history.replaceState({ ...window.history.state, top: this.top }, ""), 200);
    },
    travel({ state }) {
      clearTimeout(writing); // it is about another entry
      this.returning = state?.top;
      this.$emit("travel", window.location.pathname + window.location.search);
    },
  },
};
