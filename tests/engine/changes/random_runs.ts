/** Random sentences of one length, and random runs of them with every change that can be planned. */

import type { RunGroup, RunSentence } from "../../../lib/engine/changes/groups.ts";
import { type PlannedTower, RunPlanner } from "../../../lib/engine/plan/planned_runs.ts";
import {
  add,
  type ChangedRun,
  type Intervention,
  knockOut,
  patch,
} from "../../../lib/hooks/interventions.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import { randomTokens } from "../../token_pairs.ts";

export interface RandomRunOptions extends PlannedTower {
  readonly shape: PlannedTower["shape"] & { readonly width: number };
  readonly end: number; // token that ends every sentence
  readonly length: number; // positions of each sentence
  readonly runs: number; // number of runs
  readonly residual?: boolean; // whether only the residual stream is changed; default: false
  readonly blocks?: number; // number of blocks in which something is changed; default: all
}

export const NAMES = ["negated", "affirmative", "third"] as const; // names of a group's sentences

type Random = ReturnType<typeof seededRandom>;

/** Three sentences, which begin alike, with random runs that take values of one another, or of changed runs two deep. */
export function randomGroup(seed: number, options: RandomRunOptions): RunGroup {
  const random = seededRandom(seed);
  const own = [...randomTokens(options.length - 1, seed), options.end];
  const sentenceOf = (place: number): RunSentence => {
    const ids = own.map((id, position) => {
      if (position < 2 || id === options.end) return id;
      return position === options.length - 2 || random.below(3) === 0 ? id + place : id;
    });
    return { ids, pooled: options.length - 1 };
  };
  const sentences = Object.fromEntries(NAMES.map((name, place) => [name, sentenceOf(place)]));
  const runs: ChangedRun[] = [];
  const sources: (ChangedRun | string)[][] = [[...NAMES], [], []];
  const planner = new RunPlanner(options);
  while (runs.length < options.runs) {
    const depth = random.below(3);
    const from = sources.slice(0, depth + 1).flat();
    const run = randomRun(random, from, options);
    if (planner.planned(run) === undefined) continue;
    sources[depth + 1]?.push(run);
    runs.push(run);
  }
  return { sentences, runs };
}

function randomRun(
  random: Random,
  from: readonly (ChangedRun | string)[],
  options: RandomRunOptions,
): ChangedRun {
  const changes = Array.from(
    { length: 1 + random.below(4) },
    () => randomChange(random, from, options),
  );
  return { of: oneOf(random, NAMES), changes };
}

function randomChange(
  random: Random,
  sources: readonly (ChangedRun | string)[],
  { shape: { layers, heads, width }, length, residual = false, blocks = layers }: RandomRunOptions,
): Intervention {
  const block = `blocks.${random.below(blocks)}`;
  const some = (count: number) =>
    Array.from({ length: count }, (_, i) => i).filter(() => random.below(2) === 0);
  const from = oneOf(random, sources);
  const position = some(length);
  const at = random.below(4) === 0 || position.length === 0 ? {} : { position };
  const head = some(heads);
  const of = random.below(3) === 0 || head.length === 0 ? {} : { head };
  const kind = random.below(residual ? 2 : 7);
  if (kind === 0) return patch(`${block}.hook_resid_pre`, { ...at, from });
  if (kind === 1 && random.below(3) === 0) {
    const vector = Float32Array.from({ length: width }, () => random.below(100) / 50 - 1);
    return add(`${block}.hook_resid_post`, vector, at);
  }
  if (kind === 1) return patch(`${block}.hook_resid_post`, { ...at, from });
  if (kind === 2) return patch(`${block}.hook_mlp_out`, { ...at, from });
  if (kind < 5) {
    const part = oneOf(random, ["q", "k", "v"]);
    return patch(`${block}.attn.hook_${part}`, { ...at, ...of, from });
  }
  if (kind === 5) return patch(`${block}.attn.hook_z`, { ...at, ...of, from });
  const query = some(length);
  return knockOut(`${block}.attn.hook_pattern`, {
    ...of,
    key: 1 + random.below(length - 2),
    ...(random.below(2) === 0 && query.length > 0 && { query }),
    renormalize: random.below(2) === 0,
  });
}

function oneOf<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)]!;
}

type GroupOptions = Partial<Pick<RandomRunOptions, "residual" | "blocks" | "runs" | "length">>;

export function groupOf(text: TextTower, seed: number, options: GroupOptions = {}): RunGroup {
  const { hooks, shape } = text.tower;
  const own = { hooks, shape, end: text.encode("").at(-1)!, length: 7, runs: 40 };
  return randomGroup(seed, { ...own, ...options });
}

export function randomGroups(text: TextTower, seed: number, options: GroupOptions = {}) {
  return [5, 7, 5, 9].map((length, i) => groupOf(text, seed + i, { ...options, length }));
}
