import { useQuery } from "@tanstack/react-query";
import { api, read } from "~/api/client";
import { keys } from "~/api/keys";

/** What is to be solved; it does not change while an assignment runs. */
export function useProblem(assignment_id: number, enabled = true) {
  return useQuery({
    queryKey: [...keys.tracks, "assignment", assignment_id, "problem"],
    queryFn: () => read(api.GET("/assignments/{assignment_id}/problem", { params: { path: { assignment_id } } })),
    enabled,
  });
}

/** The names of languages, by id. */
export function useLanguageNames(enabled: boolean): Readonly<Record<string, string>> {
  const languages = useQuery({
    queryKey: keys.languages,
    queryFn: () => read(api.GET("/languages")),
    staleTime: 3_600_000,
    enabled,
  });
  return Object.fromEntries((languages.data?.languages ?? []).map(({ id, name }) => [id, name]));
}
