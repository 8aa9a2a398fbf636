/** What the reader has chosen, what can be undone, and the link that holds it. */

import {
  type About,
  type Change,
  checkedChanges,
  type Explorer,
  type ExplorerRow,
  type Measured,
  type RunMap,
  type Scene,
  type Side,
} from "../protocol.ts";
import { type Placed, readDrawing } from "./drawing.tsx";
import { type Answer, problemOf, signed, tokenText } from "./elements.tsx";
import { nameOfPart, type PicturePath } from "../../charts/circuit/sides.ts";

const VIEWS = [
  ...["circuit", "run", "knockouts", "map", "direct", "d", "attention", "pictures"] as const,
];

export type View = typeof VIEWS[number];

/** The tabs that a page has: without an engine only what finished runs have, and of a run only what it has. */
export function viewsOf(about: About): readonly View[] {
  return VIEWS.filter((view) =>
    view === "circuit" || view === "run" ? about[view] !== undefined : about.live
  );
}

/** The mean of a cell over rows as the run's own tables have it, and what it is of; undefined if no row has a value. */
export function meanOver(
  { values, tokens, without }: RunMap,
  ids: readonly string[],
  at: number,
): { readonly mean: number; readonly of: string } | undefined {
  if (ids.every((id) => values[id]![at] === null)) return undefined;
  let [sum, weights, rows] = [0, 0, 0];
  for (const id of ids) {
    const value = values[id]![at] ?? without;
    if (value === undefined) continue;
    const weight = tokens === undefined ? 1 : tokens[id]![at]!;
    sum += weight * value;
    weights += weight;
    rows++;
  }
  const of = weights === rows ? "" : `${weights} tokens of `;
  return { mean: sum / weights, of: `${of}${rows} rows` };
}

export function headsOf({ layers, heads }: About): string[] {
  const nameOf = (i: number) => `${Math.floor(i / heads) + 1}.${i % heads + 1}`;
  return Array.from({ length: layers * heads }, (_, i) => nameOf(i));
}

/** What is computed of, and what undoing brings back. */
interface Choice {
  readonly scene: Scene;
  readonly drawing?: readonly Placed[];
  readonly changes: readonly Change[];
}

interface Look {
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

export interface Page {
  readonly about: About;
  readonly explorer: Explorer;
  readonly state: State;
  readonly measured: Answer<Measured>;
  /** The row of the data that is looked at, and the other row of its block. */
  readonly own: ExplorerRow | undefined;
  readonly other: ExplorerRow | undefined;
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

const MOST_PAST = 500;

export function firstState(about: About): State {
  const { rows } = about;
  const first = rows.find(({ row }) => row === about.first) ?? rows[0];
  const scene = first ? sceneOf(first) : { row: "", caption: "", foil: "", picture: "" };
  const [view] = viewsOf(about) as [View];
  const now = { scene, changes: [] };
  return { now, past: [], future: [], view, side: first?.negated ?? "foil", head: "1.1" };
}

export function sceneOf({ row, caption, foil, picture }: ExplorerRow): Scene {
  return { row, caption, foil, picture };
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
        past: goesOn ? past : [...past, now].slice(-MOST_PAST),
        future: [],
        going,
      };
    }
    case "undo": {
      const before = past.at(-1);
      const undone = { past: past.slice(0, -1), future: [now, ...future], going: undefined };
      return before === undefined ? state : { ...state, ...undone, now: before };
    }
    case "redo": {
      const [next, ...later] = future;
      const redone = { past: [...past, now], future: later, going: undefined };
      return next === undefined ? state : { ...state, ...redone, now: next };
    }
  }
}

/** A choice without the patches of other sentences, whose positions would be those of other words. */
function withFitting(choice: Choice, before: Choice): Choice {
  const { scene: { caption, foil }, changes } = choice;
  if (caption === before.scene.caption && foil === before.scene.foil) return choice;
  return { ...choice, changes: changes.filter(({ kind }) => kind !== "patch") };
}

/** What two changes have in common of which only one can be there. */
export function changeKey(change: Change): string {
  const parts: Readonly<Record<string, unknown>> = { ...change, strength: undefined };
  return JSON.stringify(Object.keys(parts).sort().map((name) => [name, parts[name]]));
}

export function hasChange(changes: readonly Change[], change: Change): boolean {
  return changes.some((other) => changeKey(other) === changeKey(change));
}

export function toggled(changes: readonly Change[], change: Change): readonly Change[] {
  return hasChange(changes, change) ? without(changes, change) : [...changes, change];
}

/** Puts a change into the list, or takes it out; the head of a change is the one whose attention is shown. */
export function changer({ state, choose, look }: Page) {
  return (change: Change) => {
    choose({ changes: toggled(state.now.changes, change) });
    if (change.kind === "knock_out") look({ head: change.head });
    if (change.kind === "replace" && /^\d/.test(change.part)) look({ head: change.part });
  };
}

