import { useEffect, useState, useSyncExternalStore } from "react";
import { serverNow } from "~/lib/clock";
import { readDraft, writeDraft } from "~/lib/drafts";
import { schoolDraft } from "./drafts.queries";
import { Keeper, type Shelf } from "./keeper";
import type { Place } from "./queries";
import { arranged, type Version } from "./versions";

/** The drafts of a task on this machine are below it, by language. */
export const shelfOf = ({ course_id, lesson_id, task_id }: Place): string =>
  `task/${course_id}/${lesson_id}/${task_id}/`;

const ASIDE = "#aside";

/** What is no draft but lies beside one. */
export const isDraft = (name: string): boolean => !name.includes("#");

function shelf(account: number, place: string): Shelf {
  return {
    read: async () => {
      const draft = await readDraft(account, place);
      return draft && { text: draft.text, at: draft.changedAt, from: "here" };
    },
    write: ({ text, at }) => writeDraft(account, place, { text, changedAt: at }),
    readAside: async () => {
      const kept = await readDraft(account, place + ASIDE);
      return kept ? JSON.parse(kept.text) : [];
    },
    writeAside: (versions) =>
      writeDraft(account, place + ASIDE, { text: JSON.stringify(versions), changedAt: serverNow() }),
  };
}

const world = {
  now: () => serverNow(),
  later: (ms: number, call: () => void) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** The keeper of a program in one language, from when it is opened until it is left. */
export function useKeeper(account: number, place: Place, language: string, sent: Version | null): Keeper {
  const [keeper] = useState(
    () => new Keeper(shelf(account, shelfOf(place) + language), schoolDraft(place, language), world),
  );
  const [before] = useState(sent);
  useSyncExternalStore(
    (changed) => keeper.listen(changed),
    () => keeper.state,
  );
  useEffect(() => {
    void keeper.open(before);
    const flush = (): void => keeper.flush();
    const events = ["pagehide", "online"] as const;
    for (const event of events) addEventListener(event, flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      flush();
      for (const event of events) removeEventListener(event, flush);
      document.removeEventListener("visibilitychange", flush);
    };
  }, [keeper, before]);
  return keeper;
}

/** Puts a text before whoever opens the task next on this machine; what was there is laid aside. */
export async function offer(account: number, place: Place, language: string, text: string): Promise<void> {
  const kept = shelf(account, shelfOf(place) + language);
  const [before, aside] = await Promise.all([kept.read(), kept.readAside()]);
  const now = serverNow();
  if (before)
    await kept.writeAside(arranged([{ text, at: now, from: "here" }], [{ ...before, from: "aside" }, ...aside]).others);
  await kept.write({ text, at: now, from: "here" });
}
