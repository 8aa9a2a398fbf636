/** What the reader has chosen, with what can be undone. */

import type { About, Change, Explorer, Measured, Scene, Side } from "../../protocol.ts";
import type { Placed } from "../draw/shapes.ts";
import type { Answer } from "./answers.ts";

const VIEWS = ["circuit", "run", "heads", "tokens", "direct", "attention", "pictures"] as const;

export type View = typeof VIEWS[number];

/** The tabs that a page has: without an engine only what finished runs have, and of a run only what it has. */
export function viewsOf(
  { circuit, run, live }: Pick<About, "circuit" | "run" | "live">,
): readonly View[] {
  return VIEWS.filter((view) => {
    if (view === "circuit") return circuit !== undefined;
    if (view === "run") return run !== undefined;
    return live;
  });
}

export function headsOf({ layers, heads }: Pick<About, "layers" | "heads">): string[] {
  return Array.from(
    { length: layers * heads },
    (_, i) => `${Math.floor(i / heads) + 1}.${i % heads + 1}`,
  );
}

/** What is computed of, and what undoing brings back. */
export interface Choice {
  readonly scene: Scene;
  /** What the picture was drawn from, if it was drawn here. */
  readonly drawing?: readonly Placed[];
  readonly changes: readonly Change[];
}

/** What is looked at, which is not undone. */
export interface Look {
  readonly view: View;
  readonly side: Side;
  readonly head: string;
}

export interface State extends Look {
  readonly now: Choice;
  readonly past: readonly Choice[];
  readonly future: readonly Choice[];
  /** What was done last, if doing it again goes on with it, as with a slider. */
  readonly going?: string | undefined;
}

/** What each part of the page shows, and what it does. */
export interface Page {
  readonly about: About;
  readonly explorer: Explorer;
  readonly state: State;
  readonly measured: Answer<Measured>;
  /** What goes on with what is already going is undone together with it. */
  readonly choose: (choice: Partial<Choice>, going?: string) => void;
  readonly look: (look: Partial<Look>) => void;
  readonly act: (action: Action) => void;
}

export type Action =
  | { readonly do: "choose"; readonly choice: Partial<Choice>; readonly going?: string }
  | { readonly do: "look"; readonly look: Partial<Look> }
  | { readonly do: "open"; readonly state: State }
  | { readonly do: "undo" | "redo" };

const MOST = 500;

/** A row with a difference that is easy to see, and the circuit or the heads. */
export function firstState(about: About): State {
  const { rows } = about;
  const first = rows.find(({ d, negated }) => d > 3 && negated === "foil") ?? rows[0];
  const { row = "", caption = "", foil = "", picture = "", negated = "foil" } = first ?? {};
  const view = viewsOf(about)[0]!;
  const now = { scene: { row, caption, foil, picture }, changes: [] };
  return { now, past: [], future: [], view, side: negated, head: "1.1" };
}

export function after(state: State, action: Action): State {
  const { now, past, future } = state;
  switch (action.do) {
    case "look":
      return { ...state, ...action.look };
    case "open":
      return action.state;
    case "choose": {
      const { choice, going } = action;
      const goesOn = going !== undefined && going === state.going;
      const next = { ...now, ...choice };
      const kept = choice.drawing !== undefined || next.scene.picture === now.scene.picture;
      const { drawing: _, ...undrawn } = next;
      return {
        ...state,
        now: withFitting(kept ? next : undrawn, now),
        past: goesOn ? past : [...past, now].slice(-MOST),
        future: [],
        going,
      };
    }
    case "undo": {
      const [before] = past.slice(-1);
      return before === undefined ? state : {
        ...state,
        ...{ now: before, past: past.slice(0, -1), future: [now, ...future], going: undefined },
      };
    }
    case "redo": {
      const [next, ...later] = future;
      return next === undefined ? state : {
        ...state,
        ...{ now: next, past: [...past, now], future: later, going: undefined },
      };
    }
  }
}

/** A choice without the patches of other sentences, whose positions would be those of other words. */
function withFitting(choice: Choice, before: Choice): Choice {
  const { scene: { caption, foil }, changes } = choice;
  if (caption === before.scene.caption && foil === before.scene.foil) return choice;
  if (!changes.some(({ kind }) => kind === "patch")) return choice;
  return { ...choice, changes: changes.filter(({ kind }) => kind !== "patch") };
}
