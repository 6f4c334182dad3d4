import { type ReactNode, useState } from "react";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

type Props = {
  action: ReactNode;
  title: string;
  does: { isPending: boolean; mutate: () => void };
  children: ReactNode;
};

/** A button that asks first, and says what its action means. */
export function Confirmed({ action, title, does, children }: Props) {
  const words = useTexts(common);
  const [asking, setAsking] = useState(false);
  const close = (): void => setAsking(false);
  const agree = (): void => {
    close();
    does.mutate();
  };
  return (
    <>
      <Button busy={does.isPending} onClick={() => setAsking(true)}>
        {action}
      </Button>
      {asking && (
        <Dialog title={title} onClose={close}>
          {children}
          <p className="row">
            <Button kind="danger" onClick={agree}>
              {action}
            </Button>
            <Button onClick={close}>{words.cancel}</Button>
          </p>
        </Dialog>
      )}
    </>
  );
}
