import { assertEquals } from "@std/assert";
import { zero } from "../../lib/hooks/interventions.ts";
import { Study, type StudyOptions } from "../../lib/study/study.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { TINY } from "../studies.ts";

const CHOICE = { model: TINY.model, data: TINY.pairs, threads: 1, cache: false } as const;
const WITH_IMAGES = { ...CHOICE, images: TINY.images };

async function withStudy(
  use: (study: Study) => Promise<unknown>,
  options: StudyOptions = CHOICE,
): Promise<void> {
  await using study = await Study.open(options);
  await use(study);
}

Deno.test("row() says which rows there are when it finds none of an id", () =>
  withStudy(async (study) => {
    const [first, last] = [study.pairs[0]!.id, study.pairs.at(-1)!.id];
    const { subject } = await assertRejectsCode(
      () => study.row("boat 9"),
      "row-unknown",
      `Cannot find row "boat 9": the study's ${study.pairs.length} rows are "${first}" to "${last}"`,
    );
    assertEquals(subject, "boat 9");
  }));

Deno.test("score() says that a study without images has none, whatever the model has", () =>
  withStudy((study) =>
    assertRejectsCode(
      () => study.score(),
      "images-not-given",
      "the study has no images",
    )
  ));

Deno.test("score() names the roles when an intervention has another", () =>
  withStudy((study) =>
    assertRejectsCode(
      () => study.score({ interventions: [zero("hook_embed", { position: "negation" })] }),
      "role-unknown",
      'Cannot find the position of "negation": the roles are ',
    ), WITH_IMAGES));

Deno.test("a tower by itself refuses a role, and a row's sentence takes it", () =>
  withStudy(async (study) => {
    const { id, caption } = study.pairs[0]!;
    const interventions = [zero("hook_embed", { position: "negator" })];
    await assertRejectsCode(
      () => study.text.run([caption], { interventions }),
      "role-without-study",
      'Cannot find the position of "negator": a tower by itself knows no roles',
    );
    const row = await study.row(id);
    assertEquals((await row.negated.embed({ interventions })).length, 12);
  }));

Deno.test("run() refuses options that an experiment does not have, and values that they cannot have", () =>
  withStudy(async (study) => {
    const run = (options: object) => study.run("attend", options);
    await assertRejectsCode(
      () => run({ segments: "correct" }),
      "usage-flag-unknown",
      'Cannot use "segments": the experiment has no such option; expected layer',
    );
    await assertRejectsCode(
      () => run({ layer: 0 }),
      "usage-value-wrong",
      'Cannot use layer "0": expected a whole number from 1 to ',
    );
    await assertRejectsCode(
      () => run({ layer: 9 }),
      "usage-value-wrong",
      'Cannot use --layer "9": expected a whole number from 1 to 3',
    );
  }));
