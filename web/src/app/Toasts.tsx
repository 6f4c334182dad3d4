import { useState } from "react";
import { Link } from "react-router";
import type { PersonalFrame } from "~/api/live";
import { usePersonalFrames } from "~/api/personal";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { shell } from "~/texts/shell";
import { Button } from "~/ui/Button";

type Told = Extract<PersonalFrame, { type: "NOTIFICATION" }>["payload"];

const MOST = 3;

/** Notifications that come while somebody is here. They stay until they are closed: nobody reads against the clock. */
export function Toasts() {
  const texts = useTexts(shell);
  const [toasts, setToasts] = useState<Told[]>([]);
  usePersonalFrames((frame) => {
    if (frame.type === "NOTIFICATION") {
      const { payload } = frame;
      setToasts((old) => [...old.filter(({ id }) => id !== payload.id), payload].slice(-MOST));
    }
    if (frame.type === "NOTIFICATIONS_READ") setToasts([]);
  });
  const close = (id: number): void => setToasts((old) => old.filter((each) => each.id !== id));
  return (
    <section className="toasts" aria-label={texts.arrived} aria-live="polite">
      {toasts.map((toast) => (
        <div className="toast" key={toast.id}>
          <p>
            <strong>{toast.title}</strong>
            <br />
            {toast.description}
          </p>
          <p className="row">
            <Link to={paths.notifications()} onClick={() => close(toast.id)}>
              {texts.open}
            </Link>
            <Button kind="quiet" onClick={() => close(toast.id)}>
              {texts.dismiss}
            </Button>
          </p>
        </div>
      ))}
    </section>
  );
}
