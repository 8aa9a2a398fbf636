import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import {
  type Intervention,
  knockOut,
  type Patch,
  patch,
  zero,
} from "../../../lib/hooks/interventions.ts";
import type { Tensor } from "../../../lib/hooks/tensor.ts";
import type { StudyRow, StudySentence } from "../../../lib/study/sentences/row.ts";
import {
  FIRST,
  INSERTED,
  LONG,
  ONE,
  pair,
  SECOND,
  SHARED,
  SHORT,
  type SmallStudy,
  STANDARD,
  START,
  withStudy,
} from "../small_studies.ts";
import type { Study } from "../../../lib/runs/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";

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

/** Runs the negated sentence of row "inserted" with an intervention. */
function ofNegated(make: (row: StudyRow, study: Study) => Promise<Intervention> | Intervention) {
  return async (study: Study) => {
    const row = await study.row("inserted");
    return await row.negated.embed({ interventions: [await make(row, study)] });
  };
}

/** A patch at the end token from a cache of other sentences. */
function fromOthers(...texts: string[]) {
  return ofNegated(async (_, { text }) => {
    const { cache: from } = await text.runWithCache(texts, [RESID]);
    return patch(RESID, { position: "eot", from });
  });
}

/** Scores a study with options that a script without types may give. */
const scored = (options: object) => (study: Study) => study.score(options as never);

type Refused = readonly [
  use: (study: Study) => Promise<unknown>,
  code: Parameters<typeof assertRejectsCode>[1],
  message: string,
];

const REFUSED: readonly (readonly [what: string, study: SmallStudy, ...Refused])[] = [
  [
    "a role that no sentence of the study has",
    ONE,
    scored({ interventions: [zero(RESID, { position: "before" })] }),
    "role-absent",
    `Cannot change "${RESID}" at "before": no sentence that is run has such a token`,
  ],
  [
    "a role that the sentence lacks",
    STANDARD,
    async (study) => {
      const { affirmative } = await study.row("inserted");
      return await affirmative.embed({ interventions: [zero(RESID, { position: "negator" })] });
    },
    "role-absent",
    `Cannot change "${RESID}" at "negator": no sentence that is run has such a token`,
  ],
  [
    "a query and a key that no sentence has together",
    { pairs: [INSERTED, START], protocol: "standard" },
    scored({ interventions: [knockOut(PATTERN, { query: "after", key: "there" })] }),
    "role-absent",
    `Cannot change "${PATTERN}" at "after" and "there": no sentence that is run has such tokens`,
  ],
  [
    "a source that the study does not know",
    STANDARD,
    fromOthers("A dog ."),
    "patch-source-unclear",
    `Cannot patch "${RESID}" at "eot": the cache is of "A dog .", which is no sentence of the study`,
  ],
  [
    "a source without the role",
    STANDARD,
    ofNegated(async ({ affirmative }) =>
      patch(RESID, { position: "negator", from: await affirmative.cache(RESID) })
    ),
    "patch-source-unclear",
    `Cannot patch "${RESID}" at "negator": the cache is of "There are birds.", which has no such token`,
  ],
  [
    "a source of other pairs that have its role at different places",
    {
      pairs: [FIRST, SECOND, pair("third", "There is no boat.", "There is a boat.")],
      protocol: "rephrased",
    },
    async (study) => {
      const from = await (await study.row("first")).affirmative.cache(PATTERN);
      const interventions = [patch("blocks.0.attn.hook_pattern", { key: "negator", from })];
      return await (await study.row("third")).negated.embed({ interventions });
    },
    "patch-source-unclear",
    'Cannot patch "blocks.0.attn.hook_pattern" at "negator": the cache is of "There are some birds.", which has it at other positions',
  ],
  [
    "a cache of the wrong number of rows",
    STANDARD,
    fromOthers("A dog .", "A boat ."),
    "sizes-differ",
    `Cannot patch "${RESID}": the cache has 2 rows and the run 1`,
  ],
  [
    "a row that the cache lacks",
    STANDARD,
    ofNegated(async ({ negated }) =>
      patch(RESID, { position: "eot", from: await negated.cache(RESID), fromRow: 4 })
    ),
    "index-outside",
    `Cannot read row 4 of "${RESID}"`,
  ],
  [
    "a row that does not exist",
    STANDARD,
    ofNegated(() => zero(RESID, { row: 5, position: "negator" })),
    "index-outside",
    `Cannot select row 5 of "${RESID}": expected a whole number from 0 to 0`,
  ],
];

for (const [what, study, use, code, message] of REFUSED) {
  Deno.test(`an intervention is refused: ${what}`, () =>
    withStudy(study, async (study) => {
      await assertRejectsCode(() => use(study), code, message);
    }));
}

const given = (interventions: unknown) => scored({ interventions });

const MISSPELT: readonly Refused[] = [
  [scored({ intervention: [zero(RESID)] }), "name-unknown", 'there is no "intervention"'],
  [given(zero(RESID, { position: "eot" })), "value-wrong", "put a single intervention in brackets"],
  [given(null), "value-wrong", "Cannot use the interventions: they are null; expected a list"],
  [given([patch(RESID, { position: "eot" } as never)]), "value-wrong", "its from is missing"],
  [given([knockOut(PATTERN, { haed: 1 } as never)]), "name-unknown", "the nearest is head"],
  [given([zero(RESID, { position: "negatr" })]), "name-unknown", 'position of "negatr": the roles'],
];

Deno.test("wrong options and interventions are refused, and leave the study as it was", () =>
  withStudy(ONE, async (study) => {
    const before = await study.score();
    for (const [use, code, message] of MISSPELT) {
      await assertRejectsCode(() => use(study), code, message);
    }
    assertEquals(await study.score(), before);
  }));
