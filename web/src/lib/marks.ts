/** Complaints in the editor: the line is marked and what is wrong stands below it, for everybody to read. */

import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";

/** A complaint about a line of the program; both count from 1. */
export type Mark = { line: number; column: number | null; message: string };

export const setMarks = StateEffect.define<readonly Mark[]>();

class Message extends WidgetType {
  constructor(
    private readonly text: string,
    private readonly indent: number,
  ) {
    super();
  }

  override eq(other: Message): boolean {
    return other.text === this.text && other.indent === this.indent;
  }

  toDOM(): HTMLElement {
    const note = document.createElement("div");
    note.className = "cm-complaint";
    note.style.setProperty("--indent", `${this.indent}ch`);
    note.textContent = `${this.indent > 0 ? "↑ " : ""}${this.text}`;
    return note;
  }
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    const told = transaction.effects.find((effect) => effect.is(setMarks));
    if (told) return decorations(transaction.state, told.value);
    // A line that is being changed is not what was complained about any more.
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (marks) => EditorView.decorations.from(marks),
});

function decorations(state: EditorState, marks: readonly Mark[]): DecorationSet {
  const all = marks.flatMap(({ line, column, message }) => {
    const { from, to } = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
    const indent = column === null ? 0 : Math.min(column - 1, to - from);
    return [
      Decoration.line({ class: "cm-complained" }).range(from),
      Decoration.widget({ widget: new Message(message, indent), block: true, side: 1 }).range(to),
    ];
  });
  return Decoration.set(all, true);
}

export function marked(): Extension {
  return field;
}
