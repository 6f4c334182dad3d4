/** The editor of programs. It lives in a shadow root: only there may it bring its own styles under the page's policy. */

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { grammarOf } from "./grammars";
import { type Mark, marked, setMarks } from "./marks";

export type { Mark } from "./marks";

export type Editor = {
  text(): string;
  /** Replaces the whole text, as one change that can be undone. */
  replace(text: string): void;
  speak(language: string): void;
  mark(marks: readonly Mark[]): void;
  /** Puts the cursor into a line. */
  goTo(line: number): void;
  label(label: string): void;
  destroy(): void;
};

export type EditorOptions = {
  text: string;
  language: string;
  label: string;
  readOnly?: boolean;
  onChange?: (text: string) => void;
  onSend?: () => void;
};

const theme = EditorView.theme({
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

const colours = HighlightStyle.define([
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

export function createEditor(parent: HTMLElement, options: EditorOptions): Editor {
  const grammar = new Compartment();
  const search = new Compartment();
  const named = new Compartment();
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        basics(options.readOnly ?? false),
        keymap.of([{ key: "Mod-Enter", run: () => pressed(options.onSend) }]),
        keymap.of([{ key: "Mod-f", run: (shown) => openSearch(shown, search) }]),
        keys,
        grammar.of([]),
        marked(),
        search.of([]),
        named.of(labelled(options.label)),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange?.(update.state.doc.toString());
        }),
      ],
    }),
  });
  let spoken = "";
  const speak = async (language: string): Promise<void> => {
    spoken = language;
    const loaded = await grammarOf(language);
    if (spoken === language) view.dispatch({ effects: grammar.reconfigure(loaded) });
  };
  void speak(options.language);
  return {
    text: () => view.state.doc.toString(),
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    speak: (language) => void speak(language),
    mark: (marks) => view.dispatch({ effects: setMarks.of(marks) }),
    goTo: (line) => {
      const at = view.state.doc.line(clamp(line, view.state.doc.lines)).from;
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      view.focus();
    },
    label: (label) => view.dispatch({ effects: named.reconfigure(labelled(label)) }),
    destroy: () => view.destroy(),
  };
}

/** The search panel is fetched when somebody looks for something. */
function openSearch(view: EditorView, place: Compartment): boolean {
  void import("@codemirror/search").then(({ openSearchPanel, search, searchKeymap }) => {
    if ([place.get(view.state)].flat().length === 0) {
      view.dispatch({ effects: place.reconfigure([search(), keymap.of(searchKeymap)]) });
    }
    openSearchPanel(view);
  });
  return true;
}

const keys: Extension = keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]);

function basics(readOnly: boolean): Extension {
  return [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("    "),
    bracketMatching(),
    closeBrackets(),
    syntaxHighlighting(colours),
    theme,
    EditorState.readOnly.of(readOnly),
  ];
}

function labelled(label: string): Extension {
  return EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" });
}

function pressed(send: (() => void) | undefined): boolean {
  send?.();
  return true;
}

function clamp(line: number, lines: number): number {
  return Math.min(Math.max(line, 1), lines);
}
