import { ApiError, faultOf, faultOfAll } from "~/api/errors";
import type { Me } from "~/api/session";
import { account } from "~/texts/account";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Loaded } from "~/ui/Loaded";
import { Notice } from "~/ui/Notice";
import { textOrNull } from "./forms";
import { useChangeProfile, useProfile } from "./profile.queries";

const FIELDS = ["name", "secondname", "patronymic", "birthdate", "phone"];

export function ProfileForm() {
  const texts = useTexts(account);
  const profile = useProfile();
  return (
    <section>
      <h2>{texts.profile}</h2>
      <Loaded query={profile}>{({ me, etag }) => <Fields key={etag} me={me} etag={etag} />}</Loaded>
    </section>
  );
}

function Fields({ me, etag }: { me: Me; etag: string }) {
  const texts = useTexts(account);
  const words = useTexts(common);
  const change = useChangeProfile();
  const stale = change.error instanceof ApiError && change.error.status === 412;
  const whole = stale ? null : faultOfAll(change.error, FIELDS);
  const send = (form: FormData): void =>
    change.mutate({
      etag,
      body: {
        name: textOrNull(form, "name"),
        secondname: textOrNull(form, "secondname"),
        patronymic: textOrNull(form, "patronymic"),
        birthdate: textOrNull(form, "birthdate"),
        phone: textOrNull(form, "phone"),
      },
    });
  const at = (field: "name" | "secondname" | "patronymic" | "birthdate" | "phone") => ({
    name: field,
    defaultValue: me[field] ?? "",
    fault: faultOf(change.error, field),
  });
  return (
    <Form onSend={send}>
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
  );
}
