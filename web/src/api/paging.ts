import { useInfiniteQuery } from "@tanstack/react-query";
import type { Page } from "./client";

/** A list that is read page by page: everything so far, and how to get more. */
export function usePages<T>(
  queryKey: readonly unknown[],
  readOne: (cursor: string | undefined) => Promise<Page<T[]>>,
  options: { enabled?: boolean } = {},
) {
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => readOne(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    select: ({ pages }) => pages.flatMap((page) => page.items),
    ...options,
  });
}

export type Pages<T> = ReturnType<typeof usePages<T>>;

/** `cursor` as a query parameter: none for the first page. */
export function at(cursor: string | undefined): { cursor?: string } {
  return cursor === undefined ? {} : { cursor };
}
