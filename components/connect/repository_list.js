import { age } from "reviewflow-live";

export default {
  props: { groups: Array, more: Number, loading: Boolean, empty: String },
  emits: ["tick", "more"],
  template: `
    <div class="rf-repos" role="group" aria-label="Repositories" :aria-busy="loading">
      <template v-if="loading"><div v-for="n in 4" :key="n" class="rf-repo" aria-hidden="true"><span class="sk rf-sk-icon"></span><span class="sk rf-sk-meta"></span></div></template>
      <p v-else-if="!groups.length" class="rf-repos-none">{{ empty }}</p>
      <section v-for="group in groups" :key="group.owner" :aria-label="group.owner">
        <label class="rf-repo is-owner"><input type="checkbox" :checked="group.all" @change="tick(group.owner + '/*', $event)">
          <span class="name"><bdi>{{ group.owner }}</bdi><small>all of it, also what comes later</small></span></label>
        <label v-for="row in group.rows" :key="row.name" :class="['rf-repo', row.archived && 'is-archived']">
          <input type="checkbox" :checked="row.ticked" :disabled="row.covered" @change="tick(row.name, $event)">
          <span class="name"><bdi>{{ row.name.split('/')[1] }}</bdi><span class="sr"> of {{ group.owner }}</span></span>
          <span v-if="row.unlisted" class="mark">not in the list of this token</span>
          <span v-if="row.private" class="mark"><svg class="i i-12" aria-hidden="true"><use href="#i-lock"/></svg>private</span>
          <span v-if="row.archived" class="mark">archived</span>
          <span v-if="row.pushed" class="age" title="last push">pushed {{ age(row.pushed) }} ago</span>
        </label>
      </section>
      <button v-if="more > 0" type="button" class="rf-repos-more" @click="$emit('more')">Show more ({{ more.toLocaleString() }} left)</button>
    </div>`,
  methods: {
    age,
    tick(name, event) { this.$emit("tick", name, event.target.checked); },
  },
};
