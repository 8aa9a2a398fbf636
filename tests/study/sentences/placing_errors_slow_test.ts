import { assertEquals } from "@std/assert";
import { type Intervention, knockOut, patch, zero } from "../../../lib/hooks/interventions.ts";
import type { Study } from "../../../lib/runs/study.ts";
import type { StudyRow } from "../../../lib/study/sentences/row.ts";
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
