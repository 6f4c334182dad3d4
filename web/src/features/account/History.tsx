import { useState } from "react";
import { account } from "~/texts/account";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Scroll } from "~/ui/Scroll";
import { useHistory } from "./security.queries";

/** Read when somebody wants to see it. */
export function History() {
  const texts = useTexts(account);
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{texts.history}</h2>
      </summary>
      {open && <Events />}
    </details>
  );
}

function Events() {
  const texts = useTexts(account);
  const language = useLanguage();
  const history = useHistory();
  return (
    <>
      <Loaded query={history}>
        {(events) => (
          <Scroll label={texts.history}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{texts.when}</th>
                  <th scope="col">{texts.what}</th>
                  <th scope="col">{texts.where}</th>
                </tr>
              </thead>
              <tbody>
                {events.map((event) => (
                  <tr key={`${event.login_dt} ${event.action_type}`}>
                    <td>{dateTime(event.login_dt, language)}</td>
                    <td>{texts.actions[event.action_type]}</td>
                    <td>
                      {texts.devices[event.device_type]}
                      {event.source_ip && `, ${event.source_ip}`}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </Loaded>
      <More pages={history} />
    </>
  );
}
