import { find } from "./lib/question";

console.log(find());
