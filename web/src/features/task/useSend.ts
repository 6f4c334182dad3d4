import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { idempotencyKey } from "~/api/client";
import { ApiError, Unreachable } from "~/api/errors";
import { readDraft, removeDraft, writeDraft } from "~/lib/drafts";
import { outboxEntry, type Wish } from "./outbox";
import { type Place, type Program, sendProgram, taskKey } from "./queries";
import { shelfOf } from "./useKeeper";

/** Refused: asking for the same again is a new wish. Everything else may have arrived. */
const isRefused = (error: Error): boolean => error instanceof ApiError && error.status < 500;

/**
 * Sends a program. Without a connection it waits, in the browser's database as well, and is sent as soon as there is
 * one, under the same key: it arrives once.
 */
export function useSend(account: number, path: Place) {
  const queries = useQueryClient();
  const outbox = `${shelfOf(path)}#send`;
  const wish = useRef<Wish | null>(null);
  const mutationKey = ["send", account, outbox];
  const done = (): void => {
    wish.current = null;
    removeDraft(account, outbox).catch(() => undefined);
  };
  const send = useMutation({
    mutationKey,
    onMutate: async (program: Program) => {
      const known = wish.current;
      const same = known !== null && known.code === program.code && known.language === program.language;
      const wanted = same ? known : { ...program, key: idempotencyKey(), at: Date.now() };
      wish.current = wanted;
      await writeDraft(account, outbox, { text: JSON.stringify(wanted), changedAt: wanted.at }).catch(() => undefined);
    },
    mutationFn: (program: Program) => sendProgram(path, program, wish.current?.key ?? idempotencyKey()),
    retry: (_, error) => error instanceof Unreachable,
    retryDelay: (failures) => Math.min(1000 * 2 ** failures, 10_000),
    onError: (error) => {
      if (isRefused(error)) done();
    },
    onSuccess: () => {
      done();
      return queries.invalidateQueries({ queryKey: taskKey(path) });
    },
  });
  const { mutate } = send;
  const waiting = queries.isMutating({ mutationKey }) > 0;
  const busy = useRef(waiting);
  useEffect(() => {
    if (busy.current) return;
    busy.current = true;
    readDraft(account, outbox).then(
      (kept) => {
        const left = outboxEntry(kept?.text ?? null, Date.now());
        if (!left) return;
        wish.current = left;
        mutate({ code: left.code, language: left.language });
      },
      () => undefined,
    );
  }, [account, outbox, mutate]);
  return send;
}

export type Send = ReturnType<typeof useSend>;
