import { useState } from "react";
import type { Me } from "~/api/session";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Outcome } from "./Again";
import { useErase } from "./security.queries";

export function Erase({ me }: { me: Me }) {
  const texts = useTexts(account);
  const erase = useErase(me);
  const [typed, setTyped] = useState("");
  return (
    <section>
      <details>
        <summary>
          <h2>{texts.erase}</h2>
        </summary>
        <Form onSend={() => erase.mutate()}>
          <p>{texts.eraseHint}</p>
          <Field
            label={texts.eraseWord}
            hint={me.email}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
          <Outcome me={me} error={erase.error} again={() => erase.mutate()} reset={erase.reset} />
          <Button kind="danger" type="submit" disabled={typed.trim() !== me.email} busy={erase.isPending}>
            {texts.eraseNow}
          </Button>
        </Form>
      </details>
    </section>
  );
}
