/**
 * Changes operators and constants of a room one at a time, runs the room's tests against each change, and prints the changes that no test
 * notices: `deno task dev mutate ROOM [COUNT] [SEED]`, such as `deno task dev mutate stats 40`. It works in a copy of the last commit.
 */

import { join } from "node:path";
import { seededRandom } from "../../lib/stats/random.ts";
import { ROOT } from "../imports.ts";

/** What stands in code, and what is put in its place. */
const OPERATORS: Readonly<Record<string, string>> = {
  ...{ " < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > " },
  ...{ " === ": " !== ", " !== ": " === ", " && ": " || ", " || ": " && " },
  ...{ " + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", " += ": " -= ", " -= ": " += " },
  ...{ "Math.max(": "Math.min(", "Math.min(": "Math.max(", "Math.abs(": "(", "Math.sqrt(": "(" },
  ...{ ".some(": ".every(", ".every(": ".some(", "true": "false", "false": "true" },
};

/** Comments, texts and regular expressions, whose operators are none. */
const NO_CODE =
  /\/\*[^]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=[(=,:] ?)\/(?:\\.|[^/\\\n])+\/\w*/g;

const SITE = new RegExp(
  [
    ...Object.keys(OPERATORS).map((operator) => {
      const literal = operator.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      return /^\w+$/.test(operator) ? `\\b${literal}\\b(?!:)` : literal;
    }),
    String.raw`(?<![\w.$])\d+(?:\.\d+)?(?![\w.])`,
  ].join("|"),
  "g",
);

interface Mutation {
  readonly file: string;
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

/** All changes of a file's code; types and imports have none that a test could notice. */
export function mutationsIn(file: string, source: string): Mutation[] {
  const masked = source.replace(NO_CODE, (text) => text.replace(/[^\n]/g, "\0"))
    .replace(/^(?:import|export type|type| {2}readonly) .*$/gm, (line) => "\0".repeat(line.length));
  return [...masked.matchAll(SITE)].map(({ 0: from, index }) => (
    { file, at: index, from, to: OPERATORS[from] ?? `${Number(from) + 1}` }
  ));
}

async function run(command: string, args: readonly string[], cwd: string): Promise<boolean> {
  const signal = AbortSignal.timeout(MOST_SECONDS * 1000); // a change may make a loop endless
  const silent = { stdout: "null", stderr: "null" } as const;
  const options = { args: [...args], cwd, signal, ...silent };
  return (await new Deno.Command(command, options).output()).success;
}

const MOST_SECONDS = 300;

function filesBelow(folder: string, ending: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    return isDirectory ? filesBelow(path, ending) : name.endsWith(ending) ? [path] : [];
  }).sort();
}

if (import.meta.main) {
  const [room, count = "40", seed = "0"] = Deno.args;
  if (room === undefined) throw new Error("Give a room, such as stats or study/effects");
  const copy = join(await Deno.makeTempDir(), "copy");
  await run("git", ["worktree", "add", "--quiet", "--detach", copy], ROOT);
  try {
    const test = ["test", "-A", "--no-check", "--quiet", "--fail-fast"];
    const tests = filesBelow(join(copy, "tests", room), "_test.ts");
    const rings = [false, true].map((slow) =>
      tests.filter((path) => path.endsWith("_slow_test.ts") === slow)
    ).filter((ring) => ring.length > 0);
    const passes = async () => {
      for (const ring of rings) {
        if (!await run(Deno.execPath(), [...test, ...ring], copy)) return false;
      }
      return true;
    };
    if (!await passes()) throw new Error(`The tests of ${room} fail without any change`);
    const all = filesBelow(join(copy, "lib", room), ".ts")
      .flatMap((file) => mutationsIn(file, Deno.readTextFileSync(file)));
    const chosen = seededRandom(Number(seed)).shuffle(all).slice(0, Number(count));
    let survived = 0;
    for (const [i, { file, at, from, to }] of chosen.entries()) {
      const source = Deno.readTextFileSync(file);
      Deno.writeTextFileSync(file, source.slice(0, at) + to + source.slice(at + from.length));
      const isUnnoticed = await passes();
      Deno.writeTextFileSync(file, source);
      if (!isUnnoticed) continue;
      survived++;
      const line = source.slice(0, at).split("\n").length;
      const text = source.split("\n")[line - 1]!.trim();
      console.log(`${file.slice(copy.length + 1)}:${line} "${from}" -> "${to}" (${i}): ${text}`);
    }
    console.log(`${survived} of ${chosen.length} changes survive, of ${all.length} in ${room}`);
  } finally {
    await run("git", ["worktree", "remove", "--force", copy], ROOT);
  }
}
