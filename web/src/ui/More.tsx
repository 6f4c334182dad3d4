import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "./Button";

type Paged = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** The next page of a list, where there is one. */
export function More({ pages }: { pages: Paged }) {
  const texts = useTexts(common);
  if (!pages.hasNextPage) return null;
  return (
    <p>
      <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        {texts.more}
      </Button>
    </p>
  );
}
