// What this page knows of the board, shared by every element that shows some of it.
import { reactive } from "vue";

export const live = reactive({
  view: null, epoch: null, version: -1, loaded: false, waiting: false, // which state of which view this is; another is on its way
  rows: {}, order: [], count: 0, groups: {}, totals: {}, sync: {}, delay: {}, // the state itself
  ready: false, // the server has greeted this connection: before that it ignores what we send
  greeted: 0, // connections that it greeted; after the first, what was sent last may have reached nobody
  online: true, offlineSince: null, now: Date.now() / 1000, // seconds, by the server's clock
});

// the one pull beside the list; null while there is none, or no such pull
export const opened = reactive({ view: null, epoch: null, version: -1, loaded: false, rows: {}, pull: null });

// nothing was ever read: 0 would be a lie
export const unread = () => !live.totals.all && (!live.loaded || live.sync.state === "starting" || Boolean(live.sync.error));
