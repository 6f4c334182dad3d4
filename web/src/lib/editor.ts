/** The editor of programs. It lives in a shadow root: only there may it bring its own styles under the page's policy. */

import {
  history,
  historyKeymap,
  indentWithTab,
  moveLineDown,
  moveLineUp,
  standardKeymap,
  toggleComment,
} from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { grammarOf } from "./grammars";
import { colours, theme } from "./looks";
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
  /** What its own panels and marks say, by their English words. */
  translate(phrases: Phrases): void;
  destroy(): void;
};

export type Phrases = Readonly<Record<string, string>>;

export type EditorOptions = {
  text: string;
  language: string;
  label: string;
  phrases?: Phrases;
  readOnly?: boolean;
  onChange?: (text: string) => void;
  onSend?: () => void;
};

export function createEditor(parent: HTMLElement, options: EditorOptions): Editor {
  const grammar = new Compartment();
  const search = new Compartment();
  const brackets = new Compartment();
  const named = new Compartment();
  const spokenIn = new Compartment();
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
        brackets.of([]),
        EditorView.domEventHandlers({ focus: (_, shown) => closeBracketsIn(shown, brackets) }),
        named.of(labelled(options.label)),
        spokenIn.of(EditorState.phrases.of(options.phrases ?? {})),
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
    translate: (phrases) => view.dispatch({ effects: spokenIn.reconfigure(EditorState.phrases.of(phrases)) }),
    destroy: () => view.destroy(),
  };
}

/** What closes brackets is fetched when somebody begins to write. */
function closeBracketsIn(view: EditorView, place: Compartment): boolean {
  if ([place.get(view.state)].flat().length === 0) {
    void import("@codemirror/autocomplete").then(({ closeBrackets, closeBracketsKeymap }) => {
      view.dispatch({ effects: place.reconfigure([closeBrackets(), Prec.high(keymap.of(closeBracketsKeymap))]) });
    });
  }
  return false;
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

const keys: Extension = keymap.of([
  { key: "Mod-/", run: toggleComment },
  { key: "Alt-ArrowUp", run: moveLineUp },
  { key: "Alt-ArrowDown", run: moveLineDown },
  ...standardKeymap,
  ...historyKeymap,
  indentWithTab,
]);

export function basics(readOnly: boolean): Extension {
  return [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("    "),
    bracketMatching(),
    syntaxHighlighting(colours),
    theme,
    EditorState.readOnly.of(readOnly),
  ];
}

export function labelled(label: string): Extension {
  return EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" });
}

function pressed(send: (() => void) | undefined): boolean {
  send?.();
  return true;
}

function clamp(line: number, lines: number): number {
  return Math.min(Math.max(line, 1), lines);
}
