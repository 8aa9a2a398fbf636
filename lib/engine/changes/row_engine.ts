/** The engine that runs a tower row by row, if its graph allows that and the numbers agree. */

import { freeMemory } from "../../onnx/runtime.ts";
import type { RowEnds } from "../rows/row_graphs.ts";
import { idsInput, unit } from "../run/hooked_run.ts";
import { RowStreams } from "../rows/streams.ts";
import {
  type ChangeableTower,
  type ChangedResult,
  dividedGroups,
  type PlannedGroup,
  type RunGroup,
  together,
} from "./groups.ts";
import { type ErrorCode, NegscopeError } from "../../errors/errors.ts";
import { type ChangedRun, patch } from "../../hooks/interventions.ts";
import { generalChanges } from "./general_changes.ts";
import { RunPlanner } from "../plan/planned_runs.ts";

/** Runs groups. Returns the results, one group at a time; no bit depends on the other groups or on the number of streams. */
export function fastChanges(
  streams: RowStreams,
  groups: readonly PlannedGroup[],
): AsyncGenerator<ChangedResult[]> {
  const { shape, count } = streams;
  const parts = dividedGroups(groups, shape, count);
  return streams.inParts(parts, (part) => runPart(streams, groups, part));
}

async function runPart(
  streams: RowStreams,
  groups: readonly PlannedGroup[],
  part: readonly number[],
): Promise<Iterable<ChangedResult[]>> {
  const { ends } = streams;
  const { ids, members } = together(part.map((index) => groups[index]!));
  const x = await embedded(ends, ids, streams.shape.width);
  const { after, places, equals, sentences } = await streams.run({ ids, x, members });
  freeMemory(x);
  const tokens = Array.from(sentences, (sentence) => [ids[sentence]!.at(-1)!]);
  const embeddings = await ends.project(after, idsInput(tokens));
  freeMemory(after);
  return results();

  function* results(): Generator<ChangedResult[]> {
    try {
      let first = 0;
      for (const [i, { sentences, runs }] of members.entries()) {
        const names = new Map(
          Object.entries(sentences).reverse().map(([name, own]) => [own, name]),
        );
        yield runs.map((_, place) => {
          const equal = names.get(equals[first + place]!);
          const embedding = unit(embeddings.row(places[first + place]!).data);
          return {
            index: part[i]!,
            place,
            embedding,
            ...(equal !== undefined && { equals: equal }),
          };
        });
        first += runs.length;
      }
    } finally {
      freeMemory(embeddings.data); // the garbage collector would leave it until hundreds of parts have run
    }
  }
}

/** The residual stream before the first block, [token of all sentences, width]; sentences of equal length run together. */
async function embedded(
  ends: RowEnds,
  ids: readonly (readonly number[])[],
  width: number,
): Promise<Float32Array> {
  const firsts: number[] = [];
  const size = ids.reduce((first, own, i) => (firsts[i] = first, first + own.length), 0);
  const x = new Float32Array(size * width);
  for (const [length, own] of Map.groupBy(ids.keys(), (sentence) => ids[sentence]!.length)) {
    const values = await ends.embed(idsInput(own.map((sentence) => ids[sentence]!)));
    own.forEach((sentence, i) => {
      const from = i * length * width;
      x.set(values.subarray(from, from + length * width), firsts[sentence]! * width);
    });
  }
  return x;
}

export interface RowEngine {
  readonly streams?: RowStreams; // tower's blocks, row by row, if the fast engine can be used
  readonly refusal?: NegscopeError;
}

/** The largest accepted difference of the two engines, as a share of the largest value: they add float32 values in different orders. */
const BOUND = 1e-5;

/** Errors if a graph cannot be run row by row, or gives other numbers that way. */
const REFUSALS: readonly ErrorCode[] = ["sweep-not-fast", "onnx-type-unknown"];
const engines = new WeakMap<
  ChangeableTower,
  { readonly streams: number; readonly engine: Promise<RowEngine> }
