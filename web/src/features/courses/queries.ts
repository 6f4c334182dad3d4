import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, idempotencyKey, read, readPage, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { at, usePages } from "~/api/paging";
import type { Me } from "~/api/session";

export type Card = Schemas["CourseCard"] & Partial<Pick<Schemas["CourseInfo"], "attends" | "solved" | "points">>;

/** The courses that one may see, with one's own progress; for a guest, the public ones. */
export function useCourses(me: Me | null, words: string) {
  const search = words ? { q: words } : {};
  return usePages<Card>([...keys.courses, "list", me?.id ?? null, words], async (cursor) => {
    const query = { ...search, ...at(cursor) };
    if (!me) return readPage(api.GET("/main/courses", { params: { query } }));
    const page = await readPage(api.GET("/courses", { params: { query } }));
    return { ...page, items: page.items.courses };
  });
}

/** A course with its lessons. */
export function useCourse(course_id: number, enabled = true) {
  return useQuery({
    queryKey: [...keys.courses, course_id],
    queryFn: () => read(api.GET("/courses/{course_id}", { params: { path: { course_id } } })),
    enabled,
  });
}

/** What everybody may know of a course. */
export function useCard(course_id: number, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.courses, course_id, "card"],
    queryFn: () => read(api.GET("/main/courses/{course_id}", { params: { path: { course_id } } })),
    enabled,
  });
}

export function useAttend(course_id: number) {
  const queries = useQueryClient();
  const [key] = useState(idempotencyKey);
  return useMutation({
    mutationFn: () =>
      read(
        api.POST("/courses/attend/{course_id}", {
          params: { path: { course_id }, header: { "Idempotency-Key": key } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.courses }),
  });
}

export function useLeave(course_id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => read(api.DELETE("/courses/attend/{course_id}", { params: { path: { course_id } } })),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.courses }),
        queries.invalidateQueries({ queryKey: keys.dashboard }),
      ]),
  });
}

export function useLesson(course_id: number, lesson_id: number, enabled: boolean) {
  return useQuery({
    enabled,
    queryKey: [...keys.courses, course_id, lesson_id],
    queryFn: () => read(api.GET("/courses/{course_id}/{lesson_id}", { params: { path: { course_id, lesson_id } } })),
  });
}
