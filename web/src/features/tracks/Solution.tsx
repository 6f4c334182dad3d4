import { type FormEvent, useState } from "react";
import { faultOf, faultOfAll } from "~/api/errors";
import type { Me } from "~/api/session";
import { code as codeDictionary } from "~/texts/code";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Button } from "~/ui/Button";
import { useServerNow } from "~/ui/Countdown";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { NOTHING } from "./chosen";
import { ItsProgram, ItsVerdict } from "./Evidence";
import { FileChoice } from "./FileChoice";
import { LateWork } from "./LateWork";
import { NextHeading } from "./NextHeading";
import { Paused } from "./Paused";
import { type Assignment, situationOf, takes } from "./phase";
import { SolutionLink } from "./SolutionLink";
import { useDraft } from "./useDraft";
import { useProgram } from "./useProgram";
import { useSend } from "./writes.queries";

/** What one has sent in, and the form for it as long as there is time. */
export function Solution({ assignment, me }: { assignment: Assignment; me: Me }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const now = useServerNow(1000);
  const { kind } = situationOf(assignment, now);
  const own = assignment.submission;
  const isOpen = takes(assignment, now);
  // With the first solution the form gives way to it, and what it says; the focus goes to where that is.
  const [sent, setSent] = useState(false);
  return (
    <section>
      <NextHeading focused={sent && own !== null}>{texts.solution}</NextHeading>
      <p role="status">{sent && own && isOpen ? texts.sentNow : ""}</p>
      {own && (
        <>
          <SolutionLink solution={own} isOwn />
          <ItsVerdict assignment={assignment} solution={own} />
          {own.submitted_at && <p className="faint">{texts.sentLink(dateTime(own.submitted_at, language))}</p>}
        </>
      )}
      {!own && !isOpen && <p>{texts.nothingSent}</p>}
      {!isOpen && kind !== "over" && <p className="faint">{texts.tooLate}</p>}
      {isOpen && <LateWork assignment={assignment} />}
      {isOpen && own && (
        <details>
          <summary>{texts.replaceTitle}</summary>
          <SendForm assignment={assignment} me={me} onSent={() => setSent(false)} />
        </details>
      )}
      {isOpen && !own && <SendForm assignment={assignment} me={me} onSent={() => setSent(true)} />}
    </section>
  );
}

const FIELDS = ["repository_url", "commit", "upload_id", "files", "language", "main"] as const;

function SendForm({ assignment, me, onSent }: { assignment: Assignment; me: Me; onSent: () => void }) {
  const texts = useTexts(dictionary);
  const codeTexts = useTexts(codeDictionary);
  const replaces = assignment.submission !== null;
  const link = useDraft(me.id, `assignment/${assignment.id}/link`);
  const [commit, setCommit] = useState("");
  const [chosen, setChosen] = useState(NOTHING);
  const send = useSend(assignment.id, replaces, () => {
    link.forget();
    setChosen(NOTHING);
    onSent();
  });
  const program = useProgram(assignment);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const url = (link.text ?? "").trim();
    // An empty link alone is for the API to refuse; beside files it is none.
    const withFiles = chosen.archive !== null || chosen.files.length > 0;
    const repository_url = withFiles && !url ? null : url;
    const sent = { repository_url, commit: commit.trim() || null, ...program.sent(chosen) };
    send.mutate({ ...sent, chosen });
  };
  const whole = faultOfAll(send.error, FIELDS);
  return (
    <form className="send-form" onSubmit={submit} noValidate>
      {replaces && <p className="faint">{codeTexts.replacesAll}</p>}
      <FileChoice
        chosen={chosen}
        onChange={setChosen}
        fault={faultOf(send.error, "upload_id") ?? faultOf(send.error, "files")}
      />
      <ItsProgram assignment={assignment} program={program} chosen={chosen} error={send.error} />
      <Field
        label={texts.link}
        hint={texts.linkHint}
        fault={faultOf(send.error, "repository_url")}
        type="url"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        maxLength={2048}
        value={link.text ?? ""}
        onChange={(event) => link.write(event.target.value)}
      />
      <Field
        label={texts.commit}
        hint={texts.commitHint}
        fault={faultOf(send.error, "commit")}
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
        value={commit}
        onChange={(event) => setCommit(event.target.value)}
      />
      {whole && <Failure error={whole} />}
      <div className="row">
        <Button kind="primary" type="submit" busy={send.isPending}>
          {replaces ? texts.replace : texts.submit}
        </Button>
        <Paused write={send} />
        <span role="status">{send.isSuccess ? texts.sentNow : ""}</span>
      </div>
    </form>
  );
}
