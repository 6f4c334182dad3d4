import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "~/api/errors";
import { personal } from "~/api/personal";
import { becomes, becomesUnknown } from "~/api/session";
import { onOthersSession, onSessionEnd } from "~/api/token";
import { onLanguage } from "~/texts/language";
import { followFrames } from "./frames";

const FRESH_MS = 30_000;
const TRIES = 2;

/** An answer below 500 says the same when it is asked again; no answer at all is worth another try. */
function worthAnotherTry(failures: number, error: Error): boolean {
  return failures < TRIES && !(error instanceof ApiError && error.status < 500);
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: FRESH_MS, retry: worthAnotherTry }, mutations: { retry: false } },
});

onSessionEnd(() => {
  personal.stop();
  becomes(queryClient, null, { ended: true });
});

onOthersSession(() => becomesUnknown(queryClient));

// What the API says is in the language that it was asked in.
onLanguage(() => void queryClient.invalidateQueries());

personal.onReturn(() => void queryClient.invalidateQueries({ type: "active" }));
personal.listen((frame) => followFrames(queryClient, frame));
addEventListener("online", () => personal.networkChanged());
addEventListener("offline", () => personal.networkChanged());
