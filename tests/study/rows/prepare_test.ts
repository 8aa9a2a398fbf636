import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { onDisk } from "../../../lib/files/read_file.ts";
import type { Clip } from "../../../lib/runtime/open_runtime.ts";
import { loadClipConfig } from "../../../lib/model/forms/settings.ts";
import { CLIP } from "../../../lib/model/families.ts";
import { SentenceReader } from "../../../lib/model/text/text_tower.ts";
import { loadSiglipTokenizer } from "../../../lib/model/text/siglip_tokenizer.ts";
import type { Role } from "../../../lib/data/align.ts";
import type { Negation, Pair } from "../../../lib/data/pairs.ts";
import {
  checkMinimalPairs,
  isMinimalPair,
  preparePairs,
  sentencePairKey,
  sentencePairsText,
} from "../../../lib/study/rows/prepare.ts";
import { SIGLIP_TINY, STANDARD_PAIRS, studyPairs, TINY, withClip } from "../../studies.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { segmentOf, SEGMENTS } from "../../../lib/study/rows/score_rows.ts";
import { rowsOfShard, sampleRows } from "../../../lib/study/rows/left_out.ts";

function pair(id: string, caption: string, foil: string, more: Partial<Pair> = {}): Pair {
  return { id, image: "photo.jpg", negation: "foil", caption, foil, ...more };
}

const withText = (test: (text: Clip["text"]) => void | Promise<void>) =>
  withClip(TINY, async ({ text }) => await test(text));

Deno.test("preparePairs() prepares each pair of sentences once, whichever of them is the caption", () =>
  withText(async (text) => {
    const pairs = await studyPairs(TINY);
    const { distinct, indexOfRow } = preparePairs(text, pairs, { protocol: "rephrased" });
    // Row 7 (boat-absent) has the sentences of row 1 (boat-seen), row 8 those of row 2.
    assertEquals(indexOfRow, [0, 1, 2, 3, 4, 5, 0, 1]);
    assertEquals(distinct.map(({ key }) => key), pairs.slice(0, 6).map(sentencePairKey));
  }));

Deno.test("preparePairs() gives tokens, roles, alignment and the position that is embedded", () =>
  withText((text) => {
    const pairs = [pair("boat", "There is a boat.", "There is no boat.")];
    const [boat] = preparePairs(text, pairs, { protocol: "rephrased" }).distinct;
    const sentenceOf = (word: string) => {
      const sentence = `There is ${word} boat.`;
      const tokens = ["<|startoftext|>", "there", "is", word, "boat", ".", "<|endoftext|>"];
      return { sentence, ids: text.encode(sentence), tokens, pooled: 6 };
    };
    assertEquals(boat, {
      key: "There is no boat.\nThere is a boat.",
      ...{ negated: sentenceOf("no"), affirmative: sentenceOf("a") },
      alignment: [0, 1, 2, 3, 4, 5, 6],
      roles: ["sot", "there", "is_are", "negator", "subject_first", "full_stop", "eot"],
      negator: 3,
    });
  }));

Deno.test("sentencePairKey() tells apart pairs whose sentences hold line feeds and NUL", () => {
  const parts = ["A", "\n", "\0", "\0n", "\0z", "z", "n"];
  const longer = (texts: string[]) => texts.flatMap((text) => parts.map((part) => text + part));
  const sentences = [...new Set([...parts, ...longer(parts), ...longer(longer(parts))])];
  const keys = sentences.flatMap((caption) =>
    sentences.map((foil) => sentencePairKey(pair("a", caption, foil)))
  );
  assertEquals(new Set(keys).size, sentences.length ** 2);
});

Deno.test("sentencePairsText() counts a pair of sentences twice if either is the caption or the negated one", () => {
  const absent = pair("a", "No dog.", "A dog.", { negation: "caption" });
  const same = pair("b", "A dog.", "No dog.");
  const exchanged = pair("c", "No dog.", "A dog."); // the affirmative sentence is given as negated
  const text = (...pairs: Pair[]) => sentencePairsText(pairs);
  assertEquals(text(absent, same), "2 distinct sentence pairs (1 whichever sentence is true)");
  assertEquals(text(same), "1 distinct sentence pair");
  assertEquals(text(same, exchanged), "2 distinct sentence pairs");
  assertEquals(text(absent, exchanged), "2 distinct sentence pairs");
});

