import { useMutation, useQuery } from "@tanstack/react-query";
import { api, read } from "~/api/client";
import { keys } from "~/api/keys";
import { type Me, useSessionChanges } from "~/api/session";
import { lastAnswers } from "~/api/token";
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
    mutationFn: async () => {
      await lastAnswers();
      await read(api.GET("/auth/logout"));
      await wipeDrafts(me.id);
    },
    onSuccess: session.end,
  });
}
