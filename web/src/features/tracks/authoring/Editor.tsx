import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { ApiError } from "~/api/errors";
import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { type Faults, restOf, saidOf } from "./faults";
import type { KeptForm } from "./useKeptForm";

type Write = { error: Error | null; isPending: boolean; isPaused: boolean };

/** The fault of a place, in words: what the page finds itself before what the API said; null where nothing is wrong. */
export type FaultAt = (place: string, ...pointers: readonly string[]) => string | null;

type Props<T> = {
  form: KeptForm<T>;
  write: Write;
  faults: Faults;
  /** The JSON pointers of the fields, for what the API says of them. */
  places: readonly string[];
  labels: Readonly<Record<keyof T, string>>;
  action: string;
  send: () => void;
  children: (faultAt: FaultAt) => ReactNode;
};

/** A form that says at each field what is wrong with it, goes to the first such field, and loses nothing. */
export function Editor<T extends object>(props: Props<T>) {
  const texts = useTexts(dictionary);
  const { form, write, faults, places } = props;
  const [tries, setTries] = useState(0);
  const element = useFirstFault(tries, write.error);
  const faultAt: FaultAt = (place, ...pointers) => {
    const own = tries > 0 ? faults[place] : undefined;
    return own ? texts.faults[own] : saidOf(write.error, ...(pointers.length > 0 ? pointers : [place]));
  };
  const failed = restOf(write.error, places);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTries(tries + 1);
    if (Object.keys(faults).length === 0 && !write.isPending) props.send();
  };
  return (
    <form className="authoring" noValidate ref={element} onSubmit={submit}>
      {props.children(faultAt)}
      {!write.isPending && <Overtaken form={form} error={write.error} labels={props.labels} />}
      {failed && <Failure error={failed} />}
      <div className="row">
        <Button kind="primary" type="submit" busy={write.isPending}>
          {props.action}
        </Button>
        <span role="status">{write.isPaused ? texts.waitsForNetwork : ""}</span>
        <Kept form={form} />
      </div>
    </form>
  );
}

/** Goes to the first field that is wrong, after each try and each answer. */
function useFirstFault(tries: number, error: Error | null) {
  const element = useRef<HTMLFormElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each try and each answer is looked at, once
  useEffect(() => {
    element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries, error]);
  return element;
}

/** What somebody else saved meanwhile: nothing of it is written over before its author has seen that. */
function Overtaken<T>({ form, error, labels }: Pick<Props<T>, "form" | "labels"> & { error: Error | null }) {
  const texts = useTexts(dictionary);
  const { overtaken } = form;
  if (overtaken.length === 0) {
    const again = error instanceof ApiError && error.status === 412;
    return again && <p role="alert">{texts.saveAgain}</p>;
  }
  return (
    <div className="overtaken" role="alert">
      <p>{texts.overtaken(overtaken.map((member) => labels[member]))}</p>
      <div className="row">
        <Button onClick={form.rebase}>{texts.rebase}</Button>
        <Button onClick={form.forget}>{texts.takeTheirs}</Button>
      </div>
    </div>
  );
}

function Kept<T>({ form }: { form: KeptForm<T> }) {
  const texts = useTexts(dictionary);
  if (!form.kept) return <span className="faint">{texts.notKept}</span>;
  if (!form.typed) return null;
  return (
    <>
      <span className="faint">{texts.keptHere}</span>
      <Button kind="quiet" onClick={form.forget}>
        {texts.startOver}
      </Button>
    </>
  );
}
