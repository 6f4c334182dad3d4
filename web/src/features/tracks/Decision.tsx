import { type FormEvent, useId, useState } from "react";
import { faultOf, faultOfAll } from "~/api/errors";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { Failure } from "~/ui/Failure";
import { TextArea } from "~/ui/Field";
import { startOf } from "./oversight";
import { type Evidence, useDecide } from "./oversight.queries";
import { Paused } from "./Paused";
import { Points } from "./Points";
import type { Assignment } from "./phase";

const MOST_WORDS = 2000;

type Props = { evidence: Evidence; tag: string; assignment: Assignment; onClose: () => void };

/** A teacher decides an appeal: points in place of the medians, or none, and the reason. */
export function Decision({ evidence, tag, assignment, onClose }: Props) {
  const texts = useTexts(dictionary);
  const words = useTexts(common);
  const { decision, id } = evidence.appeal;
  const criteria = Object.keys(assignment.review_criteria);
  const decide = useDecide(id, decision ? tag : null);
  const [upholds, setUpholds] = useState(decision === null || decision.scores !== null);
  const [scores, setScores] = useState<Record<string, number>>(() =>
    startOf(criteria, decision?.scores ?? null, evidence.median, assignment.max_score),
  );
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const noReason = reason.trim() === "";
  const incomplete = upholds && criteria.some((name) => scores[name] === undefined);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (noReason || incomplete || decide.isPending) return;
    decide.mutate({ scores: upholds ? scores : null, reason }, { onSuccess: onClose });
  };
  const choose = (name: string, points: number | undefined): void =>
    setScores(({ [name]: _, ...others }) => (points === undefined ? others : { ...others, [name]: points }));
  const failed = faultOfAll(decide.error, ["reason"]);
  return (
    <Dialog title={decision ? texts.decideAnew : texts.decide} onClose={onClose}>
      <form noValidate onSubmit={send}>
        <Ways upholds={upholds} onChange={setUpholds} />
        {upholds &&
          criteria.map((name) => (
            <fieldset className="criterion" key={name}>
              <legend>{name}</legend>
              <Points
                name={name}
                max={assignment.max_score}
                value={scores[name]}
                onChange={(points) => choose(name, points)}
              />
            </fieldset>
          ))}
        <TextArea
          label={texts.reason}
          hint={texts.reasonForAll}
          fault={tried && noReason ? texts.noReason : faultOf(decide.error, "reason")}
          rows={4}
          maxLength={MOST_WORDS}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {failed && <Failure error={failed} />}
        <p className="field-fault" role="alert">
          {tried && incomplete ? texts.missingPoints : ""}
        </p>
        <div className="row">
          <Button kind="primary" type="submit" busy={decide.isPending}>
            {texts.decide}
          </Button>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Paused write={decide} />
        </div>
      </form>
    </Dialog>
  );
}

function Ways({ upholds, onChange }: { upholds: boolean; onChange: (upholds: boolean) => void }) {
  const texts = useTexts(dictionary);
  const group = useId();
  return (
    <fieldset className="criterion">
      <legend>{texts.decision}</legend>
      {([true, false] as const).map((way) => (
        <label className="way" key={String(way)}>
          <input type="radio" name={group} checked={upholds === way} onChange={() => onChange(way)} />{" "}
          {way ? texts.uphold : texts.reject}
        </label>
      ))}
    </fieldset>
  );
}
