import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { Pair, Protocol } from "../../lib/data/pairs.ts";
import {
  type Intervention,
  knockOut,
  mean,
  type Patch,
  patch,
  zero,
} from "../../lib/hooks/interventions.ts";
import type { Tensor } from "../../lib/hooks/tensor.ts";
import type { StudySentence } from "../../lib/study/row.ts";
import { Study } from "../../lib/study/study.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { TINY } from "../studies.ts";

const RESID = "blocks.1.hook_resid_post";
const PATTERN = "blocks.*.attn.hook_pattern";

/** A row whose negated sentence is the caption. */
function pair(id: string, negated: string, affirmative: string): Pair {
  return { id, image: "alpha.png", negation: "caption", caption: negated, foil: affirmative };
}

const INSERTED = pair("inserted", "There are no birds.", "There are birds.");
const SUBSTITUTED = pair("substituted", "There are no birds.", "There are some birds.");
const START = pair("start", "No birds are here.", "Birds are here.");
const FIRST = pair("first", "There are no birds.", "There are some birds.");
const SECOND = pair("second", "no are some birds.", "There are some birds.");

const SHORT = pair("short", "There are no birds above.", "There are some birds above.");
const LONG = pair(
  "long",
  "There are no birds in the garden.",
  "There are some birds in the garden.",
);

async function withStudy(
  { pairs, protocol }: { readonly pairs: readonly Pair[]; readonly protocol: Protocol },
  use: (study: Study) => Promise<void>,
): Promise<void> {
  const { model, images } = TINY;
  await using study = await Study.open({
    ...{ model, images, pairs, protocol, threads: 1, cache: false },
  });
  await use(study);
}

const STANDARD = { pairs: [INSERTED, SUBSTITUTED, START], protocol: "standard" } as const;
const SHARED = { pairs: [FIRST, SECOND], protocol: "rephrased" } as const;
const ONE = { pairs: [INSERTED], protocol: "standard" } as const;

const PLACES = [
  // study, row, sentence, role, positions
  [STANDARD, "inserted", "negated", "negator", [3]],
  [STANDARD, "inserted", "negated", "inserted", [3]],
  [STANDARD, "inserted", "affirmative", "negator", []],
  [STANDARD, "inserted", "affirmative", "inserted", []],
  [STANDARD, "substituted", "negated", "negator", [3]],
  [STANDARD, "substituted", "negated", "inserted", []],
  [STANDARD, "substituted", "affirmative", "negator", [3]],
  [STANDARD, "start", "negated", "negator", [1]],
  [STANDARD, "start", "affirmative", "negator", []],
  [SHARED, "first", "negated", "negator", [3]],
  [SHARED, "first", "affirmative", "negator", [3]],
  [SHARED, "first", "affirmative", "there", [1]],
  [SHARED, "second", "negated", "negator", [1]],
  [SHARED, "second", "affirmative", "negator", [1]],
  [SHARED, "second", "affirmative", "there", []],
] as const;

for (const [study, id, which, role, positions] of PLACES) {
  const { protocol } = study;
  Deno.test(`positions("${role}") of the ${which} sentence of row ${id}, ${protocol}: [${positions}]`, () =>
    withStudy(study, async (study) => {
      assertEquals((await study.row(id))[which].positions(role), [...positions]);
    }));
}

Deno.test("the roles that outputs have are those of the token, with or without a twin", () =>
  withStudy(STANDARD, async (study) => {
    assertEquals((await study.row("inserted")).negated.roles[3], "inserted");
    assertEquals((await study.row("substituted")).negated.roles[3], "negator");
  }));

/** S of a sentence with its own negator's key knocked out by number. */
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

