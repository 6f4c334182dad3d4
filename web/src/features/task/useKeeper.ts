import { serverNow } from "~/lib/clock";
import { Keeper } from "~/lib/keeper";
import { shelf, world } from "~/lib/shelf";
import { arranged, type Version } from "~/lib/versions";
import { useKept } from "~/ui/useKept";
import { schoolDraft } from "./drafts.queries";
import type { Place } from "./queries";

/** The drafts of a task on this machine are below it, by language. */
export const shelfOf = ({ course_id, lesson_id, task_id }: Place): string =>
  `task/${course_id}/${lesson_id}/${task_id}/`;

/** The keeper of a program in one language, from when it is opened until it is left. */
export function useKeeper(account: number, place: Place, language: string, sent: Version | null): Keeper {
  return useKept(
    () => new Keeper(shelf(account, shelfOf(place) + language), schoolDraft(place, language), world),
    sent,
  );
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
