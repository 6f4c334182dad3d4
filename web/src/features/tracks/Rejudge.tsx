import { evidence as dictionary } from "~/texts/evidence";
import { useTexts } from "~/texts/language";
import { Confirmed } from "~/ui/Confirmed";
import { Failure } from "~/ui/Failure";
import { useRejudge } from "./evidence.queries";
import "./evidence.css";

/** For who teaches: all solutions are judged by the tests of now. */
export function Rejudge({ assignmentId }: { assignmentId: number }) {
  const texts = useTexts(dictionary);
  const rejudge = useRejudge(assignmentId);
  return (
    <>
      {rejudge.error && <Failure error={rejudge.error} />}
      <div className="row rejudge">
        <Confirmed action={texts.rejudge} title={texts.rejudging} does={rejudge}>
          <p>{texts.rejudgingHint}</p>
        </Confirmed>
        <span role="status">{rejudge.isSuccess ? texts.rejudged : ""}</span>
      </div>
    </>
  );
}
