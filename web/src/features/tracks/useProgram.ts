import { useState } from "react";
import type { Schemas } from "~/api/client";
import type { Chosen } from "./chosen";
import type { Assignment } from "./phase";
import { choices, languageOf, sentMain } from "./program";
import { useProblem } from "./program.queries";

/** The language that was chosen last, here or for a task. */
const CHOSEN = "lyceum.program-language";

/** Which of the files is the program, and in which language: for an assignment whose solutions are judged. */
export function useProgram({ id, problem_id }: Assignment) {
  const isJudged = problem_id !== null;
  const problem = useProblem(id, isJudged);
  const [chosenLanguage, setLanguage] = useState(() => localStorage.getItem(CHOSEN));
  const [main, setMain] = useState("");
  const languages = choices(problem.data?.languages ?? []);
  const language = languageOf(languages, chosenLanguage);
  return {
    languages,
    language,
    main,
    setMain,
    setLanguage: (next: string): void => {
      localStorage.setItem(CHOSEN, next);
      setLanguage(next);
    },
    /** What goes into the request. */
    sent: (chosen: Chosen): Pick<Schemas["SolutionBody"], "language" | "main"> =>
      isJudged ? { language, main: sentMain(chosen, main) } : {},
  };
}

export type ProgramState = ReturnType<typeof useProgram>;
