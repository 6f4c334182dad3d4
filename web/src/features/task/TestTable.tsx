import { useState } from "react";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { ofAttempt } from "~/texts/submission";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { More } from "~/ui/More";
import { Scroll } from "~/ui/Scroll";
import { Status } from "~/ui/Status";
import { KIB_IN_MIB, type Submission, type TestResult, toneOf } from "./program";
import { useTests } from "./submission.queries";

/** Every test with what it took. The first hundred come with the submission. */
export function TestTable({ submission }: { submission: Submission }) {
  const texts = useTexts(dictionary);
  const words = useTexts(ofAttempt);
  const [more, setMore] = useState(false);
  const rest = useTests(submission, more);
  const known = [...submission.tests, ...(rest.data ?? [])];
  const remain = submission.tests_total > submission.tests.length && submission.tests.length > 0;
  if (known.length === 0) return null;
  return (
    <section>
      <h2>{texts.tests}</h2>
      <Scroll label={texts.tests}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.test}</th>
              <th scope="col">{texts.verdict}</th>
              <th scope="col">{words.time}</th>
              <th scope="col">{words.memory}</th>
              <th scope="col">{words.remark}</th>
            </tr>
          </thead>
          <tbody>
            {known.map((test) => (
              <Row key={test.number} test={test} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {rest.error && <Failure error={rest.error} retry={() => void rest.refetch()} />}
      {remain && !more && <Button onClick={() => setMore(true)}>{words.moreTests}</Button>}
      <More pages={rest} />
    </section>
  );
}

function Row({ test }: { test: TestResult }) {
  const texts = useTexts(dictionary);
  const words = useTexts(ofAttempt);
  const language = useLanguage();
  const ran = test.verdict !== "SKIPPED" && test.verdict !== "HIDDEN";
  return (
    <tr>
      <th scope="row">{test.number}</th>
      <td>
        <Status tone={toneOf(test.verdict)}>{texts.verdicts[test.verdict]}</Status>
      </td>
      <td>{ran && words.seconds(number(test.time, language, 3))}</td>
      <td>{ran && words.megabytes(number(test.memory / KIB_IN_MIB, language, 1))}</td>
      <td>{test.message}</td>
    </tr>
  );
}