Deno.test("preparePairs() keeps the negator of each row of one sentence pair", () =>
  withText((text) => {
    const row = (id: string, negator?: number) =>
      pair(id, "There is a boat.", "There is no boat.", negator === undefined ? {} : { negator });
    const rows = [row("found"), row("same", 3), row("other", 4), row("other again", 4)];
    const { distinct, indexOfRow } = preparePairs(text, rows, { protocol: "standard" });
    assertEquals(indexOfRow, [0, 0, 1, 1]);
    assertEquals(distinct.map(({ negator }) => negator), [3, 4]);
    const given = () => preparePairs(text, rows, { protocol: "rephrased", dataPath: "x.csv" });
    const said = 'Cannot use 2 of 4 rows from "x.csv"';
    const { details } = assertThrowsCode(given, "data-rows-unusable", said);
    const wrong = "its negator must be at position 3, where the sentences differ, but it is 4";
    assertEquals(details, [`pair "other": ${wrong}`, `pair "other again": ${wrong}`]);
  }));

/** Tokens of SigLIP's (`unigram`) or SigLIP 2's (`pairs`) kind, padded to 16 positions. */
async function siglipTokens(name: string): Promise<SentenceReader> {
  const file = new URL(`../../fixtures/siglip-tokenizers/${name}.json`, import.meta.url);
  const { text } = await loadClipConfig(onDisk(TINY.model));
  const sizes = { ...text, maxPositions: 16 };
  const positions = { fewest: 1, padded: true, classTokens: 0 };
  const family = { ...CLIP, positions, pooled: (ids: readonly number[]) => ids.length - 1 };
  return new SentenceReader(await loadSiglipTokenizer(onDisk(fileURLToPath(file)), sizes), family);
}

Deno.test("preparePairs() gives roles without a start token, with padding, and with the file's negator", async () => {
  const stops: [string, Role[]][] = [["unigram", []], ["pairs", ["full_stop"]]];
  for (const [name, stop] of stops) {
    const text = await siglipTokens(name);
    const given = await studyPairs(TINY); // negators counted after a start token
    const { distinct } = preparePairs(text, given, { protocol: "rephrased" });
    const boat = distinct[0]!;
    const roles: Role[] = ["there", "is_are", "negator", "subject_first", ...stop, "eot"];
    const padding = new Array<Role>(15 - roles.length).fill("pad");
    assertEquals(boat.roles, [...roles, ...padding, "pooled"]);
    assertEquals([boat.negator, boat.negated.pooled, boat.negated.tokens[2]], [2, 15, "no"]);
  }
});

const START = 1;
const END = 2;

function pairOf(negated: readonly number[], affirmative: readonly number[]) {
  const sentence = (ids: readonly number[]) => (
    { sentence: "", ids, tokens: ids.map(String), pooled: ids.indexOf(END) }
  );
  return { negated: sentence(negated), affirmative: sentence(affirmative), negator: 2 };
}

Deno.test("isMinimalPair() takes only sentences of equal length that differ at the negator alone", () => {
  const affirmative = [START, 5, 6, 7, END];
  const fits = (negated: readonly number[]) => isMinimalPair(pairOf(negated, affirmative));
  assertEquals(fits([START, 5, 9, 7, END]), true);
  assertEquals(fits([START, 5, 6, 7, END]), false); // equal
  assertEquals(fits([START, 5, 9, 8, END]), false); // another difference
  assertEquals(fits([START, 8, 6, 7, END]), false); // elsewhere
  assertEquals(fits([START, 5, 9, 7, 7, END]), false); // longer
  assertEquals(isMinimalPair(pairOf([START, 5, 9, END, END], [START, 5, 6, END, END])), false);
});

Deno.test("checkMinimalPairs() takes the rows of the rephrased protocol, and names the first other row", () =>
  withClip(TINY, async ({ text }) => {
    const rowsOf = async (file: string, protocol: "rephrased" | "standard") => {
      const pairs = await studyPairs(TINY, { file, protocol });
      const { distinct, indexOfRow } = preparePairs(text, pairs, { protocol });
      return pairs.map((pair, row) => ({ pair, aligned: distinct[indexOfRow[row]!]! }));
    };
    const { family } = text;
    const rows = await rowsOf(TINY.pairs, "rephrased");
    checkMinimalPairs("shares", { family, rows });
    const others = await rowsOf(STANDARD_PAIRS, "standard");
    const first = others.find(({ aligned }) => !isMinimalPair(aligned))!;
    const checking = () => checkMinimalPairs("shares", { family, rows: [...rows, ...others] });
    const said = `Cannot run shares on row "${first.pair.id}": "${first.pair.caption}" and`;
    assertThrowsCode(checking, "pair-not-minimal", said);
  }));

