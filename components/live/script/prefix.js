// Where the server's own addresses begin: nothing, or a path like /reviewflow. This script came from below it, too;
// `window.path_prefix` is set only after all scripts were loaded.
export const PREFIX = new URL(import.meta.url).pathname.replace(/\/_nicegui\/.*/, "");