>();

/** Loads what the fast engine needs, once, and compares it with the general engine on two token sequences that are always the same. */
export function rowEngine(text: ChangeableTower, streams = 1): Promise<RowEngine> {
  const loaded = engines.get(text);
  if (loaded !== undefined && loaded.streams >= streams) return loaded.engine;
  const engine = chooseEngine(text, streams);
  engines.set(text, { streams, engine });
  engine.catch(() => engines.delete(text)); // a later call may succeed
  return engine;
}

async function chooseEngine(text: ChangeableTower, count: number): Promise<RowEngine> {
  const { tower, family } = text;
  const refused = (reason: string, instead = "") =>
    new NegscopeError("sweep-not-fast", {
      problem: `Cannot sweep "${tower.path}" by the fast engine`,
      reason,
      fix: `the general sweep is used${instead}`,
    });
  if (!family.causal) {
    const reason =
      `${family.name} has no causal mask, so that every position of a run depends on what is patched`;
    return { refusal: refused(reason) };
  }
  if (tower.base !== undefined) {
    return { refusal: refused("an edit changes activations in every run") };
  }
  let streams: RowStreams | undefined;
  try {
    streams = await RowStreams.open(tower, count);
    const difference = await differenceOfEngines(text, streams);
    if (difference <= BOUND) return { streams };
    const [share, most] = [difference.toExponential(1), BOUND.toExponential(0)];
    throw refused(
      `row by row its embeddings differ by ${share} of the largest value, expected at most ${most}, as with half-precision weights`,
      ", or take a float32 export of CLIP",
    );
  } catch (error) {
    await streams?.release();
    if (error instanceof NegscopeError && REFUSALS.includes(error.code)) return { refusal: error };
    throw error;
  }
}

/** The largest difference between the two engines' embeddings, as a share of the largest value; NaN counts as 1. */
async function differenceOfEngines(text: ChangeableTower, streams: RowStreams): Promise<number> {
  const { tower } = text;
  const group = checkGroup(text);
  const planner = new RunPlanner(tower);
  const planned: PlannedGroup = {
    sentences: group.sentences,
    runs: group.runs.map((run) => planner.planned(run)!),
  };
  const collect = async (batches: AsyncIterable<readonly ChangedResult[]>) => {
    const results = (await Array.fromAsync(batches)).flat();
    return results.toSorted((a, b) => a.place - b.place).map(({ embedding }) => embedding);
  };
  const expected = await collect(generalChanges(tower, [group]));
  const found = await collect(fastChanges(streams, [planned]));
  let difference = 0;
  let largest = 0;
  expected.forEach((embedding, run) =>
    embedding.forEach((x, i) => {
      largest = Math.max(largest, Math.abs(x));
      difference = Math.max(difference, Math.abs(x - found[run]![i]!));
    })
  );
  const share = difference / largest;
  return Number.isNaN(share) ? 1 : share;
}

/** Two sequences that differ only in the fourth token, and a patch of each residual vector from there on between first and last block. */
function checkGroup(text: ChangeableTower): RunGroup {
  const [start, end] = [text.encode("")[0]!, text.encode("").at(-1)!];
  const own = Array.from({ length: 8 }, (_, id) => id).filter((id) => id !== start && id !== end);
  const [a, b, no, some, c, d] = own;
  const sentence = (word: number) => {
    const ids = [start, a!, b!, word, c!, d!, end];
    return { ids, pooled: ids.length - 1 };
  };
  const sentences = { negated: sentence(no!), affirmative: sentence(some!) };
  const { layers } = text.tower.shape;
  const positions = sentences.negated.ids.map((_, position) => position).slice(3);
  const runs = Array.from({ length: layers - 1 }, (_, block) => block).flatMap((block) =>
    positions.map((position): ChangedRun => ({
      of: "affirmative",
      changes: [patch(`blocks.${block}.hook_resid_post`, { position, from: "negated" })],
    }))
  );
  return { sentences, runs };
}
