import { assert, assertEquals } from "@std/assert";
import { Clip } from "../../../../lib/runtime/clip.ts";
import type { TextTower } from "../../../../lib/model/text/text_tower.ts";
import { generalKnockout, knockOutHeads } from "../../../../lib/experiments/knockout/knockout.ts";
import { preparePairs } from "../../../../lib/subject/prepare.ts";
import {
  fastKnockout,
  fitsFastKnockout,
  type KnockedOut,
} from "../../../../lib/experiments/sweep/fast/fast_knockout.ts";
import { negatorOf, type SentenceWord, twinOf } from "../../../../lib/experiments/sweep/word.ts";
import { SweepStreams } from "../../../../lib/experiments/sweep/streams/streams.ts";
import {
  chosen,
  formsOf,
  SMALL,
  STANDARD_PAIRS,
  type Study,
  studyPairs,
  TINY,
} from "../../../studies.ts";
import { assertClose } from "../assert_close.ts";
import { randomTokens, tokenPair } from "../random_pairs.ts";

async function withStreams(
  study: Study,
  use: (text: TextTower, streams: SweepStreams) => Promise<void>,
  { suffix = "", threads = 1, count = 1 } = {},
): Promise<void> {
  await using clip = await Clip.load(study.model, { ...chosen(suffix), threads, towers: ["text"] });
  await use(clip.text, await SweepStreams.open(clip.text.tower, count));
}

async function byRun(batches: AsyncIterable<KnockedOut[]>): Promise<Map<string, Float32Array>> {
  const results = (await Array.fromAsync(batches)).flat();
  return new Map(
    results.map(({ index, layer, head, embedding }) => [`${index}: ${layer}.${head}`, embedding]),
  );
}

/** Sentences of several lengths that begin alike, some of them prefixes of others, with negators at several positions. */
function kin(text: TextTower): SentenceWord[] {
  const stem = randomTokens(12, 1);
  return [
    ...[4, 5, 6, 9, 12].map((length) => tokenPair(text, stem.slice(0, length))),
    ...[4, 6, 8].map((length) => tokenPair(text, [...stem.slice(0, length), 300, 301])),
    tokenPair(text, stem, { negator: 1 }),
    tokenPair(text, stem, { negator: 4 }),
  ].map(({ pair }) => negatorOf(pair));
}

/** Compares the fast schedule with the general engine, with the other weights unchanged and divided by their sum. */
async function assertAsGeneral(
  text: TextTower,
  streams: SweepStreams,
  words: readonly SentenceWord[],
): Promise<void> {
  for (const renormalize of [false, true]) {
    assertClose(
      await byRun(fastKnockout(streams, words, renormalize)),
      await byRun(generalKnockout(text, words, renormalize)),
    );
  }
}

for (const study of [TINY, SMALL]) {
  for (const suffix of formsOf(study)) {
    Deno.test({
      name:
        `fastKnockout() gives the embeddings of the general engine with export "${suffix}" of ${study.label}`,
      ignore: !study.exists,
      fn: () =>
        withStreams(study, async (text, streams) => {
          const rows = await studyPairs(study);
          const { distinct } = preparePairs(text, rows, { protocol: "rephrased" });
          const words = distinct.flatMap((pair) => [negatorOf(pair), twinOf(pair)!]);
          assert(words.every(fitsFastKnockout));
          await assertAsGeneral(text, streams, words);
        }, { suffix }),
    });
  }
}

Deno.test("fastKnockout() gives the embeddings of the general engine for sentences that begin alike", () =>
  withStreams(
    TINY,
    (text, streams) => assertAsGeneral(text, streams, [...kin(text), kin(text)[0]!]),
  ));

for (const count of [1, 2]) {
  Deno.test(`fastKnockout() gives a word the same bits alone and among others, streams ${count}`, () =>
    withStreams(TINY, async (text, streams) => {
      const words = kin(text);
      const many = [...words, ...randomWords(text, 60)];
      const [together, reversed] = await Promise.all(
        [many, many.toReversed()].map((own) => byRun(fastKnockout(streams, own, false))),
      );
      const alone = await SweepStreams.open(text.tower, 1);
      for (const [index, word] of words.entries()) {
        for (const [place, embedding] of await byRun(fastKnockout(alone, [word], false))) {
          const at = (i: number) => place.replace("0:", `${i}:`);
          assertEquals(together!.get(at(index)), embedding, at(index));
          assertEquals(reversed!.get(at(many.length - 1 - index)), embedding, at(index));
        }
      }
    }, { count }));
}

function randomWords(text: TextTower, count: number): SentenceWord[] {
  return Array.from(
    { length: count },
    (_, i) => negatorOf(tokenPair(text, randomTokens(18, i)).pair),
  );
}

Deno.test("knockOutHeads() chooses the engine word by word", () =>
  withStreams(TINY, async (text) => {
    const rows = await studyPairs(TINY, { file: STANDARD_PAIRS, protocol: "standard" });
    const { distinct } = preparePairs(text, rows, { protocol: "standard" });
    const words = distinct.map(negatorOf);
    const mixed = [{ ...words[0]!, position: 0 }, ...words]; // the first position
    assertEquals(mixed.map(fitsFastKnockout), [false, ...words.map(() => true)]);
    const found = await byRun(knockOutHeads(text, mixed));
    assertClose(found, await byRun(generalKnockout(text, mixed, false)));
  }));
