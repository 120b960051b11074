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

export const SYNC = {
  starting: ["Starting", "clock", "is-pending"], live: ["Live", null, "is-open"], limited: ["Waiting", "clock", "is-pending"],
  failing: ["Sync failed", "alert", "is-closed"], offline: ["Offline", "offline", "is-pending"],
};
