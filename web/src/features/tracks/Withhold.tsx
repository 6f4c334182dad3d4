import { type FormEvent, useState } from "react";
import { faultOf, faultOfAll } from "~/api/errors";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { Failure } from "~/ui/Failure";
import { Field, TextArea } from "~/ui/Field";
import { momentOf } from "./oversight";
import { type Review, useWithhold } from "./oversight.queries";

type How = "hide" | "giveBack";
const MOST_WORDS = 2000;

/** A teacher hides a review, or gives it back; their own they can only hide. */
export function Withhold({ review, who, isOwn }: { review: Review; who: string; isOwn: boolean }) {
  const texts = useTexts(dictionary);
  const [how, setHow] = useState<How | null>(null);
  const ways: How[] = isOwn ? ["hide"] : ["hide", "giveBack"];
  return (
    <p className="row">
      {ways.map((way) => (
        <Button key={way} onClick={() => setHow(way)}>
          {texts[way]}
          <span className="visually-hidden">: {who}</span>
        </Button>
      ))}
      {how && <Asked review={review} who={who} how={how} onClose={() => setHow(null)} />}
    </p>
  );
}

type AskedProps = { review: Review; who: string; how: How; onClose: () => void };

function Asked({ review, who, how, onClose }: AskedProps) {
  const texts = useTexts(dictionary);
  const words = useTexts(common);
  const withhold = useWithhold(review.id);
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [tried, setTried] = useState(false);
  const moment = momentOf(until);
  const noReason = reason.trim() === "";
  const noTime = how === "giveBack" && moment === null;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (noReason || noTime || withhold.isPending) return;
    withhold.mutate({ reason, until: how === "giveBack" ? moment : null }, { onSuccess: onClose });
  };
  const failed = faultOfAll(withhold.error, ["reason", "until"]);
  return (
    <Dialog title={how === "hide" ? texts.hideOf(who) : texts.giveBackOf(who)} onClose={onClose}>
      <form noValidate onSubmit={send}>
        <p>{how === "hide" ? texts.hideMeans : texts.giveBackMeans}</p>
        <TextArea
          label={texts.reason}
          hint={texts.reasonTold}
          fault={tried && noReason ? texts.noReason : faultOf(withhold.error, "reason")}
          rows={3}
          maxLength={MOST_WORDS}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {how === "giveBack" && (
          <Field
            label={texts.writeAgainBy}
            fault={tried && noTime ? texts.badTime : faultOf(withhold.error, "until")}
            type="datetime-local"
            value={until}
            onChange={(event) => setUntil(event.target.value)}
          />
        )}
        {failed && <Failure error={failed} />}
        <div className="row">
          <Button kind="danger" type="submit" busy={withhold.isPending}>
            {texts[how]}
          </Button>
          <Button onClick={onClose}>{words.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
