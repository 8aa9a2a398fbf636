/** What the explorer's page asks of its engine, and what it is answered: the same from a worker of the page and from the local server. */

import type { PictureSide } from "../charts/circuit/sides.ts";
import type { Negation } from "../data/pairs.ts";
import type { Role } from "../data/align.ts";
import type { Segment } from "../study/rows/score_rows.ts";
import type { Saliency } from "../study/image_scores.ts";
import { unknownName, wrongValue } from "../errors/errors.ts";
import { type Node, type NodeSizes, readNode } from "../tables/nodes.ts";

export const TITLE = "Where does CLIP keep “no”?";

export const LEAD =
  "CLIP scores how well a sentence fits a picture: S. It tells “a dog” from “no dog” if the true sentence has the higher score, by d. Change one part of its text encoder here, and see what answers.";

export type Side = Negation;

/** What is looked at: two sentences and a picture, of the data or the reader's. */
export interface Scene {
  /** The row's id; absent for sentences or a picture of the reader's. */
  readonly row?: string;
  readonly caption: string;
  readonly foil: string;
  /** A picture of the data by its name, or one that `addPicture` named. */
  readonly picture: string;
}

/**
 * One change of the model, in the words of the tasks. All changes of a list act together, in any order; values that are put into a
 * sentence are those of the other sentence as it is under its changes.
 */
export type Change =
  /** The residual stream of the negated sentence at a layer (0: the embeddings) and a position of it, put into the affirmative sentence: one cell of `trace`. */
  | { readonly kind: "patch"; readonly layer: number; readonly position: number }
  /** A head of the negated sentence no longer attends to the negator: `knockout`. Heads are written as in all tables, "5.3". */
  | { readonly kind: "knock_out"; readonly head: string }
  /** A head or MLP ("5.3", "mlp 6") of the affirmative sentence gets what it has in the negated one, at all positions. */
  | { readonly kind: "replace"; readonly part: string }
  /**
   * An arrow of the circuit is cut: in the affirmative sentence `to` reads of `from` what it has in the negated one, as in `paths`. From
   * "negator" or a part, to a head or "score". By queries, keys or values into a head; `all` is what reaches a head from the negator; into
   * the score it is `direct`.
   */
  | {
    readonly kind: "cut";
    readonly from: string;
    readonly to: string;
    readonly by: "queries" | "keys" | "values" | "all" | "direct";
  }
  /** Strength times the mean difference (negated minus affirmative) of the data's sentences at EOT, added there to both sentences after a layer from 1. */
  | { readonly kind: "direction"; readonly layer: number; readonly strength: number };

export interface Token {
  readonly text: string;
  /** Absent where the sentences cannot be aligned, and for a token without a counterpart in the other sentence. */
  readonly role?: Role;
}

export interface Scores {
  readonly caption: number;
  readonly foil: number;
  readonly d: number;
  readonly segment: Segment;
}

export interface Measured {
  readonly tokens: Readonly<Record<Side, readonly Token[]>>;
  /** Which sentence has the negator; absent if there are no maps. */
  readonly negated?: Side;
  /** Why there are no maps and no changes but directions, as a sentence without a full stop; absent if there are. */
  readonly noMap?: string;
  readonly before: Scores;
  readonly after: Scores;
  /** d of the block's other row before and after the changes; absent if the row has no block. */
  readonly other?: { readonly before: number; readonly after: number };
}

/** Numbers by position, head or part (rows) and layer (columns), as in the kit's figures. */
export interface Grid {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** values[row][column]; null where the cell cannot be measured. */
  readonly values: readonly (readonly (number | null)[])[];
}

/**
 * A map of a scene: `map`, the effects that `trace` writes of it, by position of the negated sentence and layer (0: the embeddings);
 * `knockouts`, how much of d is lost when a head no longer attends to the negator (`knockout.csv`); `direct`, what each head and the MLP
 * write directly into d (`attribution.csv`), which sum to 1; the attention of one head in a sentence, by reader and what is read; or, from
 * one of its positions, what makes the head look at the negator: by sender, and whether it writes at the negator or at the reader, what it
 * adds to the score before softmax, less that at the word in the negator's place (`looks.csv`). The largest, and the sum of all others.
 */
export type GridOf = "map" | "knockouts" | "direct" | {
  readonly head: string;
  readonly side: Side;
  readonly from?: number | undefined;
};

export interface Explained extends Saliency {
  readonly said: readonly string[];
  /** What the model sees of the picture, row by row: greys from 0 to 255. */
  readonly greys: readonly number[];
}

export interface ExplorerRow extends Scene {
  readonly row: string;
  readonly negated: Side;
  readonly scores: Scores;
  /** The row of the same two sentences whose picture makes the other one true; the two are a block. */
  readonly other?: string;
}

export interface RunValues {
  readonly task: string;
  readonly maps: readonly RunMap[];
  /** Tables with more values than a page holds. */
  readonly left: readonly string[];
}

/** A value of every row and cell, of which the run's tables have the means. */
export interface RunMap {
  /** Its part of the run, and the column. */
  readonly name: string;
  readonly about: string;
  /** Roles, or heads and other parts. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly of: string;
  /** By the row's id: the cells of the first row of the map, then those of the next; null where nothing was measured. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  /** Of the same cells, the tokens that a row's value counts for in a mean over rows. @default {a row counts once} */
  readonly tokens?: Readonly<Record<string, readonly number[]>>;
  /** What a row without a value counts as beside rows that have one. @default {it does not count} */
  readonly without?: number;
}

