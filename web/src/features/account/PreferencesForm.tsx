import { useState } from "react";
import { ApiError, faultOf, faultOfAll } from "~/api/errors";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { preferences as dictionary } from "~/texts/preferences";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field, Select } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Notice } from "~/ui/Notice";
import { CHANNELS, changesOf, FIELDS, fieldOf, type Preferences } from "./preferences";
import { type Known, useChangePreferences } from "./preferences.queries";

const QUIET_FAULTS = ["quiet_hours/begin", "quiet_hours/end"];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** `known` is what the form began with: what differs from it is sent, under the version that is there now. */
export function PreferencesForm({ current }: { current: Known }) {
  const texts = useTexts(dictionary);
  const words = useTexts(common);
  const change = useChangePreferences();
  const [known, setKnown] = useState(current.preferences);
  const stale = change.error instanceof ApiError && change.error.status === 412;
  const whole = stale ? null : faultOfAll(change.error, QUIET_FAULTS);
  const send = (form: FormData): void => {
    const body = changesOf(form, known);
    change.mutate({ etag: current.etag, body }, { onSuccess: (changed) => setKnown(changed.preferences) });
  };
  return (
    <Form label={texts.title} onSend={send}>
      <Kinds known={known} />
      <Digest digest={known.digest} />
      <Quiet quiet={known.quiet_hours} error={change.error} />
      {stale && <p role="alert">{texts.changed}</p>}
      {whole && <Failure error={whole} />}
      {change.isSuccess && <Notice>{words.saved}</Notice>}
      <Button kind="primary" type="submit" busy={change.isPending}>
        {words.save}
      </Button>
    </Form>
  );
}

function Kinds({ known }: { known: Preferences }) {
  const texts = useTexts(dictionary);
  return (
    <>
      <p className="faint">{texts.kindsHint}</p>
      <table className="kinds">
        <thead>
          <tr>
            <th scope="col">{texts.kind}</th>
            {CHANNELS.map((channel) => (
              <th key={channel} scope="col">
                {texts.channels[channel]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.kinds.map((kind) => (
            <tr key={kind.type}>
              <th scope="row">{texts.kinds[kind.type] ?? kind.type}</th>
              {CHANNELS.map((channel) => (
                <td key={channel}>
                  <input
                    type="checkbox"
                    name={fieldOf(kind.type, channel)}
                    defaultChecked={kind[channel]}
                    aria-label={`${texts.kinds[kind.type] ?? kind.type}: ${texts.channels[channel]}`}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Digest({ digest }: { digest: Preferences["digest"] }) {
  const texts = useTexts(dictionary);
  return (
    <fieldset>
      <legend>{texts.digest}</legend>
      <Check name={FIELDS.deadlines} label={texts.deadlines} on={digest.deadlines} />
      <Check name={FIELDS.results} label={texts.results} on={digest.results} />
      <Select label={texts.hour} name={FIELDS.hour} defaultValue={digest.hour}>
        {HOURS.map((hour) => (
          <option key={hour} value={hour}>{`${hour}:00`}</option>
        ))}
      </Select>
    </fieldset>
  );
}

function Quiet({ quiet, error }: { quiet: Preferences["quiet_hours"]; error: Error | null }) {
  const texts = useTexts(dictionary);
  const [on, setOn] = useState(quiet !== null);
  const [beginFault, endFault] = QUIET_FAULTS.map((field) => faultOf(error, field));
  return (
    <fieldset>
      <legend>{texts.quiet}</legend>
      <p className="faint">{texts.quietHint}</p>
      <Check name={FIELDS.quiet} label={texts.quietOn} on={on} onChange={setOn} />
      {on && (
        <>
          <Field
            label={texts.begin}
            name={FIELDS.begin}
            type="time"
            required
            defaultValue={quiet?.begin ?? "22:00"}
            fault={beginFault}
          />
          <Field
            label={texts.end}
            name={FIELDS.end}
            type="time"
            required
            defaultValue={quiet?.end ?? "07:00"}
            fault={endFault}
          />
        </>
      )}
    </fieldset>
  );
}

type Choice = { name: string; label: string; on: boolean; onChange?: (on: boolean) => void };

function Check({ name, label, on, onChange }: Choice) {
  return (
    <label className="check">
      <input
        type="checkbox"
        name={name}
        defaultChecked={on}
        onChange={onChange && ((event) => onChange(event.target.checked))}
      />{" "}
      {label}
    </label>
  );
}
