/** TypeScript that does with the kit what was done on the page. */

import stringify from "json-stringify-pretty-compact";
import { changedRuns } from "../../engine/changes/groups.ts";
import type { Intervention } from "../../hooks/interventions.ts";
import type { ChangedScene } from "./scores.ts";

export type Opening = Readonly<Record<string, unknown>>;

/** A script that opens the study, and runs each sentence of the row with its changes. */
export function scriptOf({ prepared, changes }: ChangedScene, opening: Opening): string {
  const { pair } = prepared;
  const run = changedRuns(changes);
  const runs = (["negated", "affirmative"] as const).filter((of) => changes[of]!.length > 0)
    .map((of) => ({ name: of, ...run({ of }) }));
  const options = Object.keys(opening).length === 0 ? "" : stringify(opening);
  return `import { Study, type SweepRun } from "negscope";

await using study = await Study.open(${options});
const row = await study.row(${JSON.stringify(pair.id)});
const runs: SweepRun[] = ${stringify(runs.map(plain))};
console.log(row.toString());
for (const { run, s, effect, share } of (await row.sweep(runs)).rows) {
  console.log(\`\${run} sentence changed: S = \${s}, d changes by \${effect} (\${share} of d)\`);
}
`;
}

function plain<Run extends { readonly changes?: readonly Intervention[] }>(run: Run): unknown {
  return JSON.parse(
    JSON.stringify(
      run,
      (_, value) => ArrayBuffer.isView(value) ? [...value as Float64Array] : value,
    ),
  );
}
