import { assertEquals } from "@std/assert";
import { knockOut, patch, zero } from "../../../lib/hooks/interventions.ts";
import type { Study } from "../../../lib/runs/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import {
  FIRST,
  INSERTED,
  ONE,
  pair,
  SECOND,
  type SmallStudy,
  STANDARD,
  START,
  withStudy,
} from "../small_studies.ts";

const RESID = "blocks.1.hook_resid_post";
const PATTERN = "blocks.*.attn.hook_pattern";

/** Interventions that are refused, with the code and the message. */
const REFUSED: readonly (readonly [
  string,
  SmallStudy,
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
    "a role that the sentence lacks",
    STANDARD,
    async (study) => {
      const { affirmative } = await study.row("inserted");
      return await affirmative.embed({ interventions: [zero(RESID, { position: "negator" })] });
    },
    "role-absent",
    `Cannot change "${RESID}" at "negator": no sentence that is run has such a token; expected sot, there, is_are, subject_first, full_stop or eot`,
  ],
  [
    "a query and a key that no sentence has together",
    { pairs: [INSERTED, START], protocol: "standard" },
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
    "patch-source-unclear",
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
    "patch-source-unclear",
    `Cannot patch "${RESID}" at "negator": the cache is of "There are birds.", which has no such token; give position and fromPosition as numbers`,
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
    "sizes-differ",
    `Cannot patch "${RESID}": the cache has 2 rows and the run 1`,
  ],
  [
    "a row that the cache lacks",
    STANDARD,
    async (study) => {
      const { negated } = await study.row("inserted");
      const from = await negated.cache(RESID);
      const interventions = [patch(RESID, { position: "eot", from, fromRow: 4 })];
      return await negated.embed({ interventions });
    },
    "index-outside",
    `Cannot read row 4 of "${RESID}"`,
  ],
  [
    "a row that does not exist",
    STANDARD,
    async (study) => {
      const { negated } = await study.row("inserted");
      const interventions = [zero(RESID, { row: 5, position: "negator" })];
      return await negated.embed({ interventions });
    },
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

const MISSPELT: readonly (readonly [
  (study: Study) => Promise<unknown>,
  Parameters<typeof assertRejectsCode>[1],
  string,
])[] = [
  [
    (study) => study.score({ intervention: [zero(RESID)] } as never),
    "name-unknown",
    'there is no "intervention"',
  ],
  [
    async (study) => (await study.row("inserted")).negated.score({ hooks: [] } as never),
    "name-unknown",
    'there is no "hooks"',
  ],
  [
    (study) => study.text.run(["A dog ."], { intervention: [] } as never),
    "name-unknown",
    'there is no "intervention"',
  ],
  [
    (study) => study.score({ interventions: zero(RESID, { position: "eot" }) as never }),
    "value-wrong",
    "put a single intervention in brackets",
  ],
  [
    (study) => study.score({ interventions: null as never }),
    "value-wrong",
    "Cannot use the interventions: they are null; expected a list",
  ],
  [
    (study) => study.text.run(["A dog ."], { interventions: zero(RESID) as never }),
    "value-wrong",
    "put a single intervention in brackets",
  ],
  [
    (study) => study.score({ interventions: [patch(RESID, { position: "eot" } as never)] }),
    "value-wrong",
    "its from is missing",
  ],
  [
    (study) =>
      study.score({ interventions: [knockOut(PATTERN, { haed: 1, key: "negator" } as never)] }),
    "name-unknown",
    "the nearest is head",
  ],
  [
    (study) => study.score({ interventions: [zero(RESID, { position: "negatr" })] }),
    "name-unknown",
    'Cannot find the position of "negatr"',
  ],
];

Deno.test("wrong options and interventions are refused, and leave the study as it was", () =>
  withStudy(ONE, async (study) => {
    const before = await study.score();
    for (const [use, code, message] of MISSPELT) {
      await assertRejectsCode(() => use(study), code, message);
    }
    assertEquals(await study.score(), before);
  }));
