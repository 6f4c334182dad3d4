import type { Schemas } from "~/api/client";
import { type Me, useMe } from "~/api/session";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { teachers as dictionary } from "~/texts/teachers";
import { Field, TextArea } from "~/ui/Field";
import { Loading } from "~/ui/Loaded";
import { Editor } from "./Editor";
import { bodyOf, etagOf, faultsOf, fieldsOf, NO_TIME } from "./extensionFields";
import { useGrant } from "./teachers.queries";
import { useKeptForm } from "./useKeptForm";

const PLACES = ["submission_until", "code_review_until", "reason"];
const MAX_REASON = 500;

type Extension = Schemas["ExtensionView"];
type Props = {
  assignment: Schemas["AssignmentView"];
  person: number;
  /** What they have already. */
  given: Extension | null;
  onDone: (granted: Extension) => void;
};

/** More time for one participant: it begins with what they have, and says when somebody else has given some meanwhile. */
export function ExtensionForm(props: Props) {
  const me = useMe() ?? null;
  return me && <Fields {...props} me={me} />;
}

function Fields({ assignment, person, given, onDone, me }: Props & { me: Me }) {
  const texts = useTexts(dictionary);
  const start = { fields: fieldsOf(given), etag: etagOf(given) };
  const form = useKeptForm(me.id, `extension/${assignment.id}/${person}`, start, NO_TIME);
  const grant = useGrant(assignment.id, person);
  if (!form) return <Loading />;
  const { fields, change } = form;
  const send = (): void =>
    grant.mutate(
      { body: bodyOf(fields, given), etag: form.etag },
      {
        onSuccess: (granted) => {
          form.forget();
          onDone(granted);
        },
      },
    );
  return (
    <Editor
      form={form}
      write={grant}
      faults={faultsOf(fields)}
      places={PLACES}
      labels={texts.extensionFields}
      action={texts.grant}
      send={send}
    >
      {(faultAt) => (
        <>
          <p className="faint">{texts.eitherTime}</p>
          <div className="side-by-side">
            <Until
              label={texts.extensionFields.submissionUntil}
              others={assignment.submission_deadline}
              fault={faultAt("submission_until")}
              value={fields.submissionUntil}
              onChange={(submissionUntil) => change({ submissionUntil })}
            />
            <Until
              label={texts.extensionFields.reviewUntil}
              others={assignment.code_review_deadline}
              fault={faultAt("code_review_until")}
              value={fields.reviewUntil}
              onChange={(reviewUntil) => change({ reviewUntil })}
            />
          </div>
          <TextArea
            label={texts.extensionFields.reason}
            hint={texts.reasonHint}
            fault={faultAt("reason")}
            rows={2}
            maxLength={MAX_REASON}
            value={fields.reason}
            onChange={(event) => change({ reason: event.target.value })}
          />
        </>
      )}
    </Editor>
  );
}

type UntilProps = {
  label: string;
  others: string | null;
  fault: string | null;
  value: string;
  onChange: (until: string) => void;
};

function Until({ label, others, fault, value, onChange }: UntilProps) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  return (
    <Field
      label={label}
      hint={others === null ? undefined : texts.forOthers(dateTime(others, language))}
      fault={fault}
      type="datetime-local"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
