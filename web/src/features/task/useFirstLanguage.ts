import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "~/api/keys";
import { draftsBelow } from "~/lib/drafts";
import { isDraft } from "~/lib/shelf";
import { firstLanguage, type Offered, type Submission, usedLast } from "./program";
import type { Place } from "./queries";
import { shelfOf } from "./useKeeper";

const CHOSEN = "lyceum.program-language";

export function rememberLanguage(language: string): void {
  localStorage.setItem(CHOSEN, language);
}

/** What this account wrote for the task on this machine: when, by language. */
function useDraftTimes(account: number, place: Place) {
  return useQuery({
    queryKey: [...keys.courses, "drafts", account, place],
    queryFn: async () => {
      const found = await draftsBelow(account, shelfOf(place));
      return [...found].filter(([name]) => isDraft(name)).map(([language, { changedAt }]) => ({ language, changedAt }));
    },
    networkMode: "always",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}

/** The language to begin with; null until it is known what was written and sent last. It does not change afterwards. */
export function useFirstLanguage(
  account: number,
  place: Place,
  task: Offered,
  sent: UseQueryResult<Submission>,
): string | null {
  const drafts = useDraftTimes(account, place);
  const [begun, setBegun] = useState<string | null>(null);
  if (begun === null && !drafts.isLoading && !sent.isLoading) {
    const used = usedLast(drafts.data ?? [], sent.data ?? null);
    setBegun(firstLanguage(task, used ?? localStorage.getItem(CHOSEN)));
  }
  return begun;
}
