// What a pupil loads, compressed, must stay within these bounds (in KB of 1000 bytes). Reads the manifest of a build.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const FIRST_JS = 130;
const TASK = 160;
const ROUTE = 25;
const CSS = 12;
/** What shows statements, for whichever route has one. */
const MARKDOWN = 42;
/** Loaded when a text needs them, not with a route: formulas, and the grammar of a language. */
const ON_DEMAND =
  /node_modules\/(katex|@codemirror\/(lang|legacy|merge|search|autocomplete)|@lezer\/(?!common|highlight|lr))/;

/** The screen that a diff is shown on: the editor is there already. */
const WITH_DIFF = "src/features/task/SubmissionPage.tsx";

const build = new URL(process.argv[2] ?? "../build/web/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", build), "utf8"));
const kilobytes = (file) => gzipSync(readFileSync(new URL(file, build)), { level: 9 }).length / 1000;

/** The chunks that come with one: what it imports at once, all the way down. */
function closure(key, found = new Set()) {
  if (!found.has(key)) {
    found.add(key);
    for (const each of manifest[key].imports ?? []) closure(each, found);
  }
  return found;
}

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
const js = (keys) => sum([...keys].map((key) => kilobytes(manifest[key].file)));
const css = (keys) => sum([...new Set([...keys].flatMap((key) => manifest[key].css ?? []))].map(kilobytes));

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = closure(entry);
const rows = [
  ["first JS", js(first), FIRST_JS],
  ["first CSS", css(first), CSS],
];
for (const key of Object.keys(manifest).filter((each) => manifest[each].isDynamicEntry && !ON_DEMAND.test(each))) {
  const before = key === "src/lib/diff.ts" ? new Set([...first, ...closure(WITH_DIFF)]) : first;
  const own = [...closure(key)].filter((each) => !before.has(each));
  rows.push([key, js(own), bound(key)]);
  rows.push([`${key} CSS`, css(own), CSS]);
}

function bound(key) {
  if (key === "src/lib/markdown.ts") return MARKDOWN;
  return key.includes("features/task/") ? TASK - MARKDOWN : ROUTE;
}

let missed = 0;
for (const [name, size, bound] of rows) {
  const over = size > bound;
  if (over) missed += 1;
  process.stdout.write(`${over ? "OVER " : "     "}${size.toFixed(1).padStart(6)} of ${bound} KB  ${name}\n`);
}
const fonts = readdirSync(new URL("assets/", build)).filter((name) => /\.(woff|ttf)$/.test(name));
if (fonts.length > 0) process.stdout.write(`fonts other than woff2: ${fonts.join(", ")}\n`);
process.exit(missed + fonts.length === 0 ? 0 : 1);
