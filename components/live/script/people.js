// Somebody with their picture: the first letter until it is there, and a badge for their verdict.
const hue = (login) => [...login].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 8, 0);

// verdict → class, badge, words
export const VERDICTS = {
  approved: ["is-approved", "v-check", "approved"], stale: ["is-stale", "v-check", "approved an older commit"],
  changes: ["is-changes", "v-minus", "requested changes"], commented: ["is-comment", "v-dot", "commented"],
  asked: ["is-asked", "v-ask", "review requested"],
};

export const Person = {
  props: { person: Array, verdict: String }, // [login, is a bot, number of the picture]
  template: `
    <span :class="['rf-av tone-' + hue(person[0]), person[1] && 'is-bot']" role="img" :aria-label="words" :title="words">
      {{ person[0].slice(0, 1) }}
      <img v-if="person[2]" :src="prefix + '/dashboard/avatars/' + person[2]" alt="" loading="lazy" width="20" height="20" @load="$event.target.className = 'is-shown'">
      <b v-if="badge" :class="badge[0]"><svg viewBox="0 0 8 8"><use :href="'#' + badge[1]"/></svg></b>
    </span>`,
  computed: {
    badge() { return VERDICTS[this.verdict]; },
    words() { return this.badge ? `${this.person[0]}, ${this.badge[2]}` : this.person[0]; },
  },
  data: () => ({ prefix: window.path_prefix ?? "" }),
  methods: { hue },
};
