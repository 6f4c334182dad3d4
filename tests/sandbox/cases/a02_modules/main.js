import { find } from "./lib/answer.mjs";

console.log(await find());
