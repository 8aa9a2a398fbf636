import { assertEquals, assertStringIncludes } from "@std/assert";
import { Study, type StudyOptions } from "../../../lib/runs/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { STANDARD_PAIRS, TINY } from "../../studies.ts";

const given = ({ model, pairs: data, images }: typeof TINY): StudyOptions => (
  { model, data, images, threads: 1, cache: false }
);

/** Checks that options are refused before any work, and what the message says. */
async function refuses(
  options: Readonly<Record<string, unknown>>,
  { code = "usage-value-wrong", says, study = given(TINY) }: {
    readonly code?: Parameters<typeof assertRejectsCode>[1];
    readonly says: string;
    readonly study?: StudyOptions;
  },
): Promise<void> {
  await using opened = await Study.open(study);
  const bars: string[] = [];
  const bar = (label: string) => {
    bars.push(label);
    return { report: () => {}, [Symbol.dispose]: () => {} };
  };
  const error = await assertRejectsCode(() => opened.run("ablate", options, { bar }), code);
  assertStringIncludes(error.message, says);
  assertEquals(bars, []);
}

Deno.test("ablate refuses the text tower's options for the image tower", async () => {
  await refuses({ method: ["zero"] }, { says: 'Cannot use method "zero" for the image tower' });
  await refuses({ role: "eot" }, { says: "tower text beside role (--tower text)" });
});

Deno.test("ablate refuses a head that the text tower lacks", () =>
  refuses({ tower: "text", heads: "1.1,4.1" }, {
    says:
      "Cannot use head 4.1: the text tower lacks it; expected layers from 1 to 3 and heads from 1 to 2",
  }));

Deno.test("ablate refuses a role that no token of the data has, and names those that some have", () =>
  refuses({ tower: "text", role: "pad" }, {
    says: "expected a role of the data: sot, there, is_are, negator, subject_first",
  }));

Deno.test("ablate refuses values of the twin where rows are not minimal pairs, and takes them otherwise", async () => {
  const study = { ...given(TINY), data: STANDARD_PAIRS, protocol: "standard" } as const;
  const says = "Cannot run ablate with method twin on row";
  const text = { tower: "text", nodes: ["mlps"] } as const;
  await refuses({ ...text, method: "twin" }, { code: "pair-not-minimal", says, study });
  await using opened = await Study.open(study);
  const options = { ...text, method: ["zero", "mean"], role: "negator" } as const;
  const { tables } = await opened.run("ablate", options);
  const { length } = opened.pairs;
  assertEquals(tables.ablation.rows.length, length * 2 * 3); // also where it is inserted
});
