import { api, readWithHeaders } from "~/api/client";
import { asSchool } from "~/api/keeping";
import type { School } from "~/lib/keeper";
import type { Place } from "./queries";

/** A draft at the school: the same on every device. */
export function schoolDraft(path: Place, language: string): School {
  return asSchool({
    read: async () => {
      const asked = api.GET("/courses/{course_id}/{lesson_id}/{task_id}/draft", {
        params: { path, query: { language } },
      });
      const { data, headers } = await readWithHeaders(asked);
      const { draft } = data;
      const version = draft && { text: draft.source, at: Date.parse(draft.saved_at), from: "school" as const };
      return { version, tag: headers.get("ETag") ?? "" };
    },
    save: async (source, tag) => {
      const asked = api.PUT("/courses/{course_id}/{lesson_id}/{task_id}/draft", {
        params: { path, header: { "If-Match": tag } },
        body: { language, source },
        // It may be the last thing that a page does.
        keepalive: source.length < 10_000,
      });
      return (await readWithHeaders(asked)).headers.get("ETag") ?? "";
    },
  });
}
