import { Link } from "react-router";
import { paths } from "~/lib/paths";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Scroll } from "~/ui/Scroll";
import { Status } from "~/ui/Status";
import { toneOf } from "./program";
import { type Place, useAttempts, useLanguageNames } from "./queries";

/** What was sent to the task so far. */
export function Attempts({ place }: { place: Place }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const names = useLanguageNames();
  const attempts = useAttempts(place);
  return (
    <>
      <Loaded query={attempts}>
        {(found) =>
          found.length === 0 ? (
            <Empty>{texts.noAttempts}</Empty>
          ) : (
            <Scroll label={texts.attempts}>
              <table className="attempts">
                <thead>
                  <tr>
                    <th scope="col">{texts.when}</th>
                    <th scope="col">{texts.verdict}</th>
                    <th scope="col">{texts.language}</th>
                    <th scope="col">{texts.tests}</th>
                  </tr>
                </thead>
                <tbody>
                  {found.map((attempt) => (
                    <tr key={attempt.id}>
                      <td>
                        <Link to={paths.submission(attempt.id)}>{dateTime(attempt.submitted_at, language)}</Link>
                      </td>
                      <td>
                        <Status tone={toneOf(attempt.code)}>{texts.verdicts[attempt.code]}</Status>
                      </td>
                      <td>{names[attempt.language] ?? attempt.language}</td>
                      <td>{texts.passed(attempt.tests_passed, attempt.tests_total)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )
        }
      </Loaded>
      <More pages={attempts} />
    </>
  );
}
