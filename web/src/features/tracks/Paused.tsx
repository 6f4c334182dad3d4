import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";

/** What was sent without a network waits for it, and says so. */
export function Paused({ write }: { write: { isPaused: boolean } }) {
  const texts = useTexts(dictionary);
  return <span role="status">{write.isPaused ? texts.waitsForNetwork : ""}</span>;
}
