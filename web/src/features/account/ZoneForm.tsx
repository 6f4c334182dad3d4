import { ApiError } from "~/api/errors";
import type { Me } from "~/api/session";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { preferences as dictionary } from "~/texts/preferences";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Select } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Notice } from "~/ui/Notice";
import { textOf } from "./forms";
import { zoneHere, zonesWith } from "./preferences";
import { useChangeProfile } from "./profile.queries";

/** The time zone that the account's hours are of. */
export function ZoneForm({ me }: { me: Me }) {
  const texts = useTexts(dictionary);
  const words = useTexts(common);
  const change = useChangeProfile();
  const here = zoneHere();
  const stale = change.error instanceof ApiError && change.error.status === 412;
  return (
    <section>
      <h2>{texts.zone}</h2>
      <Form
        label={texts.zone}
        onSend={(form) => change.mutate({ etag: me.etag, body: { time_zone: textOf(form, "zone") } })}
      >
        <Select label={texts.zone} hint={texts.zoneHint(here)} name="zone" defaultValue={me.time_zone ?? here}>
          {zonesWith(me.time_zone, here).map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </Select>
        {stale && <p role="alert">{texts.changed}</p>}
        {change.error && !stale && <Failure error={change.error} />}
        {change.isSuccess && <Notice>{words.saved}</Notice>}
        <Button kind="primary" type="submit" busy={change.isPending}>
          {words.save}
        </Button>
      </Form>
    </section>
  );
}
