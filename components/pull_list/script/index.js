export { Empty } from "./empty.js";
export { Row } from "./row.js";
