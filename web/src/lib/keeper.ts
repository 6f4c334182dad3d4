/**
 * Keeps what somebody writes: on this machine at once, at the school after a pause, and nothing is ever lost. When two
 * devices wrote, the newer text is offered and the other one is laid aside, where it can be taken from.
 */

import { arranged, asides, distinct, type Version } from "./versions";

export type Shelf = {
  read(): Promise<Version | null>;
  write(version: Version): Promise<void>;
  readAside(): Promise<Version[]>;
  writeAside(versions: Version[]): Promise<void>;
  clear(): Promise<void>;
};

export type School = {
  /** What is kept there, and the tag that says so. */
  read(): Promise<{ version: Version | null; tag: string }>;
  /** The new tag. Throws `Changed` when something else is kept there by now, `Refused` when it takes nothing. */
  save(text: string, tag: string): Promise<string>;
};

export class Changed extends Error {}

/** The school takes nothing here, whatever the reason: it is asked again when something else is written. */
export class Refused extends Error {}

export type World = { now(): number; later(ms: number, call: () => void): () => void };

export type Kept = "nothing" | "here" | "everywhere";
export type State = {
  ready: boolean;
  start: string;
  others: readonly Version[];
  kept: Kept;
  /** What another device wrote meanwhile. */
  theirs: Version | null;
};

const SHELF_PAUSE = 300;
const SCHOOL_PAUSE = 2000;
const TRY_AGAIN = 15_000;
const PATIENCE = 4000;

export class Keeper {
  state: State = { ready: false, start: "", others: [], kept: "nothing", theirs: null };

  private text = "";
  private saved: string | null = null;
  private tag: string | null = null;
  private opening: Promise<void> | null = null;
  private saving: Promise<void> | null = null;
  private ended = false;
  private timers: { shelf?: () => void; school?: () => void } = {};
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly shelf: Shelf,
    private readonly school: School,
    private readonly world: World,
  ) {}

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Finds out what there is. `sent` is what was sent last in this language. */
  open(sent: Version | null): Promise<void> {
    this.opening ??= this.begin(sent);
    return this.opening;
  }

  type(text: string): void {
    if (this.ended) return;
    this.text = text;
    this.timers.shelf?.();
    this.timers.shelf = this.world.later(SHELF_PAUSE, () => this.toShelf());
    this.soon(SCHOOL_PAUSE);
    if (this.state.kept !== "nothing") this.become({ kept: "nothing" });
  }

  /** It was sent: nothing is left to keep, here or at the school. */
  async end(): Promise<void> {
    this.ended = true;
    this.timers.shelf?.();
    this.timers.school?.();
    this.timers = {};
    await this.shelf.clear().catch(() => undefined);
  }

  /** The page is left, or the network is back: nothing waits any longer. */
  flush(): void {
    if (!this.state.ready || this.ended) return;
    if (this.timers.shelf) this.toShelf();
    if (this.text !== this.saved) void this.toSchool();
  }

  /** Another version is taken: what was there before is laid aside. */
  take(version: Version): void {
    const mine: Version = { text: this.text, at: this.world.now(), from: "aside" };
    this.layAside([mine], version.text);
    this.become({ theirs: null });
  }

  dismiss(): void {
    this.become({ theirs: null });
  }

  private async begin(sent: Version | null): Promise<void> {
    const [here, aside, there] = await Promise.all([
      this.shelf.read().catch(() => null),
      this.shelf.readAside().catch(() => []),
      this.asked(),
    ]);
    this.tag = there?.tag ?? null;
    this.saved = there ? (there.version?.text ?? "") : null;
    const { start, others } = arranged([here, there?.version ?? null, sent], aside);
    this.text = start?.text ?? "";
    this.become({ ready: true, start: this.text, others, kept: this.text === this.saved ? "everywhere" : "here" });
    // What this machine had and what the school had is about to be written over: neither is lost.
    const mortal = [here, there?.version ?? null].filter((each) => each && each.text !== this.text);
    if (mortal.some(Boolean)) await this.shelf.writeAside(asides(others)).catch(() => undefined);
    if (start?.from === "here" && this.text !== this.saved) this.soon(SCHOOL_PAUSE);
  }

  /** Who is offline begins at once with what is here. */
  private asked(): Promise<Awaited<ReturnType<School["read"]>> | null> {
    const patience = new Promise<null>((resolve) => void this.world.later(PATIENCE, () => resolve(null)));
    return Promise.race([this.school.read().catch(() => null), patience]);
  }

  private toShelf(): void {
    this.timers.shelf?.();
    delete this.timers.shelf;
    const version: Version = { text: this.text, at: this.world.now(), from: "here" };
    this.shelf.write(version).then(
      () => this.text === version.text && this.state.kept === "nothing" && this.become({ kept: "here" }),
      () => undefined,
    );
  }

  private soon(ms: number): void {
    if (this.ended) return;
    this.timers.school?.();
    this.timers.school = this.world.later(ms, () => void this.toSchool());
  }

  private toSchool(): Promise<void> {
    this.timers.school?.();
    delete this.timers.school;
    this.saving ??= this.saveAll().finally(() => {
      this.saving = null;
    });
    return this.saving;
  }

  private async saveAll(): Promise<void> {
    try {
      while (this.text !== this.saved && !this.ended) {
        const text = this.text;
        if (this.tag === null) await this.hear();
        this.tag = await this.school.save(text, this.tag ?? "");
        this.saved = text;
      }
      this.become({ kept: "everywhere" });
    } catch (error) {
      if (error instanceof Changed) {
        this.tag = null;
        this.soon(0);
      } else if (!(error instanceof Refused)) {
        this.soon(TRY_AGAIN);
      }
    }
  }

  /** What another device wrote meanwhile is laid aside, and said. */
  private async hear(): Promise<void> {
    const { version, tag } = await this.school.read();
    this.tag = tag;
    if (!version || version.text === this.text || version.text === this.saved) return;
    this.layAside([{ ...version, from: "school" }], null);
    this.become({ theirs: version });
  }

  private layAside(versions: Version[], taken: string | null): void {
    const others = distinct([...versions, ...this.state.others]).filter(({ text }) => text !== taken);
    this.become({ others });
    this.shelf.writeAside(asides(others)).catch(() => undefined);
  }

  private become(changed: Partial<State>): void {
    this.state = { ...this.state, ...changed };
    for (const listener of [...this.listeners]) listener();
  }
}
