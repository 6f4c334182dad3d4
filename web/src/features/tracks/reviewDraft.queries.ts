import { api, readWithHeaders, type Schemas } from "~/api/client";
import { asSchool } from "~/api/keeping";
import type { School } from "~/lib/keeper";
import { readOpinion, written } from "./rubric";

const DRAFT = "/submissions/{submission_id}/review/draft";

/** The draft of a review at the school: the same on every device. */
export function schoolReview(submission_id: number, criteria: readonly string[], max: number): School {
  return asSchool({
    read: async () => {
      const asked = api.GET(DRAFT, { params: { path: { submission_id } } });
      const { data, headers } = await readWithHeaders(asked);
      const { draft } = data;
      const version = draft && { text: textOf(draft), at: Date.parse(draft.saved_at), from: "school" as const };
      return { version, tag: headers.get("ETag") ?? "" };
    },
    save: async (text, tag) => {
      const { points, remarks, comment, lines, version } = readOpinion(text, criteria, max);
      const asked = api.PUT(DRAFT, {
        params: { path: { submission_id }, header: { "If-Match": tag } },
        body: {
          criteria_scores: points,
          criteria_comments: remarks,
          comment: comment || null,
          line_comments: lines,
          code_version: version,
        },
        // It may be the last thing that a page does.
        keepalive: text.length < 10_000,
      });
      return (await readWithHeaders(asked)).headers.get("ETag") ?? "";
    },
  });
}

function textOf(draft: Schemas["ReviewDraftView"]): string {
  return written({
    points: draft.criteria_scores,
    remarks: draft.criteria_comments,
    comment: draft.comment ?? "",
    lines: draft.line_comments,
    version: draft.code_version,
  });
}
