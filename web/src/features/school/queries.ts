import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read, readPage } from "~/api/client";
import { keys } from "~/api/keys";
import { at, usePages } from "~/api/paging";

const PAGE = 20;

export function useDashboard(enabled: boolean) {
  return useQuery({ queryKey: keys.dashboard, queryFn: () => read(api.GET("/user/monitor")), enabled });
}

export function useMainPage() {
  return useQuery({ queryKey: [...keys.news, "main"], queryFn: () => read(api.GET("/main/info")) });
}

export function usePublicCourses(enabled: boolean) {
  return useQuery({
    queryKey: [...keys.courses, "public"],
    queryFn: () => read(api.GET("/main/courses", { params: { query: { limit: 6 } } })),
    enabled,
  });
}

export function useNews() {
  return usePages([...keys.news, "list"], (cursor) =>
    readPage(api.GET("/main/news", { params: { query: { limit: 5, ...at(cursor) } } })),
  );
}

export function useNewsItem(news_id: number) {
  return useQuery({
    queryKey: [...keys.news, news_id],
    queryFn: () => read(api.GET("/main/news/{news_id}", { params: { path: { news_id } } })),
  });
}

export function useNotifications(unreadOnly: boolean) {
  const unread = unreadOnly ? { unread: true } : {};
  return usePages([...keys.notifications, "list", unreadOnly], (cursor) =>
    readPage(api.GET("/user/notifications", { params: { query: { limit: PAGE, ...unread, ...at(cursor) } } })),
  );
}

export function useInvitation(code: string) {
  return useQuery({
    queryKey: [...keys.invitations, code],
    queryFn: () => read(api.GET("/invitations/{code}", { params: { path: { code } } })),
  });
}

/** Join what an invitation is for: lists of courses and tracks are not as they were then. */
export function useJoin(code: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => read(api.POST("/invitations/{code}/accept", { params: { path: { code } } })),
    onSuccess: async () => {
      const subjects = [keys.courses, keys.tracks, keys.dashboard];
      await Promise.all(subjects.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
}

/** Mark one notification as read; without an id, all of them. */
export function useMarkRead() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (notification_id: number | null) => {
      if (notification_id === null) await read(api.POST("/user/notifications/read"));
      else
        await read(api.POST("/user/notifications/{notification_id}/read", { params: { path: { notification_id } } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.notifications }),
  });
}
