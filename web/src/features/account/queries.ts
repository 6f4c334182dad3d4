import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, fetchNow, idempotencyKey, read, type Schemas } from "~/api/client";
import { useSessionChanges } from "~/api/session";
import { settingCookie } from "~/api/token";
import { WrongCode } from "./forms";

export type SignInBody = { name: string; password: string; otp?: string };
export type Registration = Schemas["SchoolRegistration"];

/** The body of a sign-in: a name with an @ is an address. */
function credentials({ name, password, otp }: SignInBody): Schemas["CookieCredentials"] {
  return { password, ...(name.includes("@") ? { email: name } : { login: name }), ...(otp ? { otp } : {}) };
}

async function signIn(body: SignInBody): Promise<string> {
  const asked = () => read(api.POST("/auth/login", { body: credentials(body), fetch: fetchNow }));
  return (await settingCookie(asked)).token.access_token;
}

export function useSignIn() {
  const session = useSessionChanges();
  return useMutation({ mutationFn: signIn, onSuccess: session.begin });
}

/** A sign-in anew, for what takes a recent one. Everything that is shown stays. */
export function useSignInAgain() {
  const session = useSessionChanges();
  return useMutation({ mutationFn: signIn, onSuccess: session.renew });
}

export function useRegister() {
  const session = useSessionChanges();
  const [key] = useState(idempotencyKey);
  return useMutation({
    mutationFn: async (body: Registration) => {
      await read(api.POST("/auth/registration", { body, params: { header: { "Idempotency-Key": key } } }));
      return signIn({ name: body.email, password: body.password });
    },
    onSuccess: session.begin,
  });
}

/** Auth Service's way: address, code, password. Each step is a mutation of its own. */
export function useMailedSignUp() {
  const session = useSessionChanges();
  const begin = useMutation({
    mutationFn: async (email: string) => {
      const { result } = await read(api.POST("/api/v1/users/sign_up", { body: { email } }));
      await sendCode(result.id);
      return { id: result.id, email };
    },
  });
  const resend = useMutation({ mutationFn: sendCode });
  const confirm = useMutation({
    mutationFn: ({ user_id, code }: { user_id: number; code: string }) => confirmMail(user_id, code),
  });
  const complete = useMutation({
    mutationFn: async ({ user_id, email, token, ...body }: Completion) => {
      await read(
        api.PATCH("/api/v1/users/{user_id}/sign_up", {
          params: { path: { user_id } },
          headers: { Authorization: `Bearer ${token}` },
          body,
        }),
      );
      return signIn({ name: email, password: body.password });
    },
    onSuccess: session.begin,
  });
  return { begin, resend, confirm, complete };
}

type Completion = { user_id: number; email: string; token: string; password: string; name: string | null };

export async function sendCode(user_id: number): Promise<void> {
  await read(api.POST("/api/v1/users/{user_id}/send_code", { params: { path: { user_id } }, body: {} }));
}

/** The token with which a sign-up ends; null for an account that needs none. */
export async function confirmMail(user_id: number, code: string): Promise<string | null> {
  const answer = await read(
    api.PUT("/api/v1/users/{user_id}/mail", { params: { path: { user_id }, query: { code } } }),
  );
  if (!answer.success) throw new WrongCode();
  return answer.data?.sign_up_token ?? null;
}

export function useForgotPassword() {
  return useMutation({ mutationFn: (email: string) => read(api.POST("/password/forgot", { body: { email } })) });
}

export function useResetPassword() {
  return useMutation({
    mutationFn: (body: Schemas["PasswordReset"]) => read(api.POST("/password/reset", { body })),
  });
}
