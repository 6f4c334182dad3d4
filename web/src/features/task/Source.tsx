import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import type { Editor } from "~/lib/editor";
import { paths } from "~/lib/paths";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { ofAttempt } from "~/texts/submission";
import { Copy } from "~/ui/Copy";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { Tabs } from "~/ui/Tabs";
import { CodeEditor } from "./CodeEditor";
import { Diff } from "./Diff";
import { marksOf, type Submission } from "./program";
import { usePreviousAttempt } from "./submission.queries";

type View = "source" | "changes";
type Props = { submission: Submission; mine: boolean; line: { line: number } | null };

/** The program as it was sent, and what changed in it since the attempt before. */
export function Source({ submission, mine, line }: Props) {
  const words = useTexts(ofAttempt);
  const [view, setView] = useState<View>("source");
  const [asked, setAsked] = useState(line);
  const editor = useRef<Editor | null>(null);
  if (asked !== line) {
    setAsked(line);
    setView("source");
  }
  useEffect(() => {
    if (line) editor.current?.goTo(line.line);
  }, [line]);
  const marks = JSON.stringify(submission.is_checked ? marksOf(submission) : []);
  useEffect(() => editor.current?.mark(JSON.parse(marks)), [marks]);
  return (
    <section>
      <div className="source-head">
        <h2>{words.source}</h2>
        <Copy text={submission.source} what={words.source} />
      </div>
      <Tabs
        label={words.source}
        open={view}
        onOpen={setView}
        tabs={[
          { id: "source", label: words.whole },
          { id: "changes", label: words.changes },
        ]}
        panel={(id) =>
          id === "source" ? (
            <CodeEditor
              text={submission.source}
              language={submission.language}
              label={words.sourceRead}
              editor={editor}
              readOnly
            />
          ) : (
            view === "changes" && <Changes submission={submission} mine={mine} />
          )
        }
      />
    </section>
  );
}

function Changes({ submission, mine }: { submission: Submission; mine: boolean }) {
  const words = useTexts(ofAttempt);
  const language = useLanguage();
  const before = usePreviousAttempt(submission, mine, true);
  if (!submission.place) return <Empty>{words.firstAttempt}</Empty>;
  return (
    <Loaded query={before}>
      {(found) =>
        found === null ? (
          <Empty>{words.firstAttempt}</Empty>
        ) : (
          <>
            <p>
              {words.since} <Link to={paths.submission(found.id)}>{dateTime(found.submitted_at, language)}</Link>
              {found.source === submission.source && `. ${words.unchanged}`}
            </p>
            <Diff before={found.source} after={submission.source} language={submission.language} />
          </>
        )
      }
    </Loaded>
  );
}
