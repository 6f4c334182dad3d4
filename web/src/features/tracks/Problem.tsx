import { number } from "~/texts/dates";
import { evidence as dictionary } from "~/texts/evidence";
import { useLanguage, useTexts } from "~/texts/language";
import { Loaded } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { Piece } from "./Piece";
import { useProblem } from "./program.queries";

/** What is to be solved: the statement, its limits and its examples. */
export function Problem({ assignmentId }: { assignmentId: number }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const problem = useProblem(assignmentId);
  return (
    <Loaded query={problem}>
      {(found) => (
        <section aria-label={texts.problem} lang={found.statement_language ?? undefined}>
          <p className="row">
            <strong>{found.title}</strong>
            <span className="faint" lang={language}>
              {texts.limits(number(found.time_limit, language), found.memory_limit)}
            </span>
          </p>
          <Markdown text={found.statement} />
          {found.samples.map((sample, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an example is its place in the list
            <div className="pieces" key={at} lang={language}>
              <Piece title={`${texts.example(at + 1)}: ${texts.input}`} text={sample.input} />
              <Piece title={`${texts.example(at + 1)}: ${texts.output}`} text={sample.output} />
            </div>
          ))}
        </section>
      )}
    </Loaded>
  );
}
