import { type FormEvent, useState } from "react";
import type { Schemas } from "~/api/client";
import { authoring as dictionary } from "~/texts/authoring";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Confirmed } from "~/ui/Confirmed";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { restOf, saidOf } from "./faults";
import { momentOf } from "./moments";
import { useCloseStage, useMoveDeadline } from "./queries";
import { deadlineOf, type Stage, stagesOf } from "./stages";

type Assignment = Schemas["AssignmentView"];
type Props = { assignment: Assignment; stage: Stage };

/** More time for a stage, its end, or another run: for the assignments of a track that have begun. */
export function Stages({ assignments }: { assignments: readonly Assignment[] }) {
  const texts = useTexts(dictionary);
  return (
    <>
      <p className="faint">{texts.stagesHint}</p>
      {assignments
        .filter(({ current_stage }) => current_stage !== "not_started")
        .map((each) => (
          <section className="stages" key={each.id} aria-labelledby={`stages-${each.id}`}>
            <h3 id={`stages-${each.id}`}>{each.title}</h3>
            <OfAssignment assignment={each} />
          </section>
        ))}
    </>
  );
}

function OfAssignment({ assignment }: { assignment: Assignment }) {
  const { running, over } = stagesOf(assignment);
  return (
    <>
      {running && (
        <>
          <Deadline key={running} assignment={assignment} stage={running} />
          <End assignment={assignment} stage={running} />
        </>
      )}
      {over.map((stage) => (
        <Again key={stage} assignment={assignment} stage={stage} />
      ))}
    </>
  );
}

/** The stage runs longer: the field begins with the deadline that holds. */
function Deadline({ assignment, stage }: Props) {
  const texts = useTexts(dictionary);
  const move = useMoveDeadline(assignment.id, "deadline");
  const [until, setUntil] = useState(deadlineOf(assignment, stage));
  return (
    <Until
      label={texts.stageUntil[stage]}
      action={texts.moreTime}
      until={until}
      onChange={setUntil}
      move={move}
      send={(deadline) => move.mutate({ stage, deadline })}
    />
  );
}

function Again({ assignment, stage }: Props) {
  const texts = useTexts(dictionary);
  const move = useMoveDeadline(assignment.id, "reopen");
  const [until, setUntil] = useState("");
  return (
    <details>
      <summary>{texts.reopen[stage]}</summary>
      <p className="faint">{texts.reopenMeans[stage]}</p>
      <Until
        label={texts.stageUntil[stage]}
        action={texts.runAgain}
        until={until}
        onChange={setUntil}
        move={move}
        send={(deadline) => move.mutate({ stage, deadline })}
      />
    </details>
  );
}

type UntilProps = {
  label: string;
  action: string;
  until: string;
  onChange: (until: string) => void;
  move: { error: Error | null; isPending: boolean; isSuccess: boolean };
  send: (deadline: string) => void;
};

function Until({ label, action, until, onChange, move, send }: UntilProps) {
  const texts = useTexts(dictionary);
  const words = useTexts(common);
  const [tried, setTried] = useState(false);
  const deadline = momentOf(until);
  const failed = restOf(move.error, ["deadline"]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (deadline && !move.isPending) send(deadline);
  };
  return (
    <form className="authoring" noValidate onSubmit={submit}>
      <Field
        label={label}
        fault={tried && deadline === null ? texts.faults.time : saidOf(move.error, "deadline")}
        type="datetime-local"
        value={until}
        onChange={(event) => onChange(event.target.value)}
      />
      {failed && <Failure error={failed} />}
      <p className="row">
        <Button type="submit" busy={move.isPending}>
          {action}
        </Button>
        <span role="status">{move.isSuccess ? words.saved : ""}</span>
      </p>
    </form>
  );
}

function End({ assignment, stage }: Props) {
  const texts = useTexts(dictionary);
  const close = useCloseStage(assignment.id);
  const end = { isPending: close.isPending, mutate: () => close.mutate(stage) };
  return (
    <>
      <Confirmed action={texts.endStage[stage]} title={texts.endingStage[stage]} does={end}>
        <p>{texts.endingMeans[stage]}</p>
      </Confirmed>
      {close.error && <Failure error={close.error} />}
    </>
  );
}
