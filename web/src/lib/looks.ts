/** How the editor looks: by the page's own tokens, which reach into its shadow root, in both themes. */

import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--ground)", height: "100%", fontSize: "0.95rem" },
  ".cm-scroller": {
    fontFamily: 'ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
    lineHeight: "1.5",
  },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "light-dark(#c8d6ff, #2f4270)",
  },
  ".cm-gutters": {
    backgroundColor: "var(--raised)",
    color: "var(--faint)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine": { backgroundColor: "light-dark(#2a4fbd0d, #9db7ff12)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--line)", color: "var(--ink)" },
  ".cm-matchingBracket": { backgroundColor: "light-dark(#cdeed6, #24503a)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--control-line)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)" },
  ".cm-panel input, .cm-panel button": {
    color: "var(--ink)",
    backgroundColor: "var(--ground)",
    backgroundImage: "none",
  },
  ".cm-complained": { backgroundColor: "var(--bad-ground)" },
  ".cm-complaint": {
    padding: "0 0.5rem 0 calc(var(--indent) + 6px)",
    color: "var(--bad)",
    backgroundColor: "var(--bad-ground)",
    whiteSpace: "pre-wrap",
    fontSize: "0.9em",
  },
});

export const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "light-dark(#8a1b8f, #e39bea)" },
  { tag: [tags.string, tags.special(tags.string), tags.character], color: "light-dark(#14692f, #86d69d)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "light-dark(#9a3b00, #f3b27a)" },
  { tag: [tags.comment, tags.meta], color: "var(--faint)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
    color: "var(--accent)",
  },
  { tag: [tags.typeName, tags.className, tags.namespace], color: "light-dark(#006475, #7cd0e0)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);
