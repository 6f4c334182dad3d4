import { authoring as dictionary } from "~/texts/authoring";
import { useLanguage, useTexts } from "~/texts/language";
import { late, rulesOf } from "~/texts/late";
import { Button } from "~/ui/Button";
import { Select } from "~/ui/Field";
import {
  type AssignmentFields,
  faultsOf,
  LATE_KINDS,
  MOST_STEPS,
  policyOf,
  stepPlace,
  withStep,
} from "./assignmentFields";
import type { FaultAt } from "./Editor";
import { HoursField } from "./HoursField";
import { NumberField } from "./NumberField";
import type { KeptForm } from "./useKeptForm";

type Props = Pick<KeptForm<AssignmentFields>, "fields" | "change"> & { faultAt: FaultAt };

/** Whether late work is taken, and what it costs. */
export function LateFields({ fields, change, faultAt }: Props) {
  const texts = useTexts(dictionary);
  return (
    <fieldset>
      <legend>{texts.lateWork}</legend>
      <Select
        label={texts.assignmentFields.late}
        value={fields.late}
        onChange={(event) => change({ late: event.target.value })}
      >
        {LATE_KINDS.map((each) => (
          <option key={each} value={each}>
            {texts.lateKinds[each]}
          </option>
        ))}
      </Select>
      {fields.late !== "none" && (
        <div className="side-by-side">
          <HoursField
            label={texts.assignmentFields.acceptedHours}
            fault={faultAt("late_policy/accepted_hours")}
            value={fields.acceptedHours}
            onChange={(acceptedHours) => change({ acceptedHours })}
          />
          <NumberField
            label={texts.assignmentFields.graceMinutes}
            hint={texts.graceHint}
            fault={faultAt("late_policy/grace_minutes")}
            value={fields.graceMinutes}
            onChange={(graceMinutes) => change({ graceMinutes })}
          />
        </div>
      )}
      {fields.late === "days" && (
        <NumberField
          label={texts.assignmentFields.percentPerDay}
          fault={faultAt("late_policy/percent_per_day")}
          value={fields.percentPerDay}
          onChange={(percentPerDay) => change({ percentPerDay })}
        />
      )}
      {fields.late === "steps" && <Steps fields={fields} change={change} faultAt={faultAt} />}
      <InWords fields={fields} />
    </fieldset>
  );
}

function Steps({ fields, change, faultAt }: Props) {
  const texts = useTexts(dictionary);
  const { steps } = fields;
  const put = (key: number, part: { afterHours: string } | { percent: string }): void =>
    change({ steps: steps.map((each) => (each.key === key ? { ...each, ...part } : each)) });
  return (
    <>
      <ol className="plain-list">
        {steps.map(({ key, afterHours, percent }, at) => (
          <li className="side-by-side" key={key}>
            <NumberField
              label={texts.stepHours(at + 1)}
              fault={faultAt(stepPlace(at, "after_hours"))}
              value={afterHours}
              onChange={(value) => put(key, { afterHours: value })}
            />
            <NumberField
              label={texts.stepPercent(at + 1)}
              fault={faultAt(stepPlace(at, "percent"))}
              value={percent}
              onChange={(value) => put(key, { percent: value })}
            />
          </li>
        ))}
      </ol>
      <p className="row">
        {steps.length < MOST_STEPS && (
          <Button onClick={() => change({ steps: withStep(steps) })}>{texts.addStep}</Button>
        )}
        {steps.length > 1 && (
          <Button kind="quiet" onClick={() => change({ steps: steps.slice(0, -1) })}>
            {texts.removeStep}
          </Button>
        )}
      </p>
    </>
  );
}

/** What pupils will read of it. */
function InWords({ fields }: { fields: AssignmentFields }) {
  const words = useTexts(late);
  const language = useLanguage();
  const policy = policyOf(fields);
  const isWhole = !Object.keys(faultsOf(fields)).some((place) => place.startsWith("late_policy"));
  if (!policy || !isWhole) return null;
  const { grace_minutes = 0, percent_per_day = 0, steps = [] } = policy;
  return (
    <p className="faint" lang={language}>
      {rulesOf({ grace_minutes, percent_per_day, steps }, words)}
    </p>
  );
}
