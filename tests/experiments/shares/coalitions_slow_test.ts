import { assert, assertEquals } from "@std/assert";
import type { Role } from "../../../lib/data/roles.ts";
import { fastCoalitions } from "../../../lib/experiments/shares/fast_coalitions.ts";
import { generalCoalitions } from "../../../lib/experiments/shares/general_coalitions.ts";
import {
  type CoalitionResult,
  coalitionsOf,
  playersOf,
  type PlayingPair,
} from "../../../lib/experiments/shares/players.ts";
import { groupAlike } from "../../../lib/experiments/sweep/fast/groups.ts";
import { generalSweep } from "../../../lib/experiments/sweep/general_sweep.ts";
import { SweepStreams } from "../../../lib/experiments/sweep/streams/streams.ts";
import { Clip } from "../../../lib/runtime/clip.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { preparePairs } from "../../../lib/subject/prepare.ts";
import { chosen, FORMS, SMALL, type Study, studyPairs, TINY } from "../../studies.ts";
import { assertClose } from "../sweep/assert_close.ts";
import { randomTokens, tokenPair } from "../sweep/random_pairs.ts";

async function withText(
  study: Study,
  use: (text: TextTower) => Promise<void>,
  { suffix = "", threads = 1 } = {},
): Promise<void> {
  const clip = await Clip.load(study.model, { ...chosen(suffix), threads, towers: ["text"] });
  try {
    await use(clip.text);
  } finally {
    await clip.release();
  }
}

async function byRun(batches: AsyncIterable<CoalitionResult[]>) {
  const results = (await Array.fromAsync(batches)).flat();
  const places = results.map(({ index, layer, coalition }) =>
    `pair ${index}, layer ${layer}, coalition ${coalition}`
  );
  assertEquals(new Set(places).size, places.length, "each run has one result");
  return new Map(results.map(({ embedding }, i) => [places[i]!, embedding]));
}

const opened = new WeakMap<TextTower, Promise<SweepStreams>>();

async function fast(text: TextTower, pairs: readonly PlayingPair[]) {
  const streams = opened.get(text) ?? SweepStreams.open(text.tower, text.tower.threads);
  opened.set(text, streams);
  return await byRun(fastCoalitions(await streams, pairs));
}

async function general(text: TextTower, pairs: readonly PlayingPair[]) {
  return await byRun(generalCoalitions(text.tower, pairs));
}

/** A pair of generated tokens whose positions from the negator on have these roles. */
function playing(
  text: TextTower,
  body: readonly number[],
  { roles = framed(body.length), negator = 3, some = 6 } = {},
): PlayingPair {
  const { pair } = tokenPair(text, body, { negator, some });
  const before = pair.roles.slice(0, negator);
  return { ...pair, roles: [...before, ...roles] };
}

/** The roles of "There are no X … ." from the negator on, in a sentence of so many tokens between start and end. */
function framed(length: number): Role[] {
  const further = new Array<Role>(length - 5).fill("subject_further");
  return ["negator", "subject_first", ...further, "full_stop", "eot"];
}

/** Pairs of several lengths and roles that begin alike, some of them prefixes of others, some twice. */
function kin(text: TextTower): PlayingPair[] {
  const stem = randomTokens(9, 1);
  return [
    ...[5, 6, 9].map((length) => playing(text, stem.slice(0, length))),
    ...[5, 7].map((length) => playing(text, [...stem.slice(0, length), 300])),
    playing(text, stem.slice(0, 6), { roles: ["negator", "after", "after", "after", "eot"] }),
    playing(text, stem.slice(0, 3), { roles: ["negator", "eot"] }),
    playing(text, stem.slice(0, 6), { roles: ["after", "eot", "negator", "after", "eot"] }),
    playing(text, stem, { some: 7 }),
    playing(text, stem.slice(0, 6)),
  ];
}

