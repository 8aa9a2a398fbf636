import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { knockOut, type Patch, patch } from "../../../lib/hooks/interventions.ts";
import type { Tensor } from "../../../lib/hooks/tensor.ts";
import type { StudySentence } from "../../../lib/study/sentences/row.ts";
import {
  LONG,
  ONE,
  SHARED,
  SHORT,
  type SmallStudy,
  STANDARD,
  withStudy,
} from "../small_studies.ts";

const RESID = "blocks.1.hook_resid_post";
const PATTERN = "blocks.*.attn.hook_pattern";

/** S of a sentence with its negator knocked out as a key, by number. */
async function blind(sentence: StudySentence, key: number | undefined): Promise<number> {
  return await sentence.score({
    interventions: key === undefined ? [] : [knockOut(PATTERN, { key })],
  });
}

const BLINDED = [
  // study, for each row the negator's position in the negated and in the affirmative sentence
  [STANDARD, [[3, undefined], [3, 3], [1, undefined]]],
  [SHARED, [[3, 3], [1, 1]]],
  [ONE, [[3, undefined]]],
] as const;

for (const [study, keys] of BLINDED) {
  const ids = study.pairs.map(({ id }) => id);
  Deno.test(`Study.score() changes each row at its own pair's negator: ${ids}, ${study.protocol}`, () =>
    withStudy(study, async (study) => {
      const interventions = [knockOut(PATTERN, { key: "negator" })];
      const changed = await study.score({ interventions });
      const plain = await study.score();
      for (const [i, [negated, affirmative]] of keys.entries()) {
        const row = await study.row(ids[i]!);
        const { s_caption, s_foil, d } = changed.rows[i]!;
        assertAlmostEquals(s_caption, await blind(row.negated, negated), 1e-4); // float32 logits
        assertAlmostEquals(s_foil, await blind(row.affirmative, affirmative), 1e-4);
        assertNotEquals(d, plain.rows[i]!.d);
        if (affirmative === undefined) assertEquals(s_foil, plain.rows[i]!.s_foil);
      }
      assertNotEquals(changed.compare(plain).rows.at(-1)!.change, 0);
    }));
}

Deno.test("a patch finds the role in its source by the row's own pair", () =>
  withStudy(SHARED, async (study) => {
    for (const [id, position] of [["first", 3], ["second", 1]] as const) {
      const { negated, affirmative } = await study.row(id);
      for (const [source, target] of [[negated, affirmative], [affirmative, negated]] as const) {
        const from = await source.cache(RESID); // the affirmative sentence is in both pairs
        const by = async (place: number | string) =>
          await target.score({ interventions: [patch(RESID, { position: place, from })] });
        assertEquals(await by("negator"), await by(position));
        assertNotEquals(await by("negator"), await target.score());
      }
    }
  }));

const HOOK = "blocks.0.attn.hook_pattern";

/** One weight of a pattern: its place by query and key. */
type Weight = readonly [number, number];

const MOVED: readonly {
  readonly what: string;
  readonly study: SmallStudy;
  readonly source: string;
  readonly target: readonly [string, "negated" | "affirmative"];
  readonly places: Omit<Patch, "kind" | "hook" | "from">;
  /** The weights to replace and their replacements, for a sentence of this length. */
  readonly moves: (length: number) => readonly (readonly [to: Weight, from: Weight])[];
}[] = [
  {
    ...{ what: "query and key, of a sentence of another length", study: STANDARD },
    ...{ source: "inserted", target: ["inserted", "affirmative"] },
    places: { query: "full_stop", key: "subject_first" },
    moves: () => [[[4, 3], [5, 4]]],
  },
  {
    ...{ what: "key, of another pair", study: SHARED, source: "second" },
    target: ["first", "negated"],
    places: { key: "negator" },
    moves: (length) => Array.from({ length }, (_, query) => [[query, 3], [query, 1]]),
  },
  {
    ...{ what: "query, of another pair", study: SHARED, source: "second" },
    target: ["first", "negated"],
    places: { query: "negator" },
    moves: (length) => Array.from({ length }, (_, key) => [[3, key], [1, key]]),
  },
  {
    ...{ what: "key, with the source's given by fromKey", study: SHARED, source: "second" },
    target: ["first", "negated"],
    places: { query: 5, key: "negator", fromKey: 2 },
    moves: () => [[[5, 3], [5, 2]]],
  },
  {
    what: "several tokens, up to the number that both sentences have",
    study: { pairs: [SHORT, LONG], protocol: "rephrased" },
    source: "short", // one token after the subject's first
    target: ["long", "negated"], // three tokens after it
    places: { query: "eot", key: "subject_further" },
    moves: () => [[[9, 5], [7, 5]]],
  },
];

for (const { what, study, source, target: [id, which], places, moves } of MOVED) {
  Deno.test(`a patch at a role takes the source's weights at its role: ${what}`, () =>
    withStudy(study, async (study) => {
      const { negated } = await study.row(source);
      const from = await negated.cache(HOOK);
      const sentence = (await study.row(id))[which];
      const plain = (await sentence.cache(HOOK)).row(HOOK, 0);
      const taken = from.row(HOOK, 0);
      const expected = Float32Array.from(plain.data);
      const at = (own: Tensor, [query, key]: Weight) => own.stride(0) + query * own.stride(1) + key; // of head 1
      for (const [to, place] of moves(sentence.tokens.length)) {
        expected[at(plain, to)] = taken.data[at(taken, place)]!;
      }
      assertNotEquals(expected, plain.data);
      const interventions = [patch(HOOK, { from, head: 1, ...places })];
      const patched = await sentence.cache(HOOK, { interventions });
      assertEquals(patched.row(HOOK, 0).data, expected);
    }));
}
