import { type FormEvent, useState } from "react";
import { faultOfAll } from "~/api/errors";
import { comments as dictionary } from "~/texts/comments";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { TextArea } from "~/ui/Field";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { type LineComment, useAnswer, useReplies } from "./comments.queries";
import { Paused } from "./Paused";

type Props = { submissionId: number; comment: LineComment; isOver: boolean; name: string | null };

/** A comment on lines, with the answers below it. */
export function Thread({ submissionId, comment, isOver, name }: Props) {
  const texts = useTexts(dictionary);
  const [open, setOpen] = useState(false);
  const { from_line: from, to_line: to, criterion } = comment;
  const where = from === to ? texts.onLine(from) : texts.onLines(from, to);
  const who = comment.is_own ? texts.you : (comment.reviewer?.username ?? name ?? texts.reviewer);
  return (
    <article className="line-remark">
      <p className="row faint">
        <strong>{who}</strong>
        <span>{where}</span>
        {criterion && <span>{texts.about(criterion)}</span>}
      </p>
      <p className="said">{comment.text}</p>
      {isOver || comment.replies > 0 ? (
        <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            {texts.answers(comment.replies)} <span className="visually-hidden">{texts.answerTo(where)}</span>
          </summary>
          <Answers submissionId={submissionId} comment={comment} isOver={isOver} isOpen={open} />
        </details>
      ) : (
        <p className="faint">{texts.notYet}</p>
      )}
    </article>
  );
}

type AnswersProps = { submissionId: number; comment: LineComment; isOver: boolean; isOpen: boolean };

function Answers({ submissionId, comment, isOver, isOpen }: AnswersProps) {
  const texts = useTexts(dictionary);
  const replies = useReplies(submissionId, comment.id, isOpen);
  if (!isOpen) return null;
  return (
    <>
      <Loaded query={replies}>
        {(all) => (
          <ul className="replies">
            {all.map((reply) => (
              <li key={reply.number}>
                <p className="faint">{reply.is_own ? texts.you : (reply.user?.username ?? texts.by[reply.by])}</p>
                <p className="said">{reply.text}</p>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <More pages={replies} />
      {isOver ? <Answer submissionId={submissionId} commentId={comment.id} /> : <p>{texts.notYet}</p>}
    </>
  );
}

function Answer({ submissionId, commentId }: { submissionId: number; commentId: number }) {
  const texts = useTexts(dictionary);
  const [text, setText] = useState("");
  const answer = useAnswer(submissionId, commentId);
  const failed = faultOfAll(answer.error, []);
  const send = (): void => {
    if (text.trim() !== "" && !answer.isPending) answer.mutate(text, { onSuccess: () => setText("") });
  };
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
    >
      <TextArea
        label={texts.yourAnswer}
        hint={texts.answerHint}
        rows={2}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {failed && <Failure error={failed} retry={send} />}
      <div className="row">
        <Button type="submit" busy={answer.isPending}>
          {texts.answer}
        </Button>
        <Paused write={answer} />
        <span role="status">{answer.isSuccess && text === "" ? texts.answered : ""}</span>
      </div>
    </form>
  );
}
