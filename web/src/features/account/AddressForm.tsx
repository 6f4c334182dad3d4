import { faultOf, faultOfAll } from "~/api/errors";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { textOf } from "./forms";

type Props = { hint: string; error: Error | null; busy: boolean; onSend: (email: string) => void };

/** An address to which a code is to be mailed. */
export function AddressForm({ hint, error, busy, onSend }: Props) {
  const texts = useTexts(account);
  const whole = faultOfAll(error, ["email"]);
  return (
    <Form onSend={(form) => onSend(textOf(form, "email"))}>
      <p>{hint}</p>
      <Field
        label={texts.email}
        name="email"
        type="email"
        autoComplete="email"
        required
        fault={faultOf(error, "email")}
      />
      {whole && <Failure error={whole} />}
      <Button kind="primary" type="submit" busy={busy}>
        {texts.sendCode}
      </Button>
    </Form>
  );
}
