export * from "./palette.js";
