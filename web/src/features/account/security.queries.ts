import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, fetchNow, read, readPage, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { at, usePages } from "~/api/paging";
import { type Me, useSessionChanges } from "~/api/session";
import { endSession } from "~/api/token";
import { wipeDrafts } from "~/lib/drafts";

export type Session = Schemas["SessionView"];

const secondKey = [...keys.account, "second-factor"];

export function useSecondFactor() {
  return useQuery({ queryKey: secondKey, queryFn: () => read(api.GET("/me/second-factor")) });
}

export function useSecondFactorChanges() {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: secondKey });
  return {
    begin: useMutation({ mutationFn: () => read(api.POST("/me/second-factor")) }),
    confirm: useMutation({
      mutationFn: (otp: string) => read(api.POST("/me/second-factor/confirm", { body: { otp } })),
      onSuccess,
    }),
    codes: useMutation({
      mutationFn: (otp: string) => read(api.POST("/me/second-factor/recovery-codes", { body: { otp } })),
      onSuccess,
    }),
    disable: useMutation({
      mutationFn: (otp: string) => read(api.DELETE("/me/second-factor", { body: { otp } })),
      onSuccess,
    }),
  };
}

export function useSessions() {
  return usePages<Session>([...keys.account, "sessions"], async (cursor) => {
    const page = await readPage(api.GET("/sessions", { params: { query: at(cursor) } }));
    return { ...page, items: page.items.sessions };
  });
}

export function useEndSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (session_id: string) =>
      read(api.DELETE("/sessions/{session_id}", { params: { path: { session_id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: [...keys.account, "sessions"] }),
  });
}

export function useEndAllSessions() {
  const session = useSessionChanges();
  return useMutation({
    mutationFn: () => endSession(() => read(api.DELETE("/sessions", { fetch: fetchNow }))),
    onSuccess: session.end,
  });
}

export function useHistory() {
  return usePages([...keys.account, "history"], async (cursor) => {
    const page = await readPage(
      api.GET("/api/v1/users/login_history", { params: { query: { limit: 10, ...at(cursor) } } }),
    );
    return { ...page, items: page.items.result };
  });
}

export function useErase(me: Me) {
  const session = useSessionChanges();
  return useMutation({
    mutationFn: () =>
      endSession(async () => {
        await read(api.DELETE("/api/v1/users", { fetch: fetchNow }));
        await wipeDrafts(me.id);
      }),
    onSuccess: session.end,
  });
}
