import { beforeEach, describe, expect, it } from "vitest";
import { type AnyFrame, Channel, Later, Refusal, type Socket, type World } from "./live";

class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: string[] = [];
  closed = false;

  constructor(readonly query: URLSearchParams) {}

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }

  says(frame: AnyFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) } as MessageEvent<string>);
  }

  ends(code: number, reason = ""): void {
    this.onclose?.({ code, reason } as CloseEvent);
  }
}

/** A world whose time passes when the test says so. */
class Stage implements World {
  readonly sockets: FakeSocket[] = [];
  readonly waits: number[] = [];
  isOnline = true;
  tickets = 0;
  refusal: Error | null = null;
  private timers: { at: number; call: () => void }[] = [];
  private now = 0;

  async ticket(): Promise<string> {
    if (this.refusal) throw this.refusal;
    this.tickets += 1;
    return `ticket-${this.tickets}`;
  }

  open(query: URLSearchParams): Socket {
    const socket = new FakeSocket(query);
    this.sockets.push(socket);
    return socket;
  }

  later(ms: number, call: () => void): () => void {
    const timer = { at: this.now + ms, call };
    this.waits.push(ms);
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  random = () => 1;
  online = () => this.isOnline;
  language = () => "ru";

  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (let due = this.next(end); due; due = this.next(end)) {
      this.timers = this.timers.filter((each) => each !== due);
      this.now = due.at;
      due.call();
      await settled();
    }
    this.now = end;
  }

  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  private next(end: number) {
    return this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const frame = (seq: number): AnyFrame => ({ type: "NOTIFICATION", seq, payload: { seq } });
const snapshot = (seq: number): AnyFrame => ({ type: "SNAPSHOT", payload: { seq } });

let stage: Stage;
let channel: Channel<AnyFrame>;
let heard: number[];
let returns: number;

beforeEach(async () => {
  stage = new Stage();
  channel = new Channel<AnyFrame>(stage);
  heard = [];
  returns = 0;
  channel.listen(({ seq }) => {
    if (typeof seq === "number") heard.push(seq);
  });
  channel.onReturn(() => {
    returns += 1;
  });
  channel.start();
  await settled();
});

describe("a channel", () => {
  it("is live once it knows the state of the room", () => {
    expect(channel.state).toBe("connecting");
    expect(stage.last.query.get("language")).toBe("ru");
    expect(stage.last.query.has("last_seq")).toBe(false);
    stage.last.says(snapshot(7));
    expect(channel.state).toBe("live");
    expect(returns).toBe(0);
  });

  it("passes frames on in order and once, whatever order they come in", () => {
    stage.last.says(snapshot(7));
    for (const seq of [8, 10, 9, 9, 8, 11]) stage.last.says(frame(seq));
    expect(heard).toEqual([8, 9, 10, 11]);
  });

  it("forgets what came before the snapshot that includes it", () => {
    stage.last.says(frame(7));
    stage.last.says(snapshot(7));
    stage.last.says(frame(8));
    expect(heard).toEqual([8]);
  });

  it("passes frames without a number on at once", () => {
    const types: string[] = [];
    channel.listen(({ type }) => types.push(type));
    stage.last.says({ type: "SUBMISSION_PROGRESS", payload: {} });
    expect(types).toEqual(["SUBMISSION_PROGRESS"]);
  });

  it("comes back by the last number, and what it missed comes first", async () => {
    stage.last.says(snapshot(7));
    stage.last.says(frame(8));
    stage.last.ends(1006);
    expect(channel.state).toBe("reconnecting");
    await stage.pass(500);
    expect(stage.last.query.get("last_seq")).toBe("8");
    expect(stage.last.query.get("ticket")).toBe("ticket-2");
    stage.last.says(frame(11));
    stage.last.says({ type: "RESUMED", payload: { from_seq: 8, seq: 11, frames: [frame(9), frame(10)] } });
    stage.last.says(frame(12));
    expect(heard).toEqual([8, 9, 10, 12]);
    expect(channel.state).toBe("live");
    expect(returns).toBe(1);
  });

  it("takes what it missed in several parts, and has returned once", async () => {
    stage.last.says(snapshot(7));
    stage.last.ends(1006);
    await stage.pass(500);
    stage.last.says(frame(11));
    stage.last.says({ type: "RESUMED", payload: { from_seq: 7, seq: 8, frames: [frame(8)] } });
    stage.last.says({ type: "RESUMED", payload: { from_seq: 8, seq: 10, frames: [frame(9), frame(10)] } });
    expect(heard).toEqual([8, 9, 10, 11]);
    expect(returns).toBe(1);
    await stage.pass(700);
    expect(stage.sockets).toHaveLength(2);
  });

  it("asks again for a frame that got lost", async () => {
    stage.last.says(snapshot(7));
    stage.last.says(frame(9));
    await stage.pass(699);
    expect(stage.sockets).toHaveLength(1);
    await stage.pass(1);
    expect(stage.sockets[0]?.closed).toBe(true);
    expect(stage.last.query.get("last_seq")).toBe("7");
  });

  it("waits longer each time, up to half a minute, and briefly again afterwards", async () => {
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      stage.last.ends(1006);
      const wait = stage.waits.at(-1) ?? 0;
      waits.push(wait);
      await stage.pass(wait);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    stage.last.says(snapshot(1));
    stage.last.ends(1001);
    expect(stage.waits.at(-1)).toBe(500);
  });

  it("takes 1008 as final, and keeps the reason", async () => {
    stage.last.says(snapshot(7));
    stage.last.ends(1008, "This account is blocked");
    await stage.pass(120_000);
    expect(channel.state).toBe("ended");
    expect(channel.reason).toBe("This account is blocked");
    expect(stage.sockets).toHaveLength(1);
  });

  it("takes an error 1008 before a close with 1000 as final too", async () => {
    stage.last.says({ type: "ERROR", payload: { code: 1008, reason: "Too many connections", reason_code: "full" } });
    stage.last.ends(1000);
    await stage.pass(120_000);
    expect(channel.state).toBe("ended");
    expect(channel.reason).toBe("Too many connections");
  });

  it("goes on after an error that closed nothing", async () => {
    stage.last.says(snapshot(7));
    stage.last.says({ type: "ERROR", payload: { code: 1007, reason: "Not a frame", reason_code: "x" } });
    stage.last.ends(1000);
    await stage.pass(500);
    expect(stage.sockets).toHaveLength(2);
  });

  it("notices a connection that is dead and does not say so", async () => {
    stage.last.says(snapshot(7));
    await stage.pass(30_000);
    expect(stage.last.sent).toEqual(['{"type":"PING"}']);
    stage.last.says({ type: "PONG", payload: {} });
    await stage.pass(30_000);
    expect(stage.sockets).toHaveLength(1);
    await stage.pass(10_500);
    expect(stage.sockets).toHaveLength(2);
  });

  it("says that the network is gone, and comes back with it at once", async () => {
    stage.last.says(snapshot(7));
    stage.isOnline = false;
    channel.networkChanged();
    expect(channel.state).toBe("offline");
    await stage.pass(60_000);
    expect(stage.sockets).toHaveLength(1);
    stage.isOnline = true;
    channel.networkChanged();
    await settled();
    expect(stage.sockets).toHaveLength(2);
  });

  it("does not ask again where asking is no use", async () => {
    stage.last.says(snapshot(7));
    stage.refusal = new Refusal("signed out");
    stage.last.ends(1006);
    await stage.pass(120_000);
    expect(channel.state).toBe("ended");
  });

  it("leaves the school alone as long as it wants", async () => {
    stage.last.says(snapshot(7));
    stage.refusal = new Later(45_000);
    stage.last.ends(1006);
    await stage.pass(500);
    stage.refusal = null;
    await stage.pass(44_999);
    expect(stage.sockets).toHaveLength(1);
    await stage.pass(1);
    expect(stage.sockets).toHaveLength(2);
  });

  it("begins anew for somebody else", async () => {
    stage.last.says(snapshot(7));
    channel.stop();
    channel.start();
    await settled();
    expect(stage.last.query.has("last_seq")).toBe(false);
    stage.last.says(snapshot(3));
    expect(returns).toBe(0);
  });
});
