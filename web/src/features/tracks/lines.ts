/** Lines of code and what is said of them. Pure. */

export type Remark = {
  path: string;
  from_line: number;
  to_line: number;
  text: string;
  criterion: string | null;
};

type Place = Pick<Remark, "path" | "from_line" | "to_line">;

/** With a new remark on the lines between two, in whichever order; those that still say nothing are left out. */
export function begun(remarks: readonly Remark[], path: string, one: number, other: number): Remark[] {
  const from_line = Math.min(one, other);
  const to_line = Math.max(one, other);
  const said = remarks.filter(({ text }) => text.trim() !== "");
  return [...said, { path, from_line, to_line, text: "", criterion: null }];
}

export function changed(remarks: readonly Remark[], at: number, part: Partial<Remark>): Remark[] {
  return remarks.map((remark, index) => (index === at ? { ...remark, ...part } : remark));
}

export function removed(remarks: readonly Remark[], at: number): Remark[] {
  return remarks.filter((_, index) => index !== at);
}

/** Remarks that say something: only those are sent. */
export function said(remarks: readonly Remark[]): Remark[] {
  return remarks.filter(({ text }) => text.trim() !== "");
}

/** Whether a line is one of those that something is said of. */
export function isMeant(all: readonly Place[], path: string, line: number): boolean {
  return all.some((each) => each.path === path && each.from_line <= line && line <= each.to_line);
}

/** Remarks of a kept draft; whatever is not as it should be counts as not written. */
export function readRemarks(found: unknown): Remark[] {
  return Array.isArray(found) ? found.flatMap((each: unknown) => remarkOf(each) ?? []) : [];
}

function remarkOf(found: unknown): Remark | null {
  if (typeof found !== "object" || found === null) return null;
  const { path, from_line, to_line, text, criterion }: Partial<Record<keyof Remark, unknown>> = found;
  if (typeof path !== "string" || typeof text !== "string") return null;
  if (typeof from_line !== "number" || typeof to_line !== "number") return null;
  return { path, from_line, to_line, text, criterion: typeof criterion === "string" ? criterion : null };
}
