import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read, readWithHeaders, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { type Me, meKey, useSessionChanges } from "~/api/session";
import { confirmMail, sendCode } from "./queries";

export type Profile = Schemas["Profile"];

const profileKey = [...keys.account, "profile"];

/** The account with the ETag that a change has to name. */
export function useProfile() {
  return useQuery({
    queryKey: profileKey,
    queryFn: async () => {
      const { data, headers } = await readWithHeaders(api.GET("/me"));
      return { me: data, etag: headers.get("ETag") ?? "" };
    },
  });
}

export function useChangeProfile() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, etag }: { body: Profile; etag: string }) =>
      readWithHeaders(api.PATCH("/me", { body, params: { header: { "If-Match": etag } } })),
    onSuccess: ({ data, headers }) => {
      queries.setQueryData(meKey, data);
      queries.setQueryData(profileKey, { me: data, etag: headers.get("ETag") ?? "" });
    },
    onError: () => queries.invalidateQueries({ queryKey: profileKey }),
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
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: meKey }),
        queries.invalidateQueries({ queryKey: profileKey }),
      ]),
  });
  const resend = useMutation({ mutationFn: () => sendCode(me.id) });
  return { ask, confirm, resend };
}

export function useChangePassword() {
  const session = useSessionChanges();
  return useMutation({
    mutationFn: async (body: Schemas["PasswordChange"]) => {
      const { token } = await read(api.POST("/auth/password", { body }));
      return token.access_token;
    },
    onSuccess: session.renew,
  });
}
