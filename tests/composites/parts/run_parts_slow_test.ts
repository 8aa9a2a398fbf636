/** Parts that run one after the other or side by side, and what becomes of those that fail. */

import { existsSync } from "node:fs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { NegscopeError } from "../../../lib/errors/errors.ts";
import { KnownDigests } from "../../../lib/files/read_file.ts";
import { checksumsOf } from "../../../lib/opening/load_study.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import { type Part, part, type PartRuns } from "../../../lib/composites/parts/part.ts";
import { runParts } from "../../../lib/composites/parts/run_parts.ts";
import { attend } from "../../../lib/experiments/attend/index.ts";
import { knockout } from "../../../lib/experiments/knockout/index.ts";
import { trace } from "../../../lib/experiments/trace/index.ts";
import { evaluate } from "../../../lib/study/evaluate/index.ts";
import { experiment } from "../../../lib/study/experiment/experiment.ts";
import { fillTable, number, table } from "../../../lib/tables/table.ts";
import type { StudyChoice } from "../../../lib/study/choice/study_options.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";

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

const run = async (
  parts: readonly Part[],
  out: string,
  more: Partial<PartRuns> = {},
  choice: StudyChoice = { limit: 2 },
) => {
  const { sources } = await checksumsOf(await openInputs(choice));
  const inputs = { options: { protocol: "rephrased" }, sources };
  return await runParts(parts, choice, {
    ...{ out, seed: 0, pictures: { formats: [], preset: SCREEN } },
    ...{ digests: new KnownDigests(), isResumed: false, inputs, ...more },
  });
};

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

const REAL = [evaluate, attend, knockout, trace].map((one) => part(one, one.name, `${one.name}?`));

/** The tables of some parts, and what is said of their numbers. */
async function tablesIn(folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const read = new Map<string, string>();
  for (const name of names) {
    for await (const { name: file } of Deno.readDir(`${folder}/${name}`)) {
      if (!/\.csv$|^summary/.test(file)) continue;
      read.set(`${name}/${file}`, await Deno.readTextFile(`${folder}/${name}/${file}`));
    }
  }
  return new Map([...read].sort());
}

Deno.test("runParts() writes the same bytes side by side, and passes on what other threads say", () =>
  inFolder(async (folder) => {
    const labels = new Set<string>();
    const bar: PartRuns["bar"] = (label) => ({
      report: (done, total) => labels.add(`${label} of ${total}, ${done <= total}`),
      [Symbol.dispose]: () => {},
    });
    const names = REAL.map(({ name }) => name);
    const lines: string[] = [];
    const say = (line: string) => lines.push(line);
    const called = (option: string) => `--${option}`;
    const choice = { model: fixture("clip-tiny"), limit: 30 };
    await run(REAL, `${folder}/one`, {}, choice);
    await run(REAL, `${folder}/two`, { sideBySide: 3, bar, say, called }, choice);
    assertEquals(lines.filter((line) => line.startsWith("Data: ")).length, 1, lines.join("\n"));
    assertEquals(lines, [...new Set(lines)]);
    const [one, two] = await Promise.all([
      tablesIn(`${folder}/one`, names),
      tablesIn(`${folder}/two`, names),
    ]);
    assert(one.size >= 8);
    assertEquals(two, one);
    for (const name of ["attend", "knockout", "trace"]) {
      const { model: { threads } } = JSON.parse(
        await Deno.readTextFile(`${folder}/two/${name}/manifest.json`),
      );
      assertEquals(threads, 1, name);
    }
    assert(labels.size > 0 && [...labels].every((label) => label.endsWith("true")));
  }));

Deno.test("runParts() throws the error of another thread as it is, after the parts beside it have come to their end", () =>
  inFolder(async (folder) => {
    const others = Array.from({ length: 30 }, (_, i) => part(knockout, "", "", { name: `${i}` }));
    const taken = [part(trace, "", "", { cost: 9 }), ...others];
    await run([part(evaluate, "", "", { name: "trace" })], folder); // another run where the trace is to be written
    const error = await assertRejects(
      () => run(taken, folder, { sideBySide: 2 }),
      NegscopeError,
      "it holds another run",
    );
    assertEquals(error.code, "folder-taken");
    assertEquals(error.subject, `${folder}/trace`);
    const begun = others.filter(({ name }) => existsSync(`${folder}/${name}`));
    for (const { name } of begun) assert(await isFinished(`${folder}/${name}`), name);
    assert(begun.length < others.length);
  }));

Deno.test("runParts() goes on side by side after finished scores, and throws what a callback throws", () =>
  inFolder(async (folder) => {
    await run(REAL.slice(0, 1), folder);
    const stopped = new RangeError("stopped");
    const bar = () => ({
      report: () => {
        throw stopped;
      },
      [Symbol.dispose]: () => {},
    });
    const texts = [part(trace, "", "", { cost: 2 }), part(attend, "", "")];
    await assertRejects(
      () => run([...REAL.slice(0, 1), ...texts], folder, { sideBySide: 2, bar }),
      RangeError,
      "stopped",
    );
    await run(REAL, folder, { sideBySide: 2, isResumed: true });
    for (const { name } of REAL) assert(await isFinished(`${folder}/${name}`), name);
  }));

Deno.test("runParts() refuses a part whose edit was exchanged since the first part began", () =>
  inFolder(async (folder) => {
    const edit = `${folder}/edit.json`;
    const write = (factor: number) => {
      const content = { kind: "scale", name: "quiet", nodes: ["mlp 1"], strength: 1, factor };
      return Deno.writeTextFile(edit, JSON.stringify(content));
    };
    await write(0.5);
    const choice = {
      ...{ model: fixture("clip-tiny"), images: fixture("images"), threads: 1 },
      ...{ data: fixture("pairs.json"), edit },
    };
    const parts = REAL.slice(0, 2);
    let begun: Promise<void> | undefined;
    const bar: PartRuns["bar"] = () => {
      begun ??= write(0.25);
      return { report: () => {}, [Symbol.dispose]: () => {} };
    };
    const out = `${folder}/out`;
    await assertRejects(
      () => run(parts, out, { bar }, choice),
      NegscopeError,
      'Cannot use part "attend" with the others: its edit is not the one',
    );
    assert(await isFinished(`${out}/evaluate`));
    await write(0.5);
    await run(parts, out, {}, choice); // as it was, it goes on
    assert(await isFinished(`${out}/attend`));
  }));
