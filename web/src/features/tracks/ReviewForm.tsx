import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { faultOfAll } from "~/api/errors";
import type { Me } from "~/api/session";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { TextArea } from "~/ui/Field";
import { Paused } from "./Paused";
import { Points } from "./Points";
import type { Assignment } from "./phase";
import { isComplete, type Opinion, readOpinion } from "./rubric";
import { useDraft } from "./useDraft";
import { useReview } from "./writes.queries";

type Props = { assignment: Assignment; submissionId: number; me: Me; onSent: () => Promise<void> };

/** Points and words for each criterion, and words for the whole. What is written is kept until it is sent. */
export function ReviewForm({ assignment, submissionId, me, onSent }: Props) {
  const texts = useTexts(dictionary);
  const criteria = Object.keys(assignment.review_criteria);
  const draft = useDraft(me.id, `review/${submissionId}`);
  const opinion = readOpinion(draft.text ?? "", criteria, assignment.max_score);
  const [incomplete, setIncomplete] = useState(false);
  const review = useReview(submissionId, async () => {
    draft.forget();
    await onSent();
  });
  const form = useRef<HTMLFormElement>(null);
  const change = (part: Partial<Opinion>): void => draft.write(JSON.stringify({ ...opinion, ...part }));
  const send = (): void => {
    if (review.isPending) return;
    const complete = isComplete(opinion, criteria);
    setIncomplete(!complete);
    if (complete) review.mutate(opinion);
    else form.current?.querySelector<HTMLElement>("fieldset.unchosen input")?.focus();
  };
  const failed = faultOfAll(review.error, []);
  return (
    <form
      className="review-form"
      ref={form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        send();
      }}
    >
      <p className="faint">{texts.keysHint}</p>
      {criteria.map((name) => (
        <Criterion key={name} name={name} assignment={assignment} opinion={opinion} onChange={change} />
      ))}
      <TextArea
        label={texts.comment}
        hint={texts.commentHint}
        rows={5}
        maxLength={8192}
        value={opinion.comment}
        onChange={(event) => change({ comment: event.target.value })}
      />
      {failed && <Failure error={failed} retry={send} />}
      <div className="row">
        <Button kind="primary" type="submit" busy={review.isPending}>
          {texts.sendReview}
        </Button>
        <Paused write={review} />
        <span className="faint">{draft.kept ? texts.draftKept : texts.notKept}</span>
      </div>
      <p className="field-fault" role="alert">
        {incomplete && !isComplete(opinion, criteria) ? texts.missingPoints : ""}
      </p>
    </form>
  );
}

type CriterionProps = {
  name: string;
  assignment: Assignment;
  opinion: Opinion;
  onChange: (part: Partial<Opinion>) => void;
};

function Criterion({ name, assignment, opinion, onChange }: CriterionProps) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const value = opinion.points[name];
  const choose = (points: number | undefined): void => {
    const { [name]: _, ...others } = opinion.points;
    onChange({ points: points === undefined ? others : { ...others, [name]: points } });
  };
  return (
    <fieldset className={value === undefined ? "criterion unchosen" : "criterion"}>
      <legend>{name}</legend>
      <p className="row">
        <span>{assignment.review_criteria[name]}</span>
        <output className="chosen">
          {value === undefined
            ? texts.noPoints
            : texts.points(number(value, language), number(assignment.max_score, language))}
        </output>
      </p>
      <Points name={name} max={assignment.max_score} value={value} onChange={choose} />
      <TextArea
        label={texts.remark(name)}
        rows={2}
        maxLength={1024}
        value={opinion.remarks[name] ?? ""}
        onChange={(event) => onChange({ remarks: { ...opinion.remarks, [name]: event.target.value } })}
      />
    </fieldset>
  );
}
