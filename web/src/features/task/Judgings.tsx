import { useState } from "react";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { ofAttempt } from "~/texts/submission";
import { task as dictionary } from "~/texts/task";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Status } from "~/ui/Status";
import { toneOf } from "./program";
import { useJudgings } from "./submission.queries";

/** The verdicts that a submission had before it was judged anew; read when somebody wants to see them. */
export function Judgings({ id }: { id: number }) {
  const words = useTexts(ofAttempt);
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.judgings}</summary>
      {open && <List id={id} />}
    </details>
  );
}

function List({ id }: { id: number }) {
  const texts = useTexts(dictionary);
  const words = useTexts(ofAttempt);
  const language = useLanguage();
  const judgings = useJudgings(id);
  return (
    <>
      <Loaded query={judgings}>
        {(found) =>
          found.length === 0 ? (
            <p>{words.noJudgings}</p>
          ) : (
            <ul>
              {found.map((judging) => (
                <li key={judging.number}>
                  <Status tone={toneOf(judging.code)}>{texts.verdicts[judging.code]}</Status>{" "}
                  {texts.passed(judging.tests_passed, judging.tests_total)}
                  {judging.judged_at && `, ${dateTime(judging.judged_at, language)}`}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <More pages={judgings} />
    </>
  );
}
