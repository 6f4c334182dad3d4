import { comments as dictionary } from "~/texts/comments";
import { useTexts } from "~/texts/language";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { type LineComment, useComments } from "./comments.queries";
import { isMeant } from "./lines";
import { SolutionCode } from "./SolutionCode";
import { Thread } from "./Thread";

type Props = {
  assignmentId: number;
  submissionId: number;
  /** Whether the review stage is over. */
  isOver: boolean;
  /** What each reviewer is called, by review. */
  names: Readonly<Record<number, string>>;
};

/** What was said of single lines, beside them, with the answers. */
export function CommentedCode({ assignmentId, submissionId, isOver, names }: Props) {
  const texts = useTexts(dictionary);
  const comments = useComments(submissionId);
  return (
    <Loaded query={comments}>
      {(all) => {
        const [first] = all;
        if (!first) return <Empty>{texts.none}</Empty>;
        const of = (path: string, version: number): LineComment[] =>
          all.filter((each) => each.path === path && each.code_version === version);
        return (
          <>
            <SolutionCode
              assignmentId={assignmentId}
              submissionId={submissionId}
              first={first.code_version}
              said={{
                count: (path, version) => of(path, version).length,
                isMeant: (path, line, version) => isMeant(of(path, version), path, line),
              }}
              below={(path, line, version) => {
                const here = of(path, version).filter((each) => each.to_line === line);
                return here.length === 0
                  ? null
                  : here.map((each) => (
                      <Thread
                        key={each.id}
                        submissionId={submissionId}
                        comment={each}
                        isOver={isOver}
                        name={names[each.review_id] ?? null}
                      />
                    ));
              }}
            />
            <More pages={comments} />
          </>
        );
      }}
    </Loaded>
  );
}
