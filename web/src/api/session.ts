/** Who is signed in. Screens ask `useMe`; a guest is null. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
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

/** What a sign-in does with the token that it got, and a sign-out with what it leaves. */
export function useSessionChanges() {
  const queries = useQueryClient();
  return {
    begin: async (accessToken: string): Promise<void> => {
      acceptToken(accessToken);
      const me = await readMe();
      queries.clear();
      queries.setQueryData(meKey, me);
    },
    /** The same account with a new session: what is shown stays. */
    renew: async (accessToken: string): Promise<void> => {
      acceptToken(accessToken);
      await queries.invalidateQueries({ queryKey: meKey });
    },
    end: (): void => {
      forgetToken();
      personal.stop();
      queries.clear();
      queries.setQueryData(meKey, null);
    },
  };
}
