import { type FormEvent, type KeyboardEvent, lazy, Suspense, useRef, useState } from "react";
import { faultOfAll } from "~/api/errors";
import type { Me } from "~/api/session";
import { comments as lineWords } from "~/texts/comments";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { TextArea } from "~/ui/Field";
import { Loading } from "~/ui/Loaded";
import { KeptDraft } from "./KeptDraft";
import { Paused } from "./Paused";
import { Points } from "./Points";
import type { Assignment } from "./phase";
import { isComplete, type Opinion } from "./rubric";
import { type ReviewDraft, useReviewDraft } from "./useReviewDraft";
import { useReview } from "./writes.queries";

type Props = {
  assignment: Assignment;
  submissionId: number;
  codeVersion: number;
  me: Me;
  onSent: () => Promise<void>;
};

const CodeToReview = lazy(async () => ({ default: (await import("./CodeToReview")).CodeToReview }));

/** The code, and what a reviewer says of it. What is written is kept until it is sent. */
export function ReviewForm({ me, ...props }: Props) {
  const draft = useReviewDraft(me.id, props.assignment, props.submissionId);
  return draft.ready ? <Form {...props} draft={draft} /> : <Loading />;
}

/** Points and words for each criterion, words for single lines, and for the whole. */
function Form({ assignment, submissionId, codeVersion, draft, onSent }: Omit<Props, "me"> & { draft: ReviewDraft }) {
  const texts = useTexts(dictionary);
  const criteria = Object.keys(assignment.review_criteria);
  const { opinion, change } = draft;
  const [incomplete, setIncomplete] = useState(false);
  const review = useReview(submissionId, async () => {
    await draft.keeper.end();
    await onSent();
  });
  const form = useRef<HTMLFormElement>(null);
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
      {codeVersion > 0 && (
        <Suspense fallback={<Loading />}>
          <CodeToReview assignment={assignment} submissionId={submissionId} opinion={opinion} onChange={change} />
        </Suspense>
      )}
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
        <KeptDraft draft={draft} />
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
  const words = useTexts(lineWords);
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
      {assignment.criteria_options[name]?.comment_required && <p className="faint">{words.wanted}</p>}
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
