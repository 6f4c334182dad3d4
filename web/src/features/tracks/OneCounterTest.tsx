import { useState } from "react";
import { evidence as dictionary } from "~/texts/evidence";
import { useTexts } from "~/texts/language";
import { task } from "~/texts/task";
import { Confirmed } from "~/ui/Confirmed";
import { Failure } from "~/ui/Failure";
import { Loaded } from "~/ui/Loaded";
import { Status } from "~/ui/Status";
import { type CounterTest, isDecided, TONES } from "./evidence";
import { useAdopt, useCounterTest } from "./evidence.queries";
import { Piece } from "./Piece";

type Props = { test: CounterTest; number: number; adoptable: boolean };

/** What came of an input, with all of it where that is wanted. */
export function OneCounterTest({ test, number, adoptable }: Props) {
  const texts = useTexts(dictionary);
  const verdicts: Readonly<Record<string, string>> = useTexts(task).verdicts;
  return (
    <li className="card counter-test">
      <p className="row">
        <strong>{texts.number(number)}</strong>
        <span role="status">
          <Status tone={TONES[test.outcome]}>{texts.outcomes[test.outcome]}</Status>
        </span>
        {test.outcome === "breaks" && test.verdict && <span>{verdicts[test.verdict] ?? test.verdict}</span>}
      </p>
      {test.reason && <p>{test.reason}</p>}
      <Whole test={test} number={number} />
      {test.is_adopted && <p className="faint">{texts.adopted}</p>}
      {adoptable && test.outcome === "breaks" && !test.is_adopted && <Adopt test={test} />}
    </li>
  );
}

/** Read when it is opened. */
function Whole({ test, number }: { test: CounterTest; number: number }) {
  const texts = useTexts(dictionary);
  const [wanted, setWanted] = useState(false);
  const whole = useCounterTest(test.submission_id, test.id, test.outcome, wanted);
  return (
    <details onToggle={(event) => setWanted((before) => before || event.currentTarget.open)}>
      <summary>
        {texts.whole} <span className="visually-hidden">{texts.ofTest(number)}</span>
      </summary>
      {wanted && (
        <Loaded query={whole}>
          {({ input, answer, output, is_cut, message }) => (
            <>
              <div className="pieces">
                <Piece title={texts.input} text={input} />
                {isDecided(test) && <Piece title={texts.answer} text={answer} />}
                {isDecided(test) && <Piece title={texts.printed} text={output} />}
              </div>
              {is_cut && <p className="faint">{texts.cut}</p>}
              {message && <p>{message}</p>}
            </>
          )}
        </Loaded>
      )}
    </details>
  );
}

/** For who teaches: what breaks a program becomes a test of the problem. */
function Adopt({ test }: { test: CounterTest }) {
  const texts = useTexts(dictionary);
  const adopt = useAdopt(test.submission_id, test.id);
  return (
    <>
      {adopt.error && <Failure error={adopt.error} />}
      <Confirmed action={texts.adopt} title={texts.adopting} does={adopt}>
        <p>{texts.adoptingHint}</p>
      </Confirmed>
    </>
  );
}