for (const study of [TINY, SMALL]) {
  for (const suffix of study === TINY ? FORMS : [""]) {
    Deno.test({
      name:
        `fastCoalitions() gives the embeddings of the general engine with export "${suffix}" of ${study.label}`,
      ignore: !study.exists,
      fn: () =>
        withText(study, async (text) => {
          const { distinct } = preparePairs(text, await studyPairs(study), {
            protocol: "rephrased",
          });
          const pairs = study === TINY ? distinct : distinct.slice(0, 3);
          const found = await fast(text, pairs);
          const runs = pairs.map((pair) => coalitionsOf(playersOf(pair)).length);
          const sets = text.tower.shape.layers - 1;
          assertEquals(found.size, sets * runs.reduce((sum, count) => sum + count));
          assertClose(found, await general(text, pairs));
        }, { suffix }),
    });
  }
}

Deno.test("fastCoalitions() gives the embeddings of the general engine for pairs that begin alike, whatever their roles", () =>
  withText(TINY, async (text) => {
    assertClose(await fast(text, kin(text)), await general(text, kin(text)));
  }));

for (const engine of ["fast", "general"] as const) {
  Deno.test(`${engine}Coalitions() gives a pair the same bits alone and among others`, () =>
    withText(TINY, async (text) => {
      const run = engine === "fast" ? fast : general;
      const pairs = engine === "fast" ? kin(text) : kin(text).slice(1, 5);
      const together = await run(text, pairs);
      const reversed = await run(text, pairs.toReversed());
      for (const [index, pair] of pairs.entries()) {
        for (const [place, embedding] of await run(text, [pair])) {
          const at = (i: number) => place.replace("pair 0", `pair ${i}`);
          assertEquals(together.get(at(index)), embedding, at(index));
          assertEquals(reversed.get(at(pairs.length - 1 - index)), embedding, at(index));
        }
      }
    }));
}

Deno.test("fastCoalitions() gives the same bits in two threads, and nothing for no pairs", async () => {
  const found: Map<string, Float32Array>[] = [];
  for (const threads of [1, 2]) {
    await withText(TINY, async (text) => {
      assertEquals(text.tower.threads, threads);
      found.push(await fast(text, kin(text)));
      assertEquals(await fast(text, []), new Map());
      assertEquals(await general(text, []), new Map());
    }, { threads });
  }
  assertEquals(found[0], found[1]);
});

Deno.test("groupAlike() asks for the rows of each pair by its index, since pairs of equal length have other players", () => {
  const pairs = Array.from({ length: 6 }, (_, i) => ({
    ...{ negated: [1, 5, 9 - i], affirmative: [1, 6, 9 - i], negator: 1 },
  }));
  const rowsUpTo = (length: number, _: number, index: number) =>
    length < 3 ? 0 : index === 5 ? 30_000 : 100;
  const groups = groupAlike(pairs, { indices: [...pairs.keys()], rowsUpTo, streams: 1 });
  assertEquals(groups.map(({ members, rows }) => [members, rows]), [
    [[5], 30_000],
    [[4, 3, 2, 1, 0], 500],
  ]);
});

Deno.test("generalCoalitions() takes more pairs of a length than it has in memory at once", () =>
  withText(TINY, async (text) => {
    const pairs = Array.from({ length: 35 }, (_, i) => playing(text, randomTokens(5, i)));
    const found = await general(text, pairs);
    assertEquals(found.size, 35 * 2 * 14);
    assertClose(found, await fast(text, pairs));
  }));

Deno.test("the runs of single players are those of a trace at one position", () =>
  withText(TINY, async (text) => {
    const body = randomTokens(5, 3);
    const found = await fast(text, [playing(text, body)]);
    const traced = tokenPair(text, body);
    let compared = 0;
    for await (const results of generalSweep(text.tower, [traced], "resid")) {
      for (const { cell: { layer, position }, embedding } of results) {
        const own = found.get(`pair 0, layer ${layer}, coalition ${1 << (position - 3)}`)!;
        assertClose(new Map([["", own]]), new Map([["", embedding]]));
        compared++;
      }
    }
    assert(compared === 2 * 4, `${compared}`);
  }));
