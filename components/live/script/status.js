// How a pull's status, its checks and the sync look: word, icon, class of the colour. The rules are the server's.
export const STATUSES = {
  pending: ["Pending", "clock", "is-pending"], approved: ["Approved", "check-circle", "is-approved"],
  changes_requested: ["Changes requested", "changes", "is-changes"],
  closed: ["Closed", "pr-closed", "is-closed"], merged: ["Merged", "merge", "is-merged"],
};
const DRAFT = ["Draft", "pr-draft", "is-draft"];

export const look = ({ status, marks }) => (status === "pending" && marks.includes("draft") ? DRAFT : STATUSES[status]);

// result → icon, class
export const CHECKS = { passing: ["check", "is-passing"], failing: ["x", "is-failing"], pending: ["running", "is-running"] };

// how far a first read got: what is read, how much of it is there
export function reading({ repositories, pulls, share }) {
  const what = repositories === 1 ? "1 repository" : `${repositories.toLocaleString()} repositories`;
  return [`Reading ${what}`, `${pulls.toLocaleString()} ${pulls === 1 ? "pull" : "pulls"} so far`, `${Math.round(100 * share)} %`];
}

export const SYNC = {
  starting: ["Starting", "clock", "is-pending"], live: ["Live", null, "is-open"], limited: ["Waiting", "clock", "is-pending"],
  failing: ["Sync failed", "alert", "is-closed"], offline: ["Offline", "offline", "is-pending"],
};
