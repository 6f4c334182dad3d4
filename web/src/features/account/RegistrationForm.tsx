import { faultOf, faultOfAll } from "~/api/errors";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { secretOf, textOf } from "./forms";
import { useRegister } from "./queries";

const FIELDS = ["email", "password", "name", "secondname", "patronymic", "birthdate", "phone", "class"];

export function RegistrationForm() {
  const texts = useTexts(account);
  const { mutate, error, isPending } = useRegister();
  const whole = faultOfAll(error, FIELDS);
  const send = (form: FormData): void =>
    mutate({
      email: textOf(form, "email"),
      password: secretOf(form, "password"),
      name: textOf(form, "name"),
      secondname: textOf(form, "secondname"),
      patronymic: textOf(form, "patronymic"),
      birthdate: textOf(form, "birthdate"),
      phone: textOf(form, "phone").replaceAll(/[\s()-]/g, ""),
      class: Number(textOf(form, "class")),
    });
  const at = (field: string) => ({ name: field, required: true, fault: faultOf(error, field) });
  return (
    <Form onSend={send}>
      <Field label={texts.email} type="email" autoComplete="email" {...at("email")} />
      <Field
        label={texts.password}
        hint={texts.passwordHint}
        type="password"
        autoComplete="new-password"
        {...at("password")}
      />
      <Field label={texts.name} hint={texts.namesHint} autoComplete="given-name" {...at("name")} />
      <Field label={texts.secondname} hint={texts.namesHint} autoComplete="family-name" {...at("secondname")} />
      <Field label={texts.patronymic} hint={texts.namesHint} autoComplete="additional-name" {...at("patronymic")} />
      <Field label={texts.birthdate} type="date" autoComplete="bday" {...at("birthdate")} />
      <Field label={texts.phone} hint={texts.phoneHint} type="tel" autoComplete="tel" {...at("phone")} />
      <Field label={texts.class} hint={texts.classHint} type="number" min={1} max={11} {...at("class")} />
      {whole && <Failure error={whole} />}
      <Button kind="primary" type="submit" busy={isPending}>
        {texts.signUp}
      </Button>
    </Form>
  );
}
