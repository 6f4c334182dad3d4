import { type FormEvent, useState } from "react";
import { faultOf, faultOfAll } from "~/api/errors";
import { useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { Button } from "~/ui/Button";
import { Countdown, useServerNow } from "~/ui/Countdown";
import { Failure } from "~/ui/Failure";
import { Select, TextArea } from "~/ui/Field";
import { chanceOf } from "./oversight";
import { type OwnAppeals, type Review, useFileAppeal } from "./oversight.queries";
import { Paused } from "./Paused";
import type { Assignment } from "./phase";
import { useDraft } from "./useDraft";

const LOOK_MS = 5000;
const MOST_WORDS = 4096;

type Props = { assignment: Assignment; reviews: readonly Review[]; own: OwnAppeals; account: number };

/** An appeal, while there is time for one; else why there is none. */
export function AppealForm(props: Props) {
  const texts = useTexts(dictionary);
  const { assignment, own } = props;
  const chance = chanceOf(own, assignment.appeal_hours, useServerNow(LOOK_MS));
  if (chance !== "may") return <p role="status">{texts.chance[chance]}</p>;
  return (
    <>
      <p>{texts.whatIsAppeal}</p>
      {own.until && (
        <p>
          {texts.until} <Countdown deadline={own.until} />
        </p>
      )}
      <Fields {...props} />
    </>
  );
}

function Fields({ assignment, reviews, account }: Props) {
  const texts = useTexts(dictionary);
  const words = useDraft(account, `assignment/${assignment.id}/appeal`);
  const file = useFileAppeal(assignment.id, words.forget);
  const [review, setReview] = useState("");
  const [criterion, setCriterion] = useState("");
  const [empty, setEmpty] = useState(false);
  const text = words.text ?? "";
  const send = (): void => {
    setEmpty(text.trim() === "");
    if (text.trim() === "" || file.isPending) return;
    const body = { review_id: review ? Number(review) : null, criterion: criterion || null, text };
    file.mutate(body);
  };
  const failed = faultOfAll(file.error, ["text"]);
  return (
    <form
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
    >
      <Select label={texts.about} value={review} onChange={(event) => setReview(event.target.value)}>
        <option value="">{texts.whole}</option>
        {reviews.map(({ id }, at) => (
          <option key={id} value={id}>
            {texts.review(at + 1)}
          </option>
        ))}
      </Select>
      <Select label={texts.criterion} value={criterion} onChange={(event) => setCriterion(event.target.value)}>
        <option value="">{texts.allCriteria}</option>
        {Object.keys(assignment.review_criteria).map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <TextArea
        label={texts.yourWords}
        fault={empty && text.trim() === "" ? texts.writeWhy : faultOf(file.error, "text")}
        rows={4}
        maxLength={MOST_WORDS}
        value={text}
        onChange={(event) => words.write(event.target.value)}
      />
      {failed && <Failure error={failed} retry={send} />}
      <div className="row">
        <Button kind="primary" type="submit" busy={file.isPending}>
          {texts.appeal}
        </Button>
        <Paused write={file} />
      </div>
    </form>
  );
}
