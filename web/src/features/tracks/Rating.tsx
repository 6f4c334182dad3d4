import { useId, useState } from "react";
import { useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { TextArea } from "~/ui/Field";
import { type Review, useRate } from "./oversight.queries";
import { Paused } from "./Paused";

const STEPS = [1, 2, 3, 4, 5] as const;
const MOST_WORDS = 1024;

/** How helpful a review was to its author: what is chosen is saved at once, the word why when it is written. */
export function Rating({ assignmentId, review, at }: { assignmentId: number; review: Review; at: number }) {
  const texts = useTexts(dictionary);
  const group = useId();
  const rate = useRate(assignmentId, review.id);
  const [helpful, setHelpful] = useState(review.rating?.helpful ?? null);
  const [text, setText] = useState(review.rating?.text ?? "");
  const [stored, setStored] = useState(text);
  const save = (chosen: number): void => {
    setHelpful(chosen);
    rate.mutate({ helpful: chosen, text: text.trim() || null }, { onSuccess: () => setStored(text) });
  };
  return (
    <fieldset className="criterion rating">
      <legend>{texts.helpful(at)}</legend>
      <p className="faint">{texts.scale}</p>
      <div className="scale">
        {STEPS.map((step) => (
          <label key={step}>
            <input
              type="radio"
              name={group}
              value={step}
              checked={helpful === step}
              onChange={() => save(step)}
              aria-label={`${step}: ${texts.steps[step]}`}
            />
            <span>{step}</span>
          </label>
        ))}
      </div>
      {helpful !== null && (
        <TextArea
          label={texts.why}
          rows={2}
          maxLength={MOST_WORDS}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      {rate.error && helpful !== null && <Failure error={rate.error} retry={() => save(helpful)} />}
      <div className="row">
        {helpful !== null && text !== stored && (
          <Button busy={rate.isPending} onClick={() => save(helpful)}>
            {texts.saveWhy}
          </Button>
        )}
        <Paused write={rate} />
        <span role="status">{rate.isSuccess && text === stored ? texts.saved : ""}</span>
      </div>
    </fieldset>
  );
}
