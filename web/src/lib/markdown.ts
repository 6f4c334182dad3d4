import type Katex from "katex";
import MarkdownIt, { type Token } from "markdown-it";

/** Statements: Markdown with `$…$` in a line and `$$…$$`. Raw HTML stays text, links of odd schemes stay text. */
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false });
let katex: typeof Katex | null = null;

/** The one way from a text to markup, for the policy of the page (Trusted Types). */
type Policy = { createHTML(html: string): string };
type Factory = { createPolicy(name: string, rules: { createHTML(html: string): string }): Policy };
const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const rules = { createHTML: (html: string) => html };
const policy: Policy = factory?.createPolicy("statements", rules) ?? rules;

markdown.inline.ruler.after("escape", "math", (state, silent) => {
  if (state.src[state.pos] !== "$") return false;
  const fence = state.src.startsWith("$$", state.pos) ? "$$" : "$";
  const from = state.pos + fence.length;
  const to = state.src.indexOf(fence, from);
  if (to <= from || (fence === "$" && /^\s|\s$/.test(state.src.slice(from, to)))) return false;
  if (!silent) Object.assign(state.push("math", "", 0), { content: state.src.slice(from, to), markup: fence });
  state.pos = to + fence.length;
  return true;
});

markdown.renderer.rules["math"] = (tokens: Token[], at: number) => {
  const token = tokens[at];
  if (!token || !katex) return "";
  return katex.renderToString(token.content, {
    displayMode: token.markup === "$$",
    throwOnError: false,
    trust: false,
    output: "htmlAndMathml",
    maxSize: 20,
    maxExpand: 200,
  });
};

// A page has one h1, its own: what a statement calls its first heading is the second here.
for (const kind of ["heading_open", "heading_close"]) {
  markdown.renderer.rules[kind] = (tokens, at, options, _env, self) => {
    const token = tokens[at];
    if (token) token.tag = `h${Math.min(Number(token.tag.slice(1)) + 1, 6)}`;
    return self.renderToken(tokens, at, options);
  };
}

markdown.renderer.rules["link_open"] = (tokens, at, options, _env, self) => {
  tokens[at]?.attrSet("rel", "noopener noreferrer nofollow");
  tokens[at]?.attrSet("target", "_blank");
  return self.renderToken(tokens, at, options);
};

// Wide tables and pictures scroll in their own box, which the keyboard reaches.
markdown.renderer.rules["table_open"] = () => '<div class="scroll" tabindex="0"><table>';
markdown.renderer.rules["table_close"] = () => "</table></div>";

/** The markup of a text. Most statements have no formula: then KaTeX is not even fetched. */
export async function render(text: string): Promise<string> {
  if (text.includes("$") && !katex) {
    const [loaded] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
    katex = loaded.default;
  }
  return policy.createHTML(markdown.render(text));
}
