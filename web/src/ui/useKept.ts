import { useEffect, useState, useSyncExternalStore } from "react";
import type { Keeper } from "~/lib/keeper";
import type { Version } from "~/lib/versions";

/** A keeper of what is written, from when it is opened until it is left. `sent` is what was sent last. */
export function useKept(make: () => Keeper, sent: Version | null): Keeper {
  const [keeper] = useState(make);
  const [before] = useState(sent);
  useSyncExternalStore(
    (changed) => keeper.listen(changed),
    () => keeper.state,
  );
  useEffect(() => {
    void keeper.open(before);
    const flush = (): void => keeper.flush();
    const events = ["pagehide", "online"] as const;
    for (const event of events) addEventListener(event, flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      flush();
      for (const event of events) removeEventListener(event, flush);
      document.removeEventListener("visibilitychange", flush);
    };
  }, [keeper, before]);
  return keeper;
}
