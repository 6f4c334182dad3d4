import { describe, expect, it } from "vitest";
import { Changed, Keeper, Refused, type School, type Shelf } from "./keeper";
import { arranged, type Version } from "./versions";

const version = (text: string, at: number, from: Version["from"] = "here"): Version => ({ text, at, from });

/** Timers are called by hand, in the order of their time. */
class Time {
  private waiting: { at: number; call: () => void }[] = [];
  clock = 1000;
  now = (): number => this.clock;
  later = (ms: number, call: () => void): (() => void) => {
    const timer = { at: this.clock + ms, call };
    this.waiting.push(timer);
    return () => {
      this.waiting = this.waiting.filter((each) => each !== timer);
    };
  };
  async pass(ms: number): Promise<void> {
    const end = this.clock + ms;
    for (;;) {
      await settle();
      const next = this.waiting.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.clock = Math.max(this.clock, next.at);
      this.waiting = this.waiting.filter((each) => each !== next);
      next.call();
    }
    this.clock = end;
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

class Place implements Shelf {
  aside: Version[] = [];
  constructor(public here: Version | null = null) {}
  read = async () => this.here;
  write = async (written: Version) => {
    this.here = written;
  };
  readAside = async () => this.aside;
  writeAside = async (versions: Version[]) => {
    this.aside = versions;
  };
  clear = async () => {
    this.here = null;
    this.aside = [];
  };
}

class Server implements School {
  down = false;
  refuses = false;
  asked = 0;
  saves = 0;
  private number = 0;
  constructor(public kept: Version | null = null) {}
  read = async () => {
    if (this.down) throw new Error("down");
    return { version: this.kept, tag: String(this.number) };
  };
  save = async (text: string, tag: string) => {
    this.asked += 1;
    if (this.down) throw new Error("down");
    if (this.refuses) throw new Refused();
    if (tag !== String(this.number)) throw new Changed();
    this.put(text);
    return String(this.number);
  };
  put(text: string): void {
    this.saves += 1;
    this.number += 1;
    this.kept = version(text, 5000, "school");
  }
}

async function opened(shelf: Place, server: Server, sent: Version | null = null) {
  const time = new Time();
  const keeper = new Keeper(shelf, server, time);
  const opening = keeper.open(sent);
  await time.pass(10);
  await opening;
  return { keeper, time };
}

describe("the newest version", () => {
  it("is what one begins with, and the rest can be taken", () => {
    const { start, others } = arranged([version("a", 1), version("b", 3, "school"), version("c", 2, "sent")], []);
    expect(start?.text).toBe("b");
    expect(others.map(({ text }) => text)).toEqual(["c", "a"]);
  });

  it("is not offered a second time, and empty texts are not at all", () => {
    const { start, others } = arranged([version("a", 1), version("a", 3, "school"), null], [version(" ", 9)]);
    expect([start?.text, others]).toEqual(["a", []]);
  });
});

describe("a keeper", () => {
  it("writes to this machine soon and to the school after a pause", async () => {
    const [shelf, server] = [new Place(), new Server()];
    const { keeper, time } = await opened(shelf, server);
    keeper.type("x");
    await time.pass(400);
    expect([shelf.here?.text, server.kept, keeper.state.kept]).toEqual(["x", null, "here"]);
    keeper.type("xy");
    await time.pass(1900);
    expect(server.saves).toBe(0);
    await time.pass(200);
    expect([server.kept?.text, keeper.state.kept]).toEqual(["xy", "everywhere"]);
  });

  it("begins with what another device kept later, and lays its own aside", async () => {
    const [shelf, server] = [new Place(version("mine", 10)), new Server(version("theirs", 20, "school"))];
    const { keeper } = await opened(shelf, server);
    expect(keeper.state.start).toBe("theirs");
    expect(shelf.aside.map(({ text }) => text)).toEqual(["mine"]);
  });

  it("brings what was written offline to the school, and keeps what was there", async () => {
    const [shelf, server] = [new Place(version("mine", 30)), new Server(version("theirs", 20, "school"))];
    const { keeper, time } = await opened(shelf, server);
    expect(keeper.state.start).toBe("mine");
    await time.pass(2100);
    expect(server.kept?.text).toBe("mine");
    expect(shelf.aside.map(({ text }) => text)).toEqual(["theirs"]);
  });

  it("asks a school that takes nothing again when something else is written", async () => {
    const [shelf, server] = [new Place(), new Server()];
    const { keeper, time } = await opened(shelf, server);
    server.refuses = true;
    keeper.type("x");
    await time.pass(60_000);
    expect([server.asked, keeper.state.kept, shelf.here?.text]).toEqual([1, "here", "x"]);
    server.refuses = false;
    keeper.type("xy");
    await time.pass(2100);
    expect([server.kept?.text, keeper.state.kept]).toEqual(["xy", "everywhere"]);
  });

  it("begins without the school and comes back to it", async () => {
    const [shelf, server] = [new Place(version("mine", 30)), new Server()];
    server.down = true;
    const { keeper, time } = await opened(shelf, server);
    expect(keeper.state.start).toBe("mine");
    keeper.type("more");
    await time.pass(3000);
    expect([keeper.state.kept, server.saves]).toEqual(["here", 0]);
    server.down = false;
    await time.pass(20_000);
    expect([keeper.state.kept, server.kept?.text]).toEqual(["everywhere", "more"]);
  });

  it("loses neither of two that were written at once, and says so", async () => {
    const [shelf, server] = [new Place(), new Server()];
    const { keeper, time } = await opened(shelf, server);
    server.put("theirs");
    keeper.type("mine");
    await time.pass(3000);
    expect(server.kept?.text).toBe("mine");
    expect(keeper.state.theirs?.text).toBe("theirs");
    expect(shelf.aside.map(({ text }) => text)).toEqual(["theirs"]);
  });

  it("lays aside what is replaced by another version", async () => {
    const [shelf, server] = [new Place(version("mine", 30)), new Server()];
    const { keeper } = await opened(shelf, server, version("sent", 20, "sent"));
    const other = keeper.state.others[0];
    expect(other?.text).toBe("sent");
    if (other) keeper.take(other);
    expect(keeper.state.others.map(({ text }) => text)).toEqual(["mine"]);
    expect(shelf.aside.map(({ text }) => text)).toEqual(["mine"]);
  });

  it("does not wait when the page is left", async () => {
    const [shelf, server] = [new Place(), new Server()];
    const { keeper } = await opened(shelf, server);
    keeper.type("last words");
    keeper.flush();
    await settle();
    expect([shelf.here?.text, server.kept?.text]).toEqual(["last words", "last words"]);
  });

  it("keeps nothing of what was sent", async () => {
    const [shelf, server] = [new Place(version("mine", 30)), new Server()];
    const { keeper, time } = await opened(shelf, server);
    await time.pass(3000);
    keeper.type("the last word");
    await keeper.end();
    keeper.flush();
    keeper.type("too late");
    await time.pass(60_000);
    expect([shelf.here, shelf.aside, server.saves]).toEqual([null, [], 1]);
  });
});
