import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, fetchNow, read, readWithHeaders, type Schemas } from "~/api/client";
import { type Me, meKey, useSessionChanges } from "~/api/session";
import { replaceSession } from "~/api/token";
import { confirmMail, sendCode } from "./queries";

export type Profile = Schemas["OwnProfile"];

export function useChangeProfile() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ body, etag }: { body: Profile; etag: string }): Promise<Me> => {
      const { data, headers } = await readWithHeaders(
        api.PATCH("/me", { body, params: { header: { "If-Match": etag } } }),
      );
      return { ...data, etag: headers.get("ETag") ?? "" };
    },
    onSuccess: (me) => queries.setQueryData(meKey, me),
    onError: () => queries.invalidateQueries({ queryKey: meKey }),
  });
}

export function useChangeMail(me: Me) {
  const queries = useQueryClient();
  const ask = useMutation({
    mutationFn: async (email: string) => {
      await read(api.PATCH("/api/v1/users", { body: { email } }));
      return email;
    },
  });
  const confirm = useMutation({
    mutationFn: (code: string) => confirmMail(me.id, code),
    onSuccess: () => queries.invalidateQueries({ queryKey: meKey }),
  });
  const resend = useMutation({ mutationFn: () => sendCode(me.id) });
  return { ask, confirm, resend };
}

export function useChangePassword() {
  const session = useSessionChanges();
  return useMutation({
    mutationFn: (body: Schemas["PasswordChange"]) =>
      replaceSession(
        async () => (await read(api.POST("/auth/password", { body, fetch: fetchNow }))).token.access_token,
      ),
    onSuccess: session.renew,
  });
}
