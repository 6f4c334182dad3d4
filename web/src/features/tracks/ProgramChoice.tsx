import { faultOf } from "~/api/errors";
import { evidence as dictionary } from "~/texts/evidence";
import { useTexts } from "~/texts/language";
import { Field, Select } from "~/ui/Field";
import type { Chosen } from "./chosen";
import { mainOf } from "./program";
import { useLanguageNames } from "./program.queries";
import type { ProgramState } from "./useProgram";

type Props = { program: ProgramState; chosen: Chosen; error: Error | null };

/** The language of a program that is judged, and of several files the main one. */
export function ProgramChoice({ program, chosen, error }: Props) {
  const texts = useTexts(dictionary);
  const names = useLanguageNames(program.languages.length > 0);
  const kind = mainOf(chosen);
  return (
    <>
      {program.languages.length > 0 && (
        <Select
          label={texts.language}
          fault={faultOf(error, "language")}
          value={program.language ?? ""}
          onChange={(event) => program.setLanguage(event.target.value)}
        >
          {program.languages.map((id) => (
            <option key={id} value={id}>
              {names[id] ?? id}
            </option>
          ))}
        </Select>
      )}
      {kind === "list" && (
        <Select
          label={texts.main}
          hint={texts.mainHint}
          fault={faultOf(error, "main")}
          value={chosen.files.some(({ path }) => path === program.main) ? program.main : ""}
          onChange={(event) => program.setMain(event.target.value)}
        >
          <option value="">{texts.noMain}</option>
          {chosen.files.map(({ path }) => (
            <option key={path} value={path}>
              {path}
            </option>
          ))}
        </Select>
      )}
      {kind === "typed" && (
        <Field
          label={texts.main}
          hint={texts.archiveMainHint}
          fault={faultOf(error, "main")}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={program.main}
          onChange={(event) => program.setMain(event.target.value)}
        />
      )}
    </>
  );
}
