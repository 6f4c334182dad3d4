/** Which of the files that are sent in is the program, and in which language. Pure. */

import type { Chosen } from "./chosen";

/** The only language of a problem whose solutions are answers: nobody chooses it. */
const ANSWERS = "answers";

/** The languages that one chooses from; none where there is nothing to choose. */
export function choices(languages: readonly string[]): readonly string[] {
  return languages.length === 1 && languages[0] === ANSWERS ? [] : languages;
}

/** The language to begin with: what was sent last, if the problem takes it; else the first. */
export function languageOf(languages: readonly string[], chosen: string | null): string | null {
  return chosen !== null && languages.includes(chosen) ? chosen : (languages[0] ?? null);
}

/** How the main file is named: not at all where one file is sent, by a list of several, by hand of a link or archive. */
export function mainOf(chosen: Chosen): "none" | "list" | "typed" {
  if (chosen.archive || chosen.files.length === 0) return "typed";
  return chosen.files.length > 1 ? "list" : "none";
}

/** What is sent as the main file: what was chosen, unless it was taken back since. */
export function sentMain(chosen: Chosen, main: string): string | null {
  const kind = mainOf(chosen);
  if (kind === "typed") return main.trim() || null;
  return kind === "list" && chosen.files.some(({ path }) => path === main) ? main : null;
}
