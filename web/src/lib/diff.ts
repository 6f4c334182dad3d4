/** What changed between two programs, below each other in one text. Fetched when somebody wants to see it. */

import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { basics, labelled, type Phrases } from "./editor";
import { grammarOf } from "./grammars";

export type DiffOptions = { before: string; after: string; language: string; label: string; phrases: Phrases };

const theme = EditorView.theme({
  "&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine": { backgroundColor: "var(--good-ground)" },
  ".cm-deletedChunk": { backgroundColor: "var(--bad-ground)", paddingLeft: "6px" },
  "&.cm-merge-b .cm-changedText": { background: "none", textDecoration: "underline" },
  ".cm-deletedChunk .cm-deletedText": { background: "none", textDecoration: "line-through" },
  ".cm-deletedLine, .cm-deletedLine del": { textDecoration: "none" },
  "&.cm-merge-b .cm-changedLineGutter": { background: "var(--good)" },
  ".cm-deletedLineGutter": { background: "var(--bad)" },
  ".cm-collapsedLines": { background: "var(--raised)", color: "var(--faint)" },
});

/** Shows it in `parent`; what is returned takes it away. */
export function showDiff(parent: HTMLElement, options: DiffOptions): () => void {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  let gone = false;
  let view: EditorView | null = null;
  void grammarOf(options.language).then((grammar) => {
    if (gone) return;
    const extensions = [
      basics(true),
      labelled(options.label),
      grammar,
      EditorState.phrases.of(options.phrases),
      unifiedMergeView({
        original: options.before,
        mergeControls: false,
        collapseUnchanged: { margin: 3, minSize: 6 },
      }),
      theme,
    ];
    view = new EditorView({ parent: root, root, state: EditorState.create({ doc: options.after, extensions }) });
  });
  return () => {
    gone = true;
    view?.destroy();
  };
}
