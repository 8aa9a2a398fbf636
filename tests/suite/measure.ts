/**
 * Writes what test files take into `seconds.json`, from the report of a run of them:
 *
 *     deno task dev test:slow --junit-path=slow.xml && deno run -A tests/suite/measure.ts slow.xml
 */

import { ROOT } from "../imports.ts";

/** Shorter files are told apart well enough by their size. */
const LEAST = 1.5;

/** Seconds of each test file that takes long, the longest first, by a report in JUnit's form. */
export function secondsIn(report: string): Record<string, number> {
  const seconds: Record<string, number> = {};
  for (
    const [, path, time] of report.matchAll(
      /classname="\.\/(tests\/[^"]+_test\.ts)" time="([\d.]+)"/g,
    )
  ) {
    seconds[path!] = (seconds[path!] ?? 0) + Number(time);
  }
  const long = Object.entries(seconds).filter(([, sum]) => sum >= LEAST);
  return Object.fromEntries(
    long.toSorted(([, a], [, b]) => b - a).map(([path, sum]) => [path, Math.round(sum)]),
  );
}

if (import.meta.main) {
  const found = Deno.args.map((path) => secondsIn(Deno.readTextFileSync(path)));
  const text = JSON.stringify(Object.assign({}, ...found), null, 2);
  Deno.writeTextFileSync(`${ROOT}tests/suite/seconds.json`, `${text}\n`);
}