export interface About {
  readonly model: string;
  readonly data: string;
  readonly layers: number;
  readonly heads: number;
  /** Whether the page can compute. False in a static page about a large model: maps of finished runs are shown, and nothing can be changed. */
  readonly live: boolean;
  readonly rows: readonly ExplorerRow[];
  readonly first?: string;
  /** How many rows of the data are not among `rows`, which are at most 2,000. */
  readonly more: number;
  /** The circuit that an atlas of the model found, as `circuitPicture()` of lib/charts draws it. */
  readonly circuit?: {
    readonly title: string;
    readonly roles: readonly Role[];
    readonly sides: readonly (PictureSide & { readonly negation: Side })[];
  };
  readonly findings?: readonly string[];
  readonly run?: RunValues;
  readonly version: string;
}

/** Every failure is a rejection with an Error that has the message of a NegscopeError. Calls are answered one after the other. */
export interface Explorer {
  about(): Promise<About>;
  /** The bytes of a picture of the data or one that was added, as PNG, JPEG or WebP. */
  picture(name: string): Promise<Blob>;
  /** Takes a picture of the reader's (dropped or drawn; at most 20 MB), and returns the name by which scenes may mention it. */
  addPicture(bytes: Uint8Array): Promise<string>;
  measure(scene: Scene, changes: readonly Change[]): Promise<Measured>;
  /** A map of the model as changed; shares are those of d as it is then. */
  grid(scene: Scene, changes: readonly Change[], of: GridOf): Promise<Grid>;
  explain(scene: Scene): Promise<Explained>;
  /** All pictures of the data by S with one sentence, best first. */
  ranking(
    scene: Scene,
    changes: readonly Change[],
    side: Side,
  ): Promise<readonly { readonly picture: string; readonly score: number }[]>;
  /** TypeScript that does the same with the kit, for a row of the data. */
  script(scene: Scene, changes: readonly Change[]): Promise<string>;
}

/** What the page finds in `explore.json` beside it. */
export interface Place {
  /** Where its engine is: in a worker of the page, in the local server, or nowhere, since the page has finished maps or is not whole. */
  readonly engine: "worker" | "server" | "maps" | "none";
  readonly files?: Readonly<Record<string, string>>;
}

const CALLS = [
  ...["about", "picture", "addPicture", "measure", "grid", "explain", "ranking", "script"] as const,
] as const satisfies readonly (keyof Explorer)[];

export type Call = typeof CALLS[number];

export type Outcome = { readonly value: unknown } | { readonly error: string };

export async function outcomeOf(
  engine: Promise<Explorer>,
  name: string,
  args: readonly unknown[],
): Promise<Outcome> {
  try {
    const call = CALLS.find((own) => own === name);
    if (call === undefined) throw unknownName({ doing: "call", name, known: CALLS });
    const opened = await engine;
    const made = opened[call].bind(opened) as (...args: readonly unknown[]) => Promise<unknown>;
    return { value: await made(...args) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

export function remoteEngine(
  send: (call: Call, args: readonly unknown[]) => Promise<Outcome>,
): Explorer {
  const calls = CALLS.map((call) => [call, async (...args: readonly unknown[]) => {
    const outcome = await send(call, args);
    if ("value" in outcome) return outcome.value;
    throw new Error(outcome.error);
  }]);
  return Object.fromEntries(calls);
}

export type Of<Kind extends Change["kind"]> = Extract<Change, { readonly kind: Kind }>;

const MOST = { changes: 200, strength: 10 };

export function checkedChanges(given: unknown, { layers, heads }: NodeSizes): readonly Change[] {
  if (!Array.isArray(given) || given.length > MOST.changes) {
    throw wrongValue("make changes", given, `a list of at most ${MOST.changes} changes`);
  }
  const check = (change: Change): boolean => {
    const isLayer = (first: number) => {
      const { layer } = change as Of<"patch">;
      return Number.isInteger(layer) && layer >= first && layer <= layers;
    };
    switch (change?.kind) {
      case "patch":
        return isLayer(0) && Number.isInteger(change.position) && change.position >= 0;
      case "direction":
        return isLayer(1) && Number.isFinite(change.strength) &&
          Math.abs(change.strength) <= MOST.strength;
      case "knock_out":
        return nodeIn(change.head, { layers, heads })?.kind === "head";
      case "replace":
        return nodeIn(change.part, { layers, heads }) !== undefined;
      case "cut":
        return isArrow(change, { layers, heads });
      default:
        return false;
    }
  };
  const wrong = given.find((change) => !check(change));
  if (wrong === undefined) return given;
  throw wrongValue(
    "make change",
    JSON.stringify(wrong)?.slice(0, 200),
    `a patch, knock_out, replace, cut or direction in ${layers} layers of ${heads} heads`,
  );
}

export function nodeIn(name: unknown, { layers, heads }: NodeSizes): Node | undefined {
  const node = typeof name === "string" ? readNode(name) : undefined;
  const isIn = node !== undefined && node.layer >= 1 && node.layer <= layers &&
    (node.head === undefined || node.head >= 1 && node.head <= heads);
  return isIn ? node : undefined;
}

function isArrow({ from, to, by }: Of<"cut">, sizes: NodeSizes): boolean {
  const start = nodeIn(from, sizes);
  if (by === "direct") return to === "score" && start !== undefined;
  const end = nodeIn(to, sizes);
  if (end?.kind !== "head") return false;
  if (by === "all") return from === "negator";
  return ["queries", "keys", "values"].includes(by) &&
    (from === "negator" || start?.kind === "head" && start.layer < end.layer);
}
