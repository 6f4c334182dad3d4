/** Who is signed in. Screens ask `useMe`; a guest is null. */

import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, readWithHeaders, type Schemas } from "./client";
import { personal } from "./personal";
import { acceptToken, currentToken, forgetToken, renewToken } from "./token";

/** The account, with the ETag that a change of it names. */
export type Me = Schemas["OwnAccountView"] & { etag: string };
export type Permission = Schemas["Permission"];

export const meKey = ["me"] as const;
/** Set where a session ended by itself; a sign-in clears it with everything else. */
export const sessionEndedKey = ["session-ended"] as const;

/** The account behind the cookie, or null for a guest. */
export async function readMe(): Promise<Me | null> {
  if (!currentToken() && !(await renewToken())) return null;
  const { data, headers } = await readWithHeaders(api.GET("/me"));
  personal.start();
  return { ...data, etag: headers.get("ETag") ?? "" };
}

const meQuery = { queryKey: meKey, queryFn: readMe, staleTime: Number.POSITIVE_INFINITY };

/** The account; null for a guest; undefined as long as it is not known. */
export function useMe(): Me | null | undefined {
  return useQuery(meQuery).data;
}

export function useSession() {
  return useQuery(meQuery);
}

export function useSessionEnded(): boolean {
  return useQuery({ queryKey: sessionEndedKey, queryFn: () => false, enabled: false }).data ?? false;
}

export function may(me: Me | null | undefined, permission: Permission): boolean {
  return me?.can.includes(permission) ?? false;
}

/**
 * Somebody else is here now, or nobody: whatever was read for the one before is forgotten. Their own two entries are
 * changed in their place, since clearing them would leave those who watch them with the old ones.
 */
export function becomes(queries: QueryClient, me: Me | null, { ended = false } = {}): void {
  queries.setQueryData(meKey, me);
  queries.setQueryData(sessionEndedKey, ended);
  const kept: readonly unknown[] = [meKey[0], sessionEndedKey[0]];
  queries.removeQueries({ predicate: ({ queryKey }) => !kept.includes(queryKey[0]) });
}

/** Who is here is to be asked: until it is known, nothing is shown, and nothing of the one before ever again. */
export function becomesUnknown(queries: QueryClient): void {
  personal.stop();
  becomes(queries, null);
  void queries.resetQueries({ queryKey: meKey });
}

/** What a sign-in does with the token that it got, and a sign-out with what it leaves. */
export function useSessionChanges() {
  const queries = useQueryClient();
  return {
    begin: async (accessToken: string): Promise<void> => {
      acceptToken(accessToken);
      becomes(queries, await readMe());
    },
    /** The same account with a new session: what is shown stays. The channel ended with the session before. */
    renew: async (accessToken: string): Promise<void> => {
      acceptToken(accessToken);
      personal.stop();
      personal.start();
      await queries.invalidateQueries({ queryKey: meKey });
    },
    end: (): void => {
      forgetToken();
      personal.stop();
      becomes(queries, null);
    },
  };
}
