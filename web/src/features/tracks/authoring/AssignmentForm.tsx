import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { Field, Select } from "~/ui/Field";
import { type AssignmentFields, faultsOf, SHOWN } from "./assignmentFields";
import { Editor, type FaultAt } from "./Editor";
import { Fold } from "./Fold";
import { HoursField } from "./HoursField";
import { LateFields } from "./LateFields";
import { MarkdownField } from "./MarkdownField";
import { NumberField } from "./NumberField";
import { ProblemChoice } from "./ProblemChoice";
import type { KeptForm } from "./useKeptForm";

const PLACES = [
  ...["title", "description", "order", "deadline_hours", "review_hours", "appeal_hours"],
  ...["problem_id", "verdict_shown", "evidence_points"],
  ...["late_policy/grace_minutes", "late_policy/accepted_hours", "late_policy/percent_per_day", "late_policy/steps"],
];

type Props = {
  form: KeptForm<AssignmentFields>;
  write: { error: Error | null; isPending: boolean; isPaused: boolean };
  action: string;
  send: () => void;
};

export function AssignmentForm({ form, write, action, send }: Props) {
  const texts = useTexts(dictionary);
  const { fields, change } = form;
  return (
    <Editor
      form={form}
      write={write}
      faults={faultsOf(fields)}
      places={PLACES}
      labels={texts.assignmentFields}
      action={action}
      send={send}
    >
      {(faultAt) => (
        <>
          <Field
            label={texts.assignmentFields.title}
            fault={faultAt("title")}
            maxLength={128}
            autoComplete="off"
            value={fields.title}
            onChange={(event) => change({ title: event.target.value })}
          />
          <MarkdownField
            label={texts.assignmentFields.description}
            fault={faultAt("description")}
            rows={8}
            max={4096}
            value={fields.description}
            onChange={(description) => change({ description })}
          />
          <Times fields={fields} change={change} faultAt={faultAt} />
          <LateFields fields={fields} change={change} faultAt={faultAt} />
          <Judged fields={fields} change={change} faultAt={faultAt} />
          <More fields={fields} change={change} faultAt={faultAt} />
        </>
      )}
    </Editor>
  );
}

type PartProps = Pick<KeptForm<AssignmentFields>, "fields" | "change"> & { faultAt: FaultAt };

function Times({ fields, change, faultAt }: PartProps) {
  const texts = useTexts(dictionary);
  return (
    <div className="side-by-side">
      <HoursField
        label={texts.assignmentFields.deadlineHours}
        fault={faultAt("deadline_hours")}
        value={fields.deadlineHours}
        onChange={(deadlineHours) => change({ deadlineHours })}
      />
      <HoursField
        label={texts.assignmentFields.reviewHours}
        fault={faultAt("review_hours")}
        value={fields.reviewHours}
        onChange={(reviewHours) => change({ reviewHours })}
      />
    </div>
  );
}

/** What is asked only where the judge has its say. */
function Judged({ fields, change, faultAt }: PartProps) {
  const texts = useTexts(dictionary);
  return (
    <fieldset>
      <legend>{texts.assignmentFields.problemId}</legend>
      <ProblemChoice
        value={fields.problemId}
        fault={faultAt("problem_id")}
        onChange={(problemId) => change({ problemId })}
      />
      {fields.problemId !== "" && (
        <>
          <Select
            label={texts.assignmentFields.shown}
            hint={texts.shownHint}
            fault={faultAt("verdict_shown")}
            value={fields.shown}
            onChange={(event) => change({ shown: event.target.value })}
          >
            {SHOWN.map((each) => (
              <option key={each} value={each}>
                {texts.shown[each]}
              </option>
            ))}
          </Select>
          <NumberField
            label={texts.assignmentFields.evidencePoints}
            hint={texts.evidenceHint}
            fault={faultAt("evidence_points")}
            value={fields.evidencePoints}
            onChange={(evidencePoints) => change({ evidencePoints })}
          />
        </>
      )}
    </fieldset>
  );
}

function More({ fields, change, faultAt }: PartProps) {
  const texts = useTexts(dictionary);
  const faults = { appeal: faultAt("appeal_hours"), order: faultAt("order") };
  return (
    <Fold title={texts.more} faulty={Object.values(faults).some(Boolean)}>
      <HoursField
        label={texts.assignmentFields.appealHours}
        hint={texts.appealHint}
        fault={faults.appeal}
        value={fields.appealHours}
        onChange={(appealHours) => change({ appealHours })}
      />
      <NumberField
        label={texts.assignmentFields.order}
        hint={texts.orderHint}
        fault={faults.order}
        value={fields.order}
        onChange={(order) => change({ order })}
      />
    </Fold>
  );
}
