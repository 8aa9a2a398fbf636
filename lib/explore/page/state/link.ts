/** A link that holds the state, and what is made of one that comes from anywhere. */

import type { About, Change, Scene } from "../../protocol.ts";
import { type Placed, readDrawing } from "../draw/shapes.ts";
import { checkedChanges } from "../../engine/checked_changes.ts";
import { problemOf } from "./answers.ts";
import { changeKey } from "./changes.ts";
import { firstState, headsOf, type Look, type State, viewsOf } from "./state.ts";

const START = "#1=";

const MOST = { link: 50_000, sentence: 500 };

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
  let held: unknown;
  try {
    held = JSON.parse(decodeURIComponent(text));
  } catch { /* said below */ }
  if (typeof held === "object" && held !== null && !Array.isArray(held)) return held as Held;
  throw new Refusal("it is damaged");
}

function stateOf(held: Held, about: About): State {
  const first = firstState(about);
  const drawing = held.drawing === undefined ? undefined : readDrawing(held.drawing);
  if (held.drawing !== undefined && drawing === undefined) throw new Refusal("its drawing is none");
  const { view, side, head } = held;
  const look: Look = {
    view: viewsOf(about).find((name) => name === view) ?? first.view,
    side: side === "caption" || side === "foil" ? side : first.side,
    head: headsOf(about).find((name) => name === head) ?? first.head,
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

function changesOf(given: unknown, about: About): readonly Change[] {
  try {
    const changes = checkedChanges(given, about);
    if (new Set(changes.map(changeKey)).size === changes.length) return changes;
  } catch (error) {
    throw new Refusal(problemOf(error));
  }
  throw new Refusal("it has a change twice");
}

function isSentence(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && value.length <= MOST.sentence;
}

function shortened(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
