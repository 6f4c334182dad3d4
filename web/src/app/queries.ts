import { useMutation, useQuery } from "@tanstack/react-query";
import { api, fetchNow, read } from "~/api/client";
import { keys } from "~/api/keys";
import { type Me, useSessionChanges } from "~/api/session";
import { endSession } from "~/api/token";
import { wipeDrafts } from "~/lib/drafts";

export function useUnread(): number | undefined {
  return useQuery({
    queryKey: [...keys.notifications, "unread"],
    queryFn: () => read(api.GET("/user/notifications/unread")),
  }).data?.unread_notifications;
}

export function useSignOut(me: Me) {
  const session = useSessionChanges();
  return useMutation({
    mutationFn: () =>
      endSession(async () => {
        await read(api.GET("/auth/logout", { fetch: fetchNow }));
        await wipeDrafts(me.id);
      }),
    onSuccess: session.end,
  });
}
