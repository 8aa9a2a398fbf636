/**
 * Changes operators and constants of rooms one at a time, and prints the changes that no test notices:
 * `deno task dev mutate ROOMS [COUNT] [SEED]`, such as `deno task dev mutate stats,study/controls 40`. It works in a copy of the last commit.
 * The tests are those that load the changed file, the fewest imports away first: all of its room, then the nearest quick ones of others.
 */

import { join } from "node:path";
import { seededRandom } from "../../lib/stats/random.ts";
import { filesIn, type Import, importsIn, roomOf, ROOT } from "../imports.ts";
import { isSlow, testFiles } from "./share.ts";

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

/** How many imports lie between a file and each file that loads it. */
function distancesTo(file: string, imports: readonly Import[]): Map<string, number> {
  const importing = Map.groupBy(imports.filter(({ typeOnly }) => !typeOnly), ({ of }) => of);
  const distances = new Map([[file, 0]]);
  for (const [path, distance] of distances) {
    for (const { file: next } of importing.get(path) ?? []) {
      if (!distances.has(next)) distances.set(next, distance + 1); // the loop goes on with what it adds
    }
  }
  return distances;
}

const testedRoom = (path: string) => roomOf(path.replace(/^tests/, "lib"));

/** The tests that may notice a change of a file, nearest first: all of its room, and quick ones of others. */
export function testsOf(
  file: string,
  { tests, imports }: { readonly tests: readonly string[]; readonly imports: readonly Import[] },
): { own: string[]; others: string[] } {
  const distances = distancesTo(file, imports);
  const rank = (path: string) => distances.get(path)! + (isSlow(path) ? SLOW_IMPORTS : 0);
  const near = tests.filter((path) => distances.has(path)).toSorted((a, b) => rank(a) - rank(b));
  const isOwn = (path: string) => testedRoom(path) === roomOf(file);
  return {
    own: near.filter(isOwn),
    others: near.filter((path) => !isOwn(path) && !isSlow(path) && !OF_TEXT.test(path))
      .slice(0, MOST_OTHERS),
  };
}

/** Tests that compare what follows from the text of the code, which any change fails. */
const OF_TEXT = /^tests\/(?:version|scripts\/dev)\//;

const MOST_OTHERS = 40; // test files of other rooms

/** A slow test file comes after quick ones that are so many imports further away. */
const SLOW_IMPORTS = 2;

async function run(
  command: string,
  args: string[],
  { cwd, seconds }: { readonly cwd: string; readonly seconds: number },
): Promise<boolean> {
  const signal = AbortSignal.timeout(seconds * 1000); // a change may make a loop endless
  const options = { args, cwd, signal, stdout: "null", stderr: "null" } as const;
  return (await new Deno.Command(command, options).output()).success;
}

const FIRST = 4; // test files, which notice most changes before the others are loaded

const MOST_SECONDS = 1800;

if (import.meta.main) {
  const [room, count = "40", seed = "0"] = Deno.args;
  if (room === undefined) throw new Error("Give rooms, such as stats,study/effects");
  const rooms = room.split(",");
  const copy = join(await Deno.makeTempDir(), "copy");
  const git = (...args: string[]) =>
    run("git", ["worktree", ...args], { cwd: ROOT, seconds: MOST_SECONDS });
  await git("add", "--quiet", "--detach", copy);
  try {
    const known = { tests: testFiles(), imports: ["lib", "scripts", "tests"].flatMap(importsIn) };
    // One worker loads all files: a worker for each would load the kit again.
    const loader = "tests/suite/mutated.test.ts";
    const text = 'import { loadTests } from "./share.ts";\nawait loadTests(Deno.args);\n';
    Deno.writeTextFileSync(join(copy, loader), text);
    const test = ["test", "-A", "--no-check", "--quiet", "--fail-fast", loader, "--"];
    const pass = (tests: readonly string[], seconds: number) =>
      tests.length === 0 || run(Deno.execPath(), [...test, ...tests], { cwd: copy, seconds });
    const files = filesIn("lib").filter((path) => rooms.some((it) => path.startsWith(`lib/${it}`)));
    const start = performance.now();
    const own = known.tests.filter((path) =>
      files.some((file) => roomOf(file) === testedRoom(path))
    );
    if (!await pass(own, MOST_SECONDS)) throw new Error(`Tests of ${room} fail without any change`);
    const most = 20 + 3 * (performance.now() - start) / 1000;
    const all = files.flatMap((file) => mutationsIn(file, Deno.readTextFileSync(join(copy, file))));
    const chosen = seededRandom(Number(seed)).shuffle(all).slice(0, Number(count));
    const unnoticed = { own: 0, all: 0 };
    for (const [i, { file, at, from, to }] of chosen.entries()) {
      const source = Deno.readTextFileSync(join(copy, file));
      const { own, others } = testsOf(file, known);
      const changed = source.slice(0, at) + to + source.slice(at + from.length);
      Deno.writeTextFileSync(join(copy, file), changed);
      const passesOwn = await pass(own.slice(0, FIRST), most) && await pass(own.slice(FIRST), most);
      const passes = passesOwn && await pass(others, MOST_SECONDS);
      Deno.writeTextFileSync(join(copy, file), source);
      if (!passesOwn) continue;
      unnoticed.own++;
      if (passes) unnoticed.all++;
      const line = source.slice(0, at).split("\n").length;
      const text = source.split("\n")[line - 1]!.trim();
      const where = `${passes ? "" : "elsewhere: "}${file}:${line}`;
      console.log(`${where} "${from}" -> "${to}" (${i}): ${text}`);
    }
    const { all: nowhere, own: here } = unnoticed;
    console.log(`${nowhere} of ${chosen.length} changes survive, of ${all.length} in ${room};`);
    console.log(`${here} survive the room's own tests`);
  } finally {
    await git("remove", "--force", copy);
  }
}
