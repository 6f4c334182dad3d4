import type { Tone } from "~/ui/Status";
import type { Track } from "./phase";

export const STATE_TONES: Record<Track["status"], Tone> = { waiting: "calm", active: "calm", completed: "good" };
