/** One's own channel: one for the tab's whole life. */

import { useEffect, useRef, useSyncExternalStore } from "react";
import { api, read } from "./client";
import { ApiError } from "./errors";
import { Channel, Later, type LiveState, type PersonalFrame, Refusal } from "./live";

async function ticket(): Promise<string> {
  try {
    return (await read(api.POST("/ws-tickets"))).ticket;
  } catch (error) {
    if (error instanceof ApiError && error.retryAfter > 0) throw new Later(error.retryAfter * 1000);
    if (error instanceof ApiError && error.status < 500 && error.status !== 429) throw new Refusal(error.message);
    throw error;
  }
}

export const personal = new Channel<PersonalFrame>({
  ticket,
  open: (query) => new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws?${query}`),
  later: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  online: () => navigator.onLine,
  language: () => document.documentElement.lang,
});

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (changed) => personal.onState(changed),
    () => personal.state,
  );
}

/** Calls `take` with each frame of one's own channel as long as the component is there. */
export function usePersonalFrames(take: (frame: PersonalFrame) => void): void {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => personal.listen((frame) => latest.current(frame)), []);
}
