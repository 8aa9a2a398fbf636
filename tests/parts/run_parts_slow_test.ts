/** Parts that run one after the other, and what becomes of those that fail. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { SCREEN } from "../../lib/charts/venues.ts";
import { NegscopeError } from "../../lib/errors.ts";
import { KnownDigests } from "../../lib/files/sha256.ts";
import { type Part, part } from "../../lib/parts/part.ts";
import { runParts } from "../../lib/parts/run_parts.ts";
import { experiment } from "../../lib/study/experiment/experiment.ts";
import { fillTable, number, table } from "../../lib/tables/schema.ts";
import { inFolder } from "../scripts/task_process.ts";

/** A part that says when it is measured and when its tables are made, which may fail. */
function partOf(name: string, said: string[], failing?: Error): Part {
  const schema = table(name, "One row.", { value: number("", "A value.") });
  const counting = experiment({
    name,
    summary: "counts",
    does: "counts.",
    reads: "text and images",
    runs: "text",
    options: {},
    measure: (study) => {
      said.push(`${name} measured`);
      return Promise.resolve(study.pairs.map(() => 1));
    },
    tables: function* (rows) {
      yield;
      if (failing !== undefined && rows.length > 0) throw failing;
      if (rows.length > 0) said.push(`${name} written`);
      return { [name]: fillTable(schema, [{ value: 1 }]) };
    },
    charts: () => ({}),
    findings: () => ({}),
  });
  return part(counting, name, `Does ${name} run?`, { leftOutOn: ["rows-too-few"] });
}

const run = (parts: readonly Part[], out: string) =>
  runParts(parts, { limit: 2 }, {
    ...{ out, seed: 0, pictures: { formats: [], preset: SCREEN } },
    ...{ digests: new KnownDigests(), isResumed: false },
  });

const isFinished = async (folder: string) =>
  JSON.parse(await Deno.readTextFile(`${folder}/manifest.json`)).finished as boolean;

Deno.test("runParts() leaves out, in the order of the parts, those that fail as they may, and runs the others", () =>
  inFolder(async (folder) => {
    const said: string[] = [];
    const few = (reason: string) => new NegscopeError("rows-too-few", { problem: "No", reason });
    const parts = [
      partOf("one", said, few("first")),
      partOf("two", said),
      partOf("three", said, few("last")),
    ];
    const leftOut = await run(parts, folder);
    assertEquals(leftOut.map(({ title, reason }) => [title, reason]), [
      ["one", "first"],
      ["three", "last"],
    ]);
    assertEquals(said.filter((line) => line.endsWith("measured")).length, 3);
    assert(await isFinished(`${folder}/two`));
  }));

Deno.test("runParts() throws the error of a part that fails, and runs none after it", () =>
  inFolder(async (folder) => {
    const said: string[] = [];
    const parts = [partOf("one", said), partOf("two", said, new Error("broken"))];
    await assertRejects(() => run([...parts, partOf("three", said)], folder), Error, "broken");
    assert(await isFinished(`${folder}/one`));
    assert(!said.some((line) => line.startsWith("three")));
  }));
