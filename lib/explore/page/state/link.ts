/** A link that holds the state, and what is made of one that comes from anywhere. */

import type { About, Change, Scene } from "../../protocol.ts";
import { type Placed, readDrawing } from "../draw/shapes.ts";
import { changeKey } from "./changes.ts";
import { firstState, type Look, type State, viewsOf } from "./state.ts";

const START = "#1=";

/** Bounds of what a link may ask for. */
const MOST = { link: 50_000, sentence: 500, changes: 200, strength: 10, name: 200 };

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
    if (hash.length > MOST.link) throw new Refusal("it is too long");
    if (!hash.startsWith(START)) throw new Refusal("it is of another version");
    return stateOf(parsed(hash.slice(START.length)), about);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `This link cannot be opened: ${error.message}. The page shows its first row instead.`;
  }
}

class Refusal extends Error {}

type Held = Readonly<Record<string, unknown>>;

function parsed(text: string): Held {
  try {
    const held: unknown = JSON.parse(decodeURIComponent(text));
    if (isHeld(held)) return held;
  } catch { /* said below */ }
  throw new Refusal("it is damaged");
}

function isHeld(value: unknown): value is Held {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stateOf(held: Held, about: About): State {
  const first = firstState(about);
  const drawing = held.drawing === undefined ? undefined : readDrawing(held.drawing);
  if (held.drawing !== undefined && drawing === undefined) throw new Refusal("its drawing is none");
  const { view, side, head } = held;
  const look: Look = {
    view: viewsOf(about).find((name) => name === view) ?? first.view,
    side: side === "caption" || side === "foil" ? side : first.side,
    head: isHead(head, about) ? head : first.head,
  };
  const changes = changesOf(held.changes, about);
  return { ...first, ...look, now: { ...sceneOf(held, { about, drawing }), changes } };
}

function sceneOf(
  { row, caption, foil, picture }: Held,
  { about, drawing }: { readonly about: About; readonly drawing: readonly Placed[] | undefined },
): { readonly scene: Scene; readonly drawing?: readonly Placed[] } {
  if (row !== undefined) {
    const found = about.rows.find((other) => other.row === row);
    if (found === undefined) throw new Refusal(`this page has no row “${shortened(row)}”`);
    return {
      scene: { row: found.row, caption: found.caption, foil: found.foil, picture: found.picture },
    };
  }
  if (!isSentence(caption) || !isSentence(foil)) {
    throw new Refusal("it has neither a row nor two sentences");
  }
  if (drawing !== undefined) return { scene: { caption, foil, picture: "" }, drawing };
  const seen = about.rows.find((other) => other.picture === picture) ?? about.rows[0];
  if (picture !== undefined && seen?.picture !== picture) {
    throw new Refusal("this page does not have its picture");
  }
  return { scene: { caption, foil, picture: seen?.picture ?? "" } };
}

function changesOf(changes: unknown, about: About): readonly Change[] {
  if (!Array.isArray(changes) || changes.length > MOST.changes) {
    throw new Refusal("its changes are no list");
  }
  const wrong = changes.findIndex((change) => !isHeld(change) || !isChange(change, about));
  if (wrong >= 0) throw new Refusal(`this model cannot be changed as its change ${wrong + 1} says`);
  const read = changes as Change[];
  if (new Set(read.map(changeKey)).size < read.length) throw new Refusal("it has a change twice");
  return read;
}

function isChange(change: Held, about: About): boolean {
  const { kind, layer, position, head, part, from, to, by, strength } = change;
  const isNumber = (value: unknown, low: number, high: number) =>
    typeof value === "number" && Number.isInteger(value) && value >= low && value <= high;
  switch (kind) {
    case "patch":
      return isNumber(layer, 0, about.layers) && isNumber(position, 0, 1000);
    case "knock_out":
      return isHead(head, about);
    case "replace":
      return isPart(part, about);
    case "cut":
      return (from === "negator" || isPart(from, about)) && (to === "score" || isPart(to, about)) &&
        ["queries", "keys", "values", "all", "direct"].includes(by as string);
    case "direction":
      return isNumber(layer, 1, about.layers) && typeof strength === "number" &&
        Math.abs(strength) <= MOST.strength;
    default:
      return false;
  }
}

function isSentence(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && value.length <= MOST.sentence;
}

/** Whether a text is the name of a head of the model. */
function isHead(value: unknown, { layers, heads }: About): value is string {
  const [, layer, head] = matched(value, /^([1-9]\d?)\.([1-9]\d?)$/);
  return Number(layer) <= layers && Number(head) <= heads;
}

function isPart(value: unknown, about: About): boolean {
  return isHead(value, about) || Number(matched(value, /^mlp ([1-9]\d?)$/)[1]) <= about.layers;
}

function matched(value: unknown, pattern: RegExp): readonly string[] {
  return typeof value === "string" ? pattern.exec(value) ?? [] : [];
}

function shortened(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
