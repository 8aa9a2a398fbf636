import { EXPERIMENTS } from "../../lib/experiments/all.ts";
import { assertEquals } from "@std/assert";
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { zero } from "../../lib/hooks/interventions.ts";
import { Scores } from "../../lib/study/scores.ts";
import { Study, type StudyOptions } from "../../lib/runs/study.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
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

Deno.test("row() names the nearest rows if no row has the id", () =>
  withStudy(async (study) => {
    const said = `"boat 9": the nearest are "boat-seen", "dog-seen", "boat-absent"`;
    const { subject } = await assertRejectsCode(() => study.row("boat 9"), "name-unknown", said);
    assertEquals(subject, "boat 9");
  }));

Deno.test("a tower by itself refuses a role, and a row's sentence accepts it", () =>
  withStudy(async (study) => {
    const { id, caption } = study.pairs[0]!;
    const interventions = [zero("hook_embed", { position: "negator" })];
    const said = 'Cannot find the position of "negator": a tower by itself knows no roles';
    const run = () => study.text.run([caption], { interventions });
    await assertRejectsCode(run, "role-absent", said);
    const row = await study.row(id);
    assertEquals((await row.negated.embed({ interventions })).length, 12);
  }));

Deno.test("run() names the experiments if none has the given name", () =>
  withStudy(async (study) => {
    const run = (name: string) => () => study.run(name as "trace");
    const known = `expected ${Object.keys(EXPERIMENTS).join(", ")}, or an experiment`;
    await assertRejectsCode(run("tracee"), 'name-unknown: the nearest is "trace"');
    await assertRejectsCode(run("toString"), `name-unknown: "toString": ${known}`);
  }));

Deno.test("compare() refuses scores of other rows, and names the first that differs", () =>
  withStudy(async (study) => {
    const scores = await study.score();
    const refuses = (rows: Scores["rows"], reason: string) => {
      const comparing = () => scores.compare(new Scores(rows, { seed: 0 }));
      assertThrowsCode(comparing, `not-comparable: scores of different rows: ${reason}`);
    };
    const said = scores.rows.map(({ id, caption, foil, image }) => (
      `"${id}" ("${caption}", "${foil}", "${image}")`
    ));
    const last = scores.rows.length - 1;
    refuses(scores.rows.toReversed(), `row 0 is ${said[0]} in one and ${said[last]} in the other`);
    refuses(scores.rows.slice(0, -1), `row ${last} is ${said[last]} in one and missing in the`);
    const [first, ...rest] = scores.rows;
    refuses([{ ...first!, foil: "Other." }, ...rest], `row 0 is ${said[0]} in one and "`);
    const none = () => scores.compare(undefined as never);
    assertThrowsCode(none, "not-comparable: Cannot compare with something other than scores");
    assertEquals(scores.compare(scores).rows.map(({ change }) => change), [0, 0, 0]);
  }, WITH_IMAGES));

Deno.test("save() refuses an unknown kind of picture", () =>
  withStudy(async (study) => {
    const result = await study.run("attend");
    const wrong: readonly [string, object, ErrorCode, string][] = [
      ["run", { formats: ["jpg"] }, "value-wrong", "expected a list of svg, png, pdf"],
      ["run", { format: ["pdf"] }, "name-unknown", 'the nearest is "formats"'],
      ["run", { venue: "icml-half" }, "value-wrong", 'Cannot use venue "icml-half"'],
      ["", {}, "value-wrong", 'Cannot use out "": expected a text that is not empty'],
    ];
    for (const [out, options, code, says] of wrong) {
      await assertRejectsCode(() => result.save(out && `nowhere/${out}`, options), code, says);
    }
  }));

Deno.test("Study.open() refuses options that do not exist or cannot have their value", async () => {
  const open = (options: object) => () => Study.open({ ...CHOICE, ...options });
  await assertRejectsCode(open({ sed: 1 }), 'name-unknown: the nearest is "seed"');
  const wrong: readonly [object, string][] = [
    [{ seed: -1 }, "Cannot use seed -1: expected"],
    [{ cache: "" }, 'Cannot use cache "": expected a folder, or none'],
    [{ cache: 1 }, "Cannot use cache 1: expected a folder, or none"],
    [{ data: undefined, pairs: {} }, "Cannot use pairs {}: expected a list of rows"],
    [{ model: "" }, 'Cannot use model "": expected a text that is not empty'],
  ];
  for (const [options, says] of wrong) {
    await assertRejectsCode(open(options), "value-wrong", says);
  }
  const opened = (options: unknown) => () => Study.open(options as StudyOptions);
  for (const [options, says] of [[null, "null"], [[], "[]"], ["shapes", '"shapes"']] as const) {
    const said = `Cannot use options ${says}: expected an object with values by`;
    await assertRejectsCode(opened(options), "value-wrong", said);
  }
  await using study = await Study.open({ ...CHOICE, seed: "7" as never, limit: "3" as never });
  assertEquals([study.seed, study.pairs.length], [7, 3]);
});
