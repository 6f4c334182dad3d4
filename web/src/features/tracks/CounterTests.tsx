import { type FormEvent, useState } from "react";
import { faultOf, faultOfAll } from "~/api/errors";
import type { Me } from "~/api/session";
import { number } from "~/texts/dates";
import { evidence as dictionary } from "~/texts/evidence";
import { useLanguage, useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { TextArea } from "~/ui/Field";
import { Loaded } from "~/ui/Loaded";
import { inOrder, left } from "./evidence";
import { useCounterTests, useSendCounterTest } from "./evidence.queries";
import { OneCounterTest } from "./OneCounterTest";
import { Paused } from "./Paused";
import type { Assignment } from "./phase";
import "./evidence.css";

type Props = { assignment: Assignment; submissionId: number; me: Me };

/** A reviewer's proofs that a program fails. Read when they are opened. */
export function CounterTests(props: Props) {
  const texts = useTexts(dictionary);
  const [wanted, setWanted] = useState(false);
  return (
    <details className="counter-tests" onToggle={(event) => setWanted((before) => before || event.currentTarget.open)}>
      <summary>{texts.counterTests}</summary>
      {wanted && <Opened {...props} />}
    </details>
  );
}

/** The form for another, and what came of those that were sent. */
function Opened({ assignment, submissionId, me }: Props) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const tests = useCounterTests(submissionId, me.id);
  const { evidence_points: points } = assignment;
  return (
    <>
      <p>{texts.what}</p>
      {points > 0 && assignment.is_enrolled && <p className="faint">{texts.earns(number(points, language))}</p>}
      <Loaded query={tests}>
        {({ items }) => (
          <>
            <SendInput submissionId={submissionId} remaining={left(items, me.id)} />
            {items.length === 0 && <p className="faint">{texts.none}</p>}
            <ol className="plain-list">
              {inOrder(items).map((test, at) => (
                <OneCounterTest key={test.id} test={test} number={at + 1} adoptable={!assignment.is_enrolled} />
              ))}
            </ol>
          </>
        )}
      </Loaded>
    </>
  );
}

function SendInput({ submissionId, remaining }: { submissionId: number; remaining: number }) {
  const texts = useTexts(dictionary);
  const send = useSendCounterTest(submissionId);
  const [input, setInput] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send.mutate(input, { onSuccess: () => setInput("") });
  };
  const refused = faultOfAll(send.error, ["input"]);
  return (
    <form onSubmit={submit}>
      <TextArea
        label={texts.yourInput}
        hint={texts.inputHint}
        fault={faultOf(send.error, "input")}
        rows={4}
        spellCheck={false}
        autoComplete="off"
        value={input}
        onChange={(event) => setInput(event.target.value)}
      />
      {refused && <Failure error={refused} />}
      <div className="row">
        <Button type="submit" busy={send.isPending} disabled={remaining === 0}>
          {texts.send}
        </Button>
        <span className="faint">{texts.left(remaining)}</span>
        <Paused write={send} />
        <span role="status">{send.isSuccess ? texts.sent : ""}</span>
      </div>
    </form>
  );
}
