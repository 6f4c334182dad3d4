/** Where a keeper of drafts lays them on this machine, and what else it has of the world. */

import { serverNow } from "./clock";
import { readDraft, removeDraft, writeDraft } from "./drafts";
import type { Shelf, World } from "./keeper";

const ASIDE = "#aside";

/** What is no draft but lies beside one. */
export const isDraft = (name: string): boolean => !name.includes("#");

export function shelf(account: number, place: string): Shelf {
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
    clear: async () => {
      await Promise.all([removeDraft(account, place), removeDraft(account, place + ASIDE)]);
    },
  };
}

export const world: World = {
  now: () => serverNow(),
  later: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
