import { useState } from "react";
import { Keeper } from "~/lib/keeper";
import { shelf, world } from "~/lib/shelf";
import { useKept } from "~/ui/useKept";
import type { Assignment } from "./phase";
import { schoolReview } from "./reviewDraft.queries";
import { type Opinion, readOpinion, written } from "./rubric";

export type ReviewDraft = {
  /** Whether it is known what there is. */
  ready: boolean;
  opinion: Opinion;
  change: (part: Partial<Opinion>) => void;
  /** Take what another device wrote meanwhile. */
  take: () => void;
  keeper: Keeper;
};

/** A review until it is sent: on this machine at once, at the school after a pause. */
export function useReviewDraft(account: number, assignment: Assignment, submissionId: number): ReviewDraft {
  const criteria = Object.keys(assignment.review_criteria);
  const max = assignment.max_score;
  const keeper = useKept(
    () => new Keeper(shelf(account, `review/${submissionId}`), schoolReview(submissionId, criteria, max), world),
    null,
  );
  const [text, setText] = useState<string | null>(null);
  const opinion = readOpinion(text ?? keeper.state.start, criteria, max);
  const write = (next: string): void => {
    setText(next);
    keeper.type(next);
  };
  const take = (): void => {
    const { theirs } = keeper.state;
    if (!theirs) return;
    keeper.take(theirs);
    write(theirs.text);
  };
  const change = (part: Partial<Opinion>): void => {
    write(written({ ...opinion, ...part }));
  };
  return { ready: keeper.state.ready, opinion, change, take, keeper };
}
