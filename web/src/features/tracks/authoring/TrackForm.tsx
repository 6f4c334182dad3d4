import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { Field } from "~/ui/Field";
import { Check } from "./Check";
import { Criteria } from "./Criteria";
import { Editor, type FaultAt } from "./Editor";
import { Fold } from "./Fold";
import { MarkdownField } from "./MarkdownField";
import { NumberField } from "./NumberField";
import { faultsOf, pointersOf, type TrackFields } from "./trackFields";
import type { KeptForm } from "./useKeptForm";

const PLACES = [
  ...["title", "description", "tags", "required_participants", "starts_at", "reviews_per_user", "max_score"],
  "late_days",
];

type Props = {
  form: KeptForm<TrackFields>;
  write: { error: Error | null; isPending: boolean; isPaused: boolean };
  /** What reviews go by is chosen once, when the track is made. */
  isNew: boolean;
  action: string;
  send: () => void;
};

export function TrackForm({ form, write, isNew, action, send }: Props) {
  const texts = useTexts(dictionary);
  const { fields, change } = form;
  return (
    <Editor
      form={form}
      write={write}
      faults={faultsOf(fields)}
      places={[...PLACES, ...fields.criteria.flatMap(pointersOf)]}
      labels={texts.trackFields}
      action={action}
      send={send}
    >
      {(faultAt) => (
        <>
          <Field
            label={texts.trackFields.title}
            fault={faultAt("title")}
            maxLength={128}
            autoComplete="off"
            value={fields.title}
            onChange={(event) => change({ title: event.target.value })}
          />
          <MarkdownField
            label={texts.trackFields.description}
            hint={texts.trackDescriptionHint}
            fault={faultAt("description")}
            rows={5}
            max={4096}
            value={fields.description}
            onChange={(description) => change({ description })}
          />
          <People fields={fields} change={change} faultAt={faultAt} />
          <Criteria
            criteria={fields.criteria}
            fixed={!isNew}
            faultAt={faultAt}
            onChange={(criteria) => change({ criteria })}
          />
          <More fields={fields} change={change} faultAt={faultAt} isNew={isNew} />
        </>
      )}
    </Editor>
  );
}

type PartProps = Pick<KeptForm<TrackFields>, "fields" | "change"> & { faultAt: FaultAt };

function People({ fields, change, faultAt }: PartProps) {
  const texts = useTexts(dictionary);
  return (
    <>
      <div className="side-by-side">
        <NumberField
          label={texts.trackFields.participants}
          hint={texts.participantsHint}
          fault={faultAt("required_participants")}
          value={fields.participants}
          onChange={(participants) => change({ participants })}
        />
        <NumberField
          label={texts.trackFields.reviews}
          hint={texts.reviewsHint}
          fault={faultAt("reviews_per_user")}
          value={fields.reviews}
          onChange={(reviews) => change({ reviews })}
        />
      </div>
      <Field
        label={texts.trackFields.startsAt}
        hint={texts.startsAtHint(zone())}
        fault={faultAt("starts_at")}
        type="datetime-local"
        value={fields.startsAt}
        onChange={(event) => change({ startsAt: event.target.value })}
      />
    </>
  );
}

function More({ fields, change, faultAt, isNew }: PartProps & { isNew: boolean }) {
  const texts = useTexts(dictionary);
  const faults = { max: faultAt("max_score"), late: faultAt("late_days"), tags: faultAt("tags") };
  return (
    <Fold title={texts.more} faulty={Object.values(faults).some(Boolean)}>
      {isNew ? (
        <NumberField
          label={texts.trackFields.maxScore}
          hint={texts.maxScoreHint}
          fault={faults.max}
          value={fields.maxScore}
          onChange={(maxScore) => change({ maxScore })}
        />
      ) : (
        <p>{texts.maxScoreIs(fields.maxScore)}</p>
      )}
      <Check
        label={texts.trackFields.weighted}
        hint={texts.weightedHint}
        checked={fields.weighted}
        onChange={(weighted) => change({ weighted })}
      />
      <NumberField
        label={texts.trackFields.lateDays}
        hint={texts.lateDaysHint}
        fault={faults.late}
        value={fields.lateDays}
        onChange={(lateDays) => change({ lateDays })}
      />
      <Field
        label={texts.trackFields.tags}
        hint={texts.tagsHint}
        fault={faults.tags}
        autoComplete="off"
        value={fields.tags}
        onChange={(event) => change({ tags: event.target.value })}
      />
    </Fold>
  );
}

/** In which the browser's field for a time is meant. */
function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
