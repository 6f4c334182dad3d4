import { useState } from "react";
import { ApiError, faultOf, faultOfAll } from "~/api/errors";
import type { Me } from "~/api/session";
import { account } from "~/texts/account";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Notice } from "~/ui/Notice";
import { changesOf, PROFILE_FIELDS, type ProfileField } from "./forms";
import { useChangeProfile } from "./profile.queries";

/** `known` is what the fields began with. What was typed stays where it is when somebody else's change came first; only what differs is sent, so both remain. */
export function ProfileForm({ me }: { me: Me }) {
  const texts = useTexts(account);
  const words = useTexts(common);
  const change = useChangeProfile();
  const [known, setKnown] = useState<Me>(me);
  const stale = change.error instanceof ApiError && change.error.status === 412;
  const whole = stale ? null : faultOfAll(change.error, PROFILE_FIELDS);
  const at = (field: ProfileField) => ({
    name: field,
    defaultValue: known[field] ?? "",
    fault: faultOf(change.error, field),
  });
  return (
    <section>
      <h2>{texts.profile}</h2>
      <Form onSend={(form) => change.mutate({ etag: me.etag, body: changesOf(form, known) }, { onSuccess: setKnown })}>
        <Field label={texts.name} autoComplete="given-name" {...at("name")} />
        <Field label={texts.secondname} autoComplete="family-name" {...at("secondname")} />
        <Field label={texts.patronymic} autoComplete="additional-name" {...at("patronymic")} />
        <Field label={texts.birthdate} type="date" autoComplete="bday" {...at("birthdate")} />
        <Field label={texts.phone} hint={texts.phoneHint} type="tel" autoComplete="tel" {...at("phone")} />
        {stale && <p role="alert">{texts.changed}</p>}
        {whole && <Failure error={whole} />}
        {change.isSuccess && <Notice>{words.saved}</Notice>}
        <Button kind="primary" type="submit" busy={change.isPending}>
          {words.save}
        </Button>
      </Form>
    </section>
  );
}
