/** Runs a list of changed runs on every sentence pair, with roles in place of positions. */

import { runChanges } from "../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../engine/changes/groups.ts";
import { ActivationCache } from "../../hooks/cache.ts";
import { type ChangedRun, type Intervention, patch } from "../../hooks/interventions.ts";
import { asRun, PLACE_KEYS } from "../../hooks/selection.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../embeddings.ts";
import { type GroupResult, oncePerPair } from "../rows/once_per_group.ts";
import type { AlignedPair } from "../rows/prepare.ts";
import type { ScoredPair } from "../rows/score_rows.ts";
import {
  type PairPlaces,
  patchTokens,
  placeInterventions,
  placesOf,
  positionsOf,
  type Sources,
} from "../sentences/placing.ts";

export interface SweepParts {
  readonly text: TextTower;
  readonly embedded: { readonly sentences: Embeddings; readonly images: Embeddings };
  /** The places of the sentences that caches may come from. */
  readonly sources: Sources;
  readonly progress?: Progress | undefined;
}

interface PlacedRuns {
  readonly indices: readonly number[];
  readonly runs: readonly ChangedRun[];
}

/**
 * Scores every row with each run; each distinct sentence pair runs once. Returns for each row S of each run; undefined where the sentence
 * has no token of a role.
 */
export async function sweepScores(
  rows: readonly ScoredPair[],
  runs: readonly ChangedRun[],
  { text, embedded, sources, progress }: SweepParts,
): Promise<(readonly (number | undefined)[])[]> {
  const placing = new Placing(runs, sources);
  const scored = await oncePerPair(rows, {
    text,
    images: embedded.images,
    sizeOf: (pair) => placing.of(pair).runs.length,
    run: (pairs) => runPairs(text, pairs, { placing, sentences: embedded.sentences }),
    progress,
  });
  return rows.map(({ aligned }, row) => {
    const scores = new Array<number | undefined>(runs.length).fill(undefined);
    placing.of(aligned).indices.forEach((index, i) => scores[index] = scored[row]![i]);
    return scores;
  });
}

/** Runs some pairs; a run that must be equal to an unchanged one has the embedding that the pair's score was made of. */
async function* runPairs(
  text: TextTower,
  pairs: readonly AlignedPair[],
  { placing, sentences }: { readonly placing: Placing; readonly sentences: Embeddings },
): AsyncGenerator<GroupResult[]> {
  const groups = pairs.map((pair): RunGroup => {
    const { negated, affirmative } = pair;
    return { sentences: { negated, affirmative }, runs: placing.of(pair).runs };
  });
  for await (const results of runChanges(text, groups)) {
    yield results.map(({ index, place, embedding, equals }) => {
      const known = equals === undefined
        ? undefined
        : sentences.get(pairs[index]![equals as keyof PairPlaces].sentence);
      return { index, place, embedding: known ?? embedding };
    });
  }
}

/** Gives runs their positions in each pair; pairs with the same roles share them. */
class Placing {
  readonly #runs: readonly ChangedRun[];
  readonly #sources: Sources;
  readonly #known = new Map<string, PlacedRuns>();
  /** Whether a cache is patched in, whose sentence decides the positions too. */
  readonly #ofCaches: boolean;

  constructor(runs: readonly ChangedRun[], sources: Sources) {
    [this.#runs, this.#sources] = [runs, sources];
    this.#ofCaches = runs.some(takesFromCache);
  }

  /** The runs of a pair that its sentences have the roles for. */
  of(pair: AlignedPair): PlacedRuns {
    const places = placesOf(pair);
    const key = [places.negated, places.affirmative]
      .map(({ text, roles, negator }) => `${this.#ofCaches ? text : ""} ${roles} ${negator}`)
      .join("\n");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const placed = this.#runs.map((run) => placedRun(run, places, this.#sources));
    const made = {
      indices: [...placed.keys()].filter((index) => placed[index] !== undefined),
      runs: placed.filter((run) => run !== undefined),
    };
    this.#known.set(key, made);
    return made;
  }
}

function takesFromCache({ changes = [] }: ChangedRun): boolean {
  return changes.some((change) => "from" in change && change.from instanceof ActivationCache);
}

/** A run with positions in place of roles; undefined if the sentence lacks a role. */
function placedRun(run: ChangedRun, pair: PairPlaces, sources: Sources): ChangedRun | undefined {
  const placed: Intervention[] = [];
  for (const change of run.changes ?? []) {
    const own = placedChange(change, run.of, { pair, sources });
    if (own === undefined) return undefined;
    placed.push(...own);
  }
  return { of: run.of, changes: placed };
}

function placedChange(
  change: Intervention,
  of: string,
  { pair, sources }: { readonly pair: PairPlaces; readonly sources: Sources },
): Intervention[] | undefined {
  if (change.kind === "edit" || !(of in pair)) return [change]; // the run reports an unknown sentence
  const places = pair[of as keyof PairPlaces];
  const roles = PLACE_KEYS.flatMap((key) => {
    const role = change[key];
    return typeof role === "string" ? [{ key, role, at: positionsOf(role, places) }] : [];
  });
  if (roles.some(({ at }) => at.length === 0)) return undefined;
  if (change.kind !== "patch" || change.from instanceof ActivationCache) {
    return placeInterventions([change], [places], sources).map(withoutRow);
  }
  const source = asRun(change.from);
  const from = (source.changes ?? []).length === 0 ? source : placedRun(source, pair, sources);
  if (from === undefined) return undefined;
  const taken = roles.map(({ role, at }) =>
    source.of in pair ? positionsOf(role, pair[source.of as keyof PairPlaces]) : at
  );
  if (taken.some(({ length }) => length === 0)) return undefined;
  const { hook, kind: _, ...where } = change;
  const positions = Object.fromEntries(roles.map(({ key, at }) => [key, at]));
  return patchTokens(patch(hook, { ...where, ...positions, from }), roles, taken);
}

/** An intervention on all rows of a run, of which there is one. */
function withoutRow(change: Intervention): Intervention {
  if (change.kind === "edit") return change;
  const { row: _, ...others } = change;
  return others;
}