/** The changes with one in the place of its like; a direction of strength 0 is none. */
export function replaced(changes: readonly Change[], change: Change): readonly Change[] {
  if (change.kind === "direction" && change.strength === 0) return without(changes, change);
  const at = changes.findIndex((other) => changeKey(other) === changeKey(change));
  return at < 0 ? [...changes, change] : changes.with(at, change);
}

export function without(changes: readonly Change[], change: Change): readonly Change[] {
  return changes.filter((other) => changeKey(other) !== changeKey(change));
}

/** The cut of an arrow of the circuit's picture, whose MLPs have other names. */
export function cutOf({ from, to, by }: PicturePath): Change {
  const name = (end: typeof from | typeof to) => nameOfPart(end).replace("MLP", "mlp");
  return { kind: "cut", from: name(from), to: name(to), by };
}

export function changeText(change: Change, measured: Measured | undefined): string {
  switch (change.kind) {
    case "patch": {
      const { tokens, negated } = measured ?? {};
      const token = negated && tokens![negated][change.position]?.text;
      const where = token === undefined ? `position ${change.position}` : `“${tokenText(token)}”`;
      const layer = change.layer === 0 ? "the embedding" : `layer ${change.layer}`;
      return `Patch ${layer} at ${where}`;
    }
    case "knock_out":
      return `Knock out ${change.head}: it no longer reads the negator`;
    case "replace":
      return `Replace ${shown(change.part)} by what it has in the negated sentence`;
    case "cut":
      return `Cut ${shown(change.from)} → ${shown(change.to)}${BY[change.by]}`;
    case "direction": {
      const strength = signed(change.strength, 1);
      return `Add ${strength} × the negation direction after layer ${change.layer}`;
    }
  }
}

const BY = { queries: " (queries)", keys: " (keys)", values: " (values)", all: "", direct: "" };

function shown(part: string): string {
  return part.replace("mlp", "MLP");
}

const START = "#1=";

const LIMITS = { link: 50_000, sentence: 500 };

/** The part of the address that holds a state; a picture of the reader's that was not drawn here stays here. */
export function linkOf({ now, view, side, head }: State, about: About): string {
  const { scene: { row, caption, foil, picture }, drawing, changes } = now;
  const isOfData = about.rows.some((other) => other.picture === picture);
  const scene = row !== undefined && row !== "" ? { row } : { caption, foil };
  const seen = row === undefined && isOfData ? { picture } : {};
  const held = { ...scene, ...seen, drawing, changes, view, side, head };
  return START + encodeURIComponent(JSON.stringify(held));
}

/** The state of a link, or a line that says why it is refused; undefined for no link. */
export function readLink(hash: string, about: About): State | string | undefined {
  if (hash === "" || hash === "#") return undefined;
  try {
    return stateIn(hash, about);
  } catch (error) {
    const isText = error instanceof SyntaxError || error instanceof URIError;
    const why = isText ? "it is damaged" : problemOf(error);
    return `This link cannot be opened: ${why}. The page shows its first row instead.`;
  }
}

type Held = Readonly<Record<string, unknown>>;

function stateIn(hash: string, about: About): State {
  if (hash.length > LIMITS.link) throw new Error("it is too long");
  if (!hash.startsWith(START)) throw new Error("it is of another version");
  const held: Held = JSON.parse(decodeURIComponent(hash.slice(START.length))) ?? {};
  const changes = checkedChanges(held.changes, about);
  if (new Set(changes.map(changeKey)).size < changes.length) {
    throw new Error("it has a change twice");
  }
  const first = firstState(about);
  return {
    ...first,
    view: viewsOf(about).find((name) => name === held.view) ?? first.view,
    side: held.side === "caption" || held.side === "foil" ? held.side : first.side,
    head: headsOf(about).find((name) => name === held.head) ?? first.head,
    now: { ...shownIn(held, about), changes },
  };
}

function shownIn(
  { row, caption, foil, picture, drawing: drawn }: Held,
  { rows }: About,
): Omit<Choice, "changes"> {
  const drawing = drawn === undefined ? undefined : readDrawing(drawn);
  if (drawn !== undefined && drawing === undefined) throw new Error("its drawing is none");
  if (row !== undefined) {
    const found = rows.find((other) => other.row === row);
    if (found !== undefined) return { scene: sceneOf(found) };
    const name = (typeof row === "string" ? row : JSON.stringify(row)).slice(0, 40);
    throw new Error(`this page has no row “${name}”`);
  }
  if (!isSentence(caption) || !isSentence(foil)) {
    throw new Error("it has neither a row nor two sentences");
  }
  if (drawing !== undefined) return { scene: { caption, foil, picture: "" }, drawing };
  const seen = rows.find((other) => other.picture === picture) ?? rows[0];
  if (picture !== undefined && seen?.picture !== picture) {
    throw new Error("this page does not have its picture");
  }
  return { scene: { caption, foil, picture: seen?.picture ?? "" } };
}

function isSentence(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && value.length <= LIMITS.sentence;
}