Deno.test("a patch takes the role of the source as the row's own pair has it", () =>
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
  readonly study: typeof STANDARD | typeof SHARED;
  readonly source: string;
  readonly target: readonly [string, "negated" | "affirmative"];
  readonly places: Omit<Patch, "kind" | "hook" | "from">;
  /** Which weight is put into which, of a sentence of so many tokens. */
  readonly moves: (length: number) => readonly (readonly [to: Weight, from: Weight])[];
}[] = [
  {
    what: "query and key, of a sentence of another length",
    study: STANDARD,
    source: "inserted",
    target: ["inserted", "affirmative"],
    places: { query: "full_stop", key: "subject_first" },
    moves: () => [[[4, 3], [5, 4]]],
  },
  {
    what: "key, of another pair",
    study: SHARED,
    source: "second",
    target: ["first", "negated"],
    places: { key: "negator" },
    moves: (length) => Array.from({ length }, (_, query) => [[query, 3], [query, 1]]),
  },
  {
    what: "query, of another pair",
    study: SHARED,
    source: "second",
    target: ["first", "negated"],
    places: { query: "negator" },
    moves: (length) => Array.from({ length }, (_, key) => [[3, key], [1, key]]),
  },
  {
    what: "key, where fromKey says which",
    study: SHARED,
    source: "second",
    target: ["first", "negated"],
    places: { query: 5, key: "negator", fromKey: 2 },
    moves: () => [[[5, 3], [5, 2]]],
  },
  {
    what: "several tokens, as far as both sentences have them",
    study: { pairs: [SHORT, LONG], protocol: "rephrased" } as never,
    source: "short", // one more token behind the subject's first
    target: ["long", "negated"], // three of them
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

/** What is said of an intervention on one of a row's sentences. */
const REFUSED: readonly (readonly [
  string,
  typeof STANDARD | typeof SHARED | typeof ONE,
  (study: Study) => Promise<unknown>,
  Parameters<typeof assertRejectsCode>[1],
  string,
])[] = [
  [
    "a role that no sentence of the study has",
    ONE,
    (study) => study.score({ interventions: [zero(RESID, { position: "before" })] }),
    "role-absent",
    `Cannot change "${RESID}" at "before": no sentence that is run has such a token; expected sot, there, is_are, negator, inserted, subject_first, full_stop or eot`,
  ],
  [
    "a role that the one sentence lacks",
    STANDARD,
    async (study) => {
      const { affirmative } = await study.row("inserted");
      return await affirmative.embed({ interventions: [zero(RESID, { position: "negator" })] });
    },
    "role-absent",
    `Cannot change "${RESID}" at "negator": no sentence that is run has such a token; expected sot, there, is_are, subject_first, full_stop or eot`,
  ],
  [
    "a query and a key that no sentence has both of",
    { pairs: [INSERTED, START], protocol: "standard" } as never,
    (study) =>
      study.score({ interventions: [knockOut(PATTERN, { query: "after", key: "there" })] }),
    "role-absent",
    `Cannot change "${PATTERN}" at "after" and "there": no sentence that is run has such tokens`,
  ],
  [
    "a source that the study does not know",
    STANDARD,
    async (study) => {
      const { cache } = await study.text.runWithCache(["A dog ."], [RESID]);
      const interventions = [patch(RESID, { position: "eot", from: cache })];
      return await (await study.row("inserted")).negated.embed({ interventions });
    },
    "patch-source-unknown",
    `Cannot patch "${RESID}" at "eot": the cache is of "A dog .", which is no sentence of the study, so that its roles are unknown; give position and fromPosition as numbers`,
  ],
  [
    "a source without the role",
    STANDARD,
    async (study) => {
      const { negated, affirmative } = await study.row("inserted");
      const from = await affirmative.cache(RESID);
      return await negated.embed({ interventions: [patch(RESID, { position: "negator", from })] });
    },
    "patch-source-lacks-role",
    `Cannot patch "${RESID}" at "negator": the cache is of "There are birds.", which has no such token; give position and fromPosition as numbers`,
  ],
  [
    "a source of other pairs that have its role at different places",
    {
      pairs: [FIRST, SECOND, pair("third", "There is no boat.", "There is a boat.")],
      protocol: "rephrased",
    } as never,
    async (study) => {
      const from = await (await study.row("first")).affirmative.cache(PATTERN);
      const interventions = [patch("blocks.0.attn.hook_pattern", { key: "negator", from })];
      return await (await study.row("third")).negated.embed({ interventions });
    },
    "patch-source-ambiguous",
    'Cannot patch "blocks.0.attn.hook_pattern" at "negator": the cache is of "There are some birds.", which has it at other positions in one pair than in another; give key and fromKey as numbers',
  ],
  [
    "a cache of the wrong number of rows",
    STANDARD,
    async (study) => {
      const { cache } = await study.text.runWithCache(["A dog .", "A boat ."], [RESID]);
      const interventions = [patch(RESID, { position: "eot", from: cache })];
      return await (await study.row("inserted")).negated.embed({ interventions });
    },
    "intervention-rows-differ",
    `Cannot patch "${RESID}": the cache has 2 rows and the run 1`,
  ],
  [
    "a row of the cache that there is not",
    STANDARD,
    async (study) => {
      const { negated } = await study.row("inserted");
      const from = await negated.cache(RESID);
      const interventions = [patch(RESID, { position: "eot", from, fromRow: 4 })];
      return await negated.embed({ interventions });
    },
    "cache-lacks-row",
    `Cannot read row 4 of "${RESID}"`,
  ],
  [
    "a row that there is not",
    STANDARD,
    async (study) => {
      const { negated } = await study.row("inserted");
      const interventions = [zero(RESID, { row: 5, position: "negator" })];
      return await negated.embed({ interventions });
    },
    "selection-outside",
    `Cannot select row 5 of "${RESID}": expected a whole number from 0 to 0`,
  ],
];

for (const [what, study, use, code, message] of REFUSED) {
  Deno.test(`an intervention is refused: ${what}`, () =>
    withStudy(study, async (study) => {
      await assertRejectsCode(() => use(study), code, message);
    }));
}

Deno.test("a role of one sentence alone leaves the others as they are", () =>
  withStudy(STANDARD, async (study) => {
    const plain = await study.score();
    const interventions: Intervention[] = [zero(RESID, { position: "inserted" })];
    const changed = await study.score({ interventions });
    const same = changed.rows.map(({ s_foil }, i) => s_foil === plain.rows[i]!.s_foil);
    assertEquals(same, [true, true, true]);
    const { s_caption, s_foil } = changed.rows[1]!; // the row with a twin has no inserted token
    assertEquals([s_caption, s_foil], [plain.rows[1]!.s_caption, plain.rows[1]!.s_foil]);
    assertNotEquals(changed.rows[0]!.s_caption, plain.rows[0]!.s_caption);
  }));

Deno.test("a row that is selected twice is changed once", () =>
  withStudy(ONE, async (study) => {
    const { negated } = await study.row("inserted");
    const by = async (row: readonly number[]) => {
      const interventions: Intervention[] = [
        { kind: "scale", hook: RESID, factor: 2, row, position: "eot" },
      ];
      return (await negated.cache(RESID, { interventions })).row(RESID, 0).data;
    };
    assertEquals(await by([0, 0]), await by([0]));
  }));

Deno.test("a mean at a role reads its cache once, however many sentences there are", () =>
  withStudy(STANDARD, async (study) => {
    const sentences = study.pairs.map(({ caption }) => caption);
    const { cache } = await study.text.runWithCache(sentences, [RESID]);
    const reads = new Map<number, number>();
    const row = cache.row.bind(cache);
    cache.row = (name, index) => {
      reads.set(index, (reads.get(index) ?? 0) + 1);
      return row(name, index);
    };
    await study.score({ interventions: [mean(RESID, { position: "negator", from: cache })] });
    reads.delete(0); // which is also read for its shape
    assertEquals(reads, new Map([[1, 1], [2, 1]]));
  }));

const MISSPELT: readonly (readonly [
  (study: Study) => Promise<unknown>,
  Parameters<typeof assertRejectsCode>[1],
  string,
])[] = [
  [
    (study) => study.score({ intervention: [zero(RESID)] } as never),
    "run-option-unknown",
    'Cannot run with "intervention"',
  ],
  [
    async (study) => (await study.row("inserted")).negated.score({ hooks: [] } as never),
    "run-option-unknown",
    'Cannot run with "hooks"',
  ],
  [
    (study) => study.text.run(["A dog ."], { intervention: [] } as never),
    "run-option-unknown",
    'Cannot run with "intervention"',
  ],
  [
    (study) => study.score({ interventions: zero(RESID, { position: "eot" }) as never }),
    "interventions-not-list",
    "put a single intervention in brackets",
  ],
  [
    (study) => study.score({ interventions: null as never }),
    "interventions-not-list",
    "Cannot use the interventions: they are null",
  ],
  [
    (study) => study.text.run(["A dog ."], { interventions: zero(RESID) as never }),
    "interventions-not-list",
    "put a single intervention in brackets",
  ],
  [
    (study) => study.score({ interventions: [patch(RESID, { position: "eot" } as never)] }),
    "intervention-value-wrong",
    "its from is undefined",
  ],
  [
    (study) =>
      study.score({ interventions: [knockOut(PATTERN, { haed: 1, key: "negator" } as never)] }),
    "intervention-key-unknown",
    "the nearest is head",
  ],
  [
    (study) => study.score({ interventions: [zero(RESID, { position: "negatr" })] }),
    "role-unknown",
    'Cannot find the position of "negatr"',
  ],
];

for (const [i, [use, code, message]] of MISSPELT.entries()) {
  Deno.test(`what is misspelt changes nothing in silence, ${i + 1}: ${message}`, () =>
    withStudy(ONE, async (study) => {
      await assertRejectsCode(() => use(study), code, message);
    }));
}

Deno.test("positions() of a misspelt role is an error", () =>
  withStudy(ONE, async (study) => {
    const { negated } = await study.row("inserted");
    assertThrowsCode(() => negated.positions("negatr"), "role-unknown", "the roles are sot");
  }));
