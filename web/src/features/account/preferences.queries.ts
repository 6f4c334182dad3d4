import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, readWithHeaders } from "~/api/client";
import { keys } from "~/api/keys";
import type { PreferenceChanges, Preferences } from "./preferences";

const preferencesKey = [...keys.account, "preferences"];

export type Known = { preferences: Preferences; etag: string };

function known({ data, headers }: { data: Preferences; headers: Headers }): Known {
  return { preferences: data, etag: headers.get("ETag") ?? "" };
}

export function usePreferences() {
  return useQuery({
    queryKey: preferencesKey,
    queryFn: async () => known(await readWithHeaders(api.GET("/user/notifications/preferences"))),
  });
}

export function useChangePreferences() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ etag, body }: { etag: string; body: PreferenceChanges }) =>
      known(
        await readWithHeaders(
          api.PATCH("/user/notifications/preferences", { body, params: { header: { "If-Match": etag } } }),
        ),
      ),
    onSuccess: async (changed) => {
      queries.setQueryData(preferencesKey, changed);
      await queries.invalidateQueries({ queryKey: keys.notifications });
    },
    onError: () => queries.invalidateQueries({ queryKey: preferencesKey }),
  });
}
