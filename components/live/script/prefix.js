// Where the server's own addresses begin, as NiceGUI knows it behind a proxy.
export const PREFIX = window.path_prefix ?? "";
