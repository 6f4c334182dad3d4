import { comments as dictionary } from "~/texts/comments";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import type { ReviewDraft } from "./useReviewDraft";

/** Where a review that is being written is kept, and what another device wrote meanwhile. */
export function KeptDraft({ draft: { keeper, take } }: { draft: ReviewDraft }) {
  const texts = useTexts(dictionary);
  const { kept, theirs } = keeper.state;
  return (
    <>
      <span className="faint">{texts.kept[kept]}</span>
      {theirs && (
        <div role="alert">
          <p>{texts.theirs}</p>
          <div className="row">
            <Button onClick={take}>{texts.takeTheirs}</Button>
            <Button kind="quiet" onClick={() => keeper.dismiss()}>
              {texts.keepMine}
            </Button>
          </div>
        </div>
      )}
    </>
  );
}
