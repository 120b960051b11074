// Characters that turn the text around them, or hide, as escapes; for texts that did not come by the server's `shown`.
const SLY = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

export const number = (value) => value.toLocaleString(); // 2,900 as the browser's language has it

export const shown = (text) => text.replace(SLY, (sly) => `\\u${sly.codePointAt(0).toString(16).padStart(4, "0")}`);
