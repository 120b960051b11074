import { live, unread } from "reviewflow-live";
import { offer } from "reviewflow-live/desk.js";
import { PREFIX } from "reviewflow-live/prefix.js";
import { number } from "reviewflow-live/text.js";

export default {
  props: { kind: String, channels: Array, chosen: String, words: String },
  emits: ["choose"],
  template: `
    <div v-if="kind === 'tiles'" class="rf-tiles" role="group" aria-label="Totals" @keydown.enter="once">
      <button v-for="channel in channels" :key="channel.key" :class="['rf-tile', channel.role]" :data-channel="channel.key"
              :aria-pressed="chosen === channel.key && chosen !== 'all'" :disabled="!live.online" @click="choose(chosen === channel.key ? 'all' : channel.key)">
        <span class="k"><svg class="i" aria-hidden="true"><use :href="'#i-' + channel.icon"/></svg>
          <span class="w-wide">{{ channel.title }}</span><span class="w-short">{{ channel.short }}</span></span>
        <span class="v"><b v-if="live.loaded">{{ unread() ? '–' : number(live.totals[channel.key]) }}</b><span v-else class="sk rf-sk-number"></span></span>
      </button>
    </div>
    <nav v-else class="rf-nav" aria-label="Channels" @keydown.enter="once">
      <h2>Channels</h2>
      <a v-for="channel in channels" :key="channel.key" :href="address(channel.key)" :data-channel="channel.key"
         :title="channel.title" :aria-current="chosen === channel.key ? 'page' : null" :aria-disabled="!live.online" @click="follow($event, channel.key)">
        <svg :class="['i', channel.role && 'rf-state', channel.role]" aria-hidden="true"><use :href="'#i-' + channel.icon"/></svg>
        <span>{{ channel.title }}</span><span class="n">{{ unread() ? '' : number(live.totals[channel.key] ?? 0) }}</span>
      </a>
    </nav>`,
  data: () => ({ live }),
  mounted() {
    if (this.kind !== "tiles") this.takeBack = offer({ channel: this.choose, chosen: () => this.chosen });
  },
  unmounted() { this.takeBack?.(); },
  methods: {
    address(channel) {
      return `${PREFIX}/dashboard/?${new URLSearchParams({ channel, ...(this.words && { q: this.words }) })}`;
    },
    number, unread,
    once(event) { if (event.repeat) event.preventDefault(); }, // a key that is held is one wish
    choose(key) { if (live.online) this.$emit("choose", key); },
    follow(event, key) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab is the browser's business
      event.preventDefault();
      this.$el.closest("[popover]")?.hidePopover(); // on the phone the rail is a drawer over the list
      this.choose(key);
    },
  },
};
