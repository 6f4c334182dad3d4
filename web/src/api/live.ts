/** A room's socket: comes back by `last_seq`, repairs gaps, and takes 1008 as final (docs/live.md). */

import type { components } from "./frames";

export type PersonalFrame = components["schemas"]["personal.server"];
export type LiveState = "idle" | "connecting" | "live" | "reconnecting" | "offline" | "ended";

/** What every frame has. `seq` is missing on those that are for this connection alone. */
export type AnyFrame = { type: string; payload?: unknown; seq?: number | null };

export type Socket = Pick<WebSocket, "send" | "close"> & {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<string>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
};

/** What the channel needs of the world; tests give it one of their own. */
export type World = {
  /** A single-use ticket; fails with a Refusal where asking again is no use, with Later where it is too soon. */
  ticket(): Promise<string>;
  open(query: URLSearchParams): Socket;
  later(ms: number, call: () => void): () => void;
  random(): number;
  online(): boolean;
  language(): string;
};

/** Asking for a ticket again is no use: nobody is signed in, or the account may not. */
export class Refusal extends Error {}

/** The school wants to be left alone so long. */
export class Later extends Error {
  constructor(readonly ms: number) {
    super("later");
  }
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const PING_EVERY = 30_000;
const PONG_WITHIN = 10_000;
/** Frames may overtake each other by some milliseconds; a gap that stays is a lost frame. */
const GAP_PATIENCE = 700;
const FINAL = 1008;

export class Channel<Frame extends AnyFrame> {
  state: LiveState = "idle";
  /** Why the server ended it for good, in the reader's language. */
  reason: string | null = null;

  private socket: Socket | null = null;
  private seen: number | null = null;
  private synced = false;
  private wasUp = false;
  private refused: string | null = null;
  private readonly early = new Map<number, Frame>();
  private wait = FIRST_WAIT;
  private timers: { retry?: () => void; ping?: () => void; pong?: () => void; gap?: () => void } = {};
  private readonly frameListeners = new Set<(frame: Frame) => void>();
  private readonly stateListeners = new Set<() => void>();
  private readonly gapListeners = new Set<() => void>();
  private attempt = 0;

  constructor(private readonly world: World) {}

  listen(listener: (frame: Frame) => void): () => void {
    this.frameListeners.add(listener);
    return () => void this.frameListeners.delete(listener);
  }

  onState(listener: () => void): () => void {
    this.stateListeners.add(listener);
    return () => void this.stateListeners.delete(listener);
  }

  /** Called once after each time that it had been down and is up again: whatever is shown may be old. */
  onReturn(listener: () => void): () => void {
    this.gapListeners.add(listener);
    return () => void this.gapListeners.delete(listener);
  }

  start(): void {
    if (this.state !== "idle" && this.state !== "ended") return;
    this.reason = null;
    void this.connect("connecting");
  }

  /** Ends it, and forgets where it was: the next start is somebody else's. */
  stop(): void {
    this.drop();
    this.seen = null;
    this.wasUp = false;
    this.become("idle");
  }

  send(frame: object): void {
    this.socket?.send(JSON.stringify(frame));
  }

  /** The browser says that the network came back or went. */
  networkChanged(): void {
    if (this.state === "idle" || this.state === "ended") return;
    if (!this.world.online()) {
      this.drop();
      this.become("offline");
    } else if (this.state !== "live") {
      this.wait = FIRST_WAIT;
      void this.connect("reconnecting");
    }
  }

  private async connect(state: LiveState): Promise<void> {
    this.drop();
    this.become(state);
    this.attempt += 1;
    const attempt = this.attempt;
    let ticket: string;
    try {
      ticket = await this.world.ticket();
    } catch (error) {
      if (attempt !== this.attempt) return;
      if (error instanceof Refusal) this.end(error.message);
      else this.retry(error instanceof Later ? error.ms : 0);
      return;
    }
    if (attempt === this.attempt) this.open(ticket);
  }

  private open(ticket: string): void {
    const query = new URLSearchParams({ ticket, language: this.world.language() });
    if (this.seen !== null) query.set("last_seq", String(this.seen));
    const socket = this.world.open(query);
    this.socket = socket;
    socket.onmessage = (event) => {
      if (this.socket === socket) this.take(JSON.parse(event.data) as Frame);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      if (event.code === FINAL || this.refused !== null) this.end(this.refused ?? event.reason);
      else this.retry();
    };
    this.ping(socket);
  }

  private take(frame: Frame): void {
    this.timers.pong?.();
    switch (frame.type) {
      case "ERROR":
        this.takeError(frame.payload as { code: number; reason: string });
        break;
      case "SNAPSHOT":
        this.sync((frame.payload as { seq: number }).seq);
        break;
      case "RESUMED":
        this.resume(frame.payload as { seq: number; frames: Frame[] });
        return;
    }
    if (typeof frame.seq === "number") this.inOrder(frame, frame.seq);
    else this.tell(frame);
  }

  private takeError({ code, reason }: { code: number; reason: string }): void {
    this.refused = code === FINAL ? reason : null;
  }

  private resume({ seq, frames }: { seq: number; frames: Frame[] }): void {
    for (const frame of frames) {
      if (typeof frame.seq === "number" && frame.seq <= (this.seen ?? 0)) continue;
      this.tell(frame);
    }
    this.sync(seq);
  }

  private sync(seq: number): void {
    // What was missed may come in several RESUMED.
    const returned = this.wasUp && !this.synced;
    this.seen = seq;
    this.synced = true;
    this.refused = null;
    this.wait = FIRST_WAIT;
    this.wasUp = true;
    this.become("live");
    this.drain();
    if (returned) for (const listener of [...this.gapListeners]) listener();
  }

  private inOrder(frame: Frame, seq: number): void {
    if (this.synced && seq <= (this.seen ?? 0)) return;
    this.early.set(seq, frame);
    if (this.synced) this.drain();
  }

  private drain(): void {
    for (const seq of this.early.keys()) if (seq <= (this.seen ?? 0)) this.early.delete(seq);
    for (let next = this.early.get((this.seen ?? 0) + 1); next; next = this.early.get((this.seen ?? 0) + 1)) {
      this.seen = (this.seen ?? 0) + 1;
      this.early.delete(this.seen);
      this.tell(next);
    }
    this.timers.gap?.();
    delete this.timers.gap;
    if (this.early.size > 0) {
      this.timers.gap = this.world.later(GAP_PATIENCE, () => void this.connect("reconnecting"));
    }
  }

  private tell(frame: Frame): void {
    for (const listener of [...this.frameListeners]) listener(frame);
  }

  private ping(socket: Socket): void {
    this.timers.ping = this.world.later(PING_EVERY, () => {
      if (this.socket !== socket) return;
      if (this.synced) socket.send('{"type":"PING"}');
      this.timers.pong = this.world.later(PONG_WITHIN, () => this.retry());
      this.ping(socket);
    });
  }

  private retry(atLeast = 0): void {
    this.drop();
    this.become(this.world.online() ? "reconnecting" : "offline");
    const wait = Math.max(atLeast, this.wait * (0.5 + this.world.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    this.timers.retry = this.world.later(wait, () => void this.connect("reconnecting"));
  }

  private end(reason: string): void {
    this.drop();
    this.reason = reason || null;
    this.become("ended");
  }

  private drop(): void {
    for (const cancel of Object.values(this.timers)) cancel?.();
    this.timers = {};
    this.attempt += 1;
    this.synced = false;
    this.refused = null;
    this.early.clear();
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private become(state: LiveState): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of [...this.stateListeners]) listener();
  }
}