Deno.test("checkMinimalPairs() refuses a model without a causal mask", () =>
  withClip(SIGLIP_TINY, ({ text: { family } }) => {
    const checking = () => checkMinimalPairs("shares", { family, rows: [] });
    assertThrowsCode(checking, "model-unfit: has no causal mask");
    return Promise.resolve();
  }));

Deno.test("segmentOf() has the bounds -1 and 1 of the paper", () => {
  const below = (x: number) => x - Number.EPSILON;
  assertEquals(segmentOf(below(-1)), "incorrect");
  assertEquals(segmentOf(-1), "ambiguous");
  assertEquals(segmentOf(0), "ambiguous");
  assertEquals(segmentOf(below(1)), "ambiguous");
  assertEquals(segmentOf(1), "correct");
  assertEquals(SEGMENTS.map((segment) => segment), ["correct", "ambiguous", "incorrect"]);
});

/** Rows as in VALSE, whose file begins with one side. */
function rowsOf(captions: number, foils: number): Pair[] {
  const sides = [...Array(captions).fill("caption"), ...Array(foils).fill("foil")] as Negation[];
  return sides.map((negation, i) => ({
    ...{ id: `${i}`, image: "a.png", negation },
    ...{ caption: `There is no ${i}.`, foil: `There is a ${i}.` },
  }));
}

const sides = (rows: readonly Pair[]) =>
  (["caption", "foil"] as const).map((side) => rows.filter((row) => row.negation === side).length);

Deno.test("sampleRows() gives each negated side its share, though the file begins with one", () => {
  const rows = rowsOf(256, 249);
  assertEquals(sides(sampleRows(rows, 24, 0)), [12, 12]);
  assertEquals(sides(sampleRows(rows, 101, 0)), [51, 50]);
  assertEquals(sides(sampleRows(rowsOf(990, 10), 20, 0)), [19, 1]); // at least one
  assertEquals(sides(sampleRows(rowsOf(10, 990), 20, 0)), [1, 19]);
  assertEquals(sides(sampleRows(rowsOf(1, 99), 2, 0)), [1, 1]);
  assertEquals(sides(sampleRows(rowsOf(99, 1), 2, 0)), [1, 1]);
  assertEquals(sides(sampleRows(rowsOf(0, 9), 4, 0)), [0, 4]);
  assertEquals(sides(sampleRows(rowsOf(9, 0), 4, 0)), [4, 0]);
  assertEquals(sides(sampleRows(rowsOf(990, 10), 1, 0)), [1, 0]);
  assertEquals(sides(sampleRows(rowsOf(10, 990), 1, 0)), [0, 1]);
});

Deno.test("sampleRows() keeps the order of the file, all rows where they are few, and depends on the seed alone", () => {
  const rows = rowsOf(60, 40);
  const ids = (limit: number, seed: number) => sampleRows(rows, limit, seed).map(({ id }) => +id);
  assertEquals(ids(30, 7), ids(30, 7).toSorted((a, b) => a - b));
  assertNotEquals(ids(30, 7), ids(30, 8));
  assertEquals(new Set(ids(30, 7)).size, 30);
  for (let limit = 1; limit < 100; limit++) {
    assert(new Set(ids(limit, 3)).isSubsetOf(new Set(ids(limit + 1, 3))), `${limit}`);
  }
  for (const limit of [100, 101, undefined]) assert(sampleRows(rows, limit, 0) === rows);
});

Deno.test("rowsOfShard() takes every n-th row from the k-th", () => {
  const rows = rowsOf(3, 4);
  const ids = (k: number) => rowsOfShard(rows, { k, n: 3 }).map(({ id }) => id);
  assertEquals([1, 2, 3].map(ids), [["0", "3", "6"], ["1", "4"], ["2", "5"]]);
});
