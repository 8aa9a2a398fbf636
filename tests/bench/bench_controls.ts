/**
 * Measures the verdict of the control `determiner`: how often parts are called specific where nothing is negated or learnt, and with how
 * many sentence pairs those of the embedded model are.
 *
 *     deno task dev bench:controls --runs 2
 *     deno task dev bench:controls --document docs/methods/controls.md
 */

import { say } from "../../lib/show/terminal.ts";
import { modelFiles } from "../../data/planted/recipe/files.ts";
import { MODELS, type PlantedModel } from "../../data/planted/recipe/models.ts";
import { flagSet, numberFlag, settingsOf } from "../../lib/cli/flags.ts";
import { runTask } from "../../lib/cli/task.ts";
import { EXPERIMENTS } from "../../lib/experiments/all.ts";
import {
  type AnyExperiment,
  chooseOptions,
  type ChosenExperiment,
  type MeasuredRow,
  tablesOf,
} from "../../lib/study/experiment/experiment.ts";
import { optionsOfControls, withDeterminers } from "../../lib/study/controls/measure_controls.ts";
import { Study } from "../../lib/runs/study.ts";
import { seededRandom } from "../../lib/stats/random.ts";
import { clusterOf } from "../../lib/study/clusters.ts";
import { controlledTables } from "../../lib/study/controls/controlled_outcome.ts";
import type { Variant } from "../../lib/study/study_source.ts";
import { measureRows, Stopwatch } from "../../lib/study/experiment/measure_rows.ts";
import { keysOf } from "../../lib/tables/estimates.ts";
import type { AnyTable, TableCell } from "../../lib/tables/table.ts";
import { markdownTable } from "../markdown_table.ts";
import { DOCUMENT, documentWriter } from "./document.ts";
import { KINDS } from "../fixtures/planted/kinds.ts";

const HELP = {
  name: "bench:controls",
  command: "deno task dev bench:controls",
  does: "measures how often the control determiner calls parts specific.",
  example: "--runs 2",
};

const FLAGS = {
  runs: { value: "N", help: "random towers, and pairs of determiners", default: "10" },
  document: DOCUMENT,
  ...flagSet("quiet"),
};

const ROWS = 250;

const [PAIRS, DRAWS] = [[20, 40, 80], 20];

const COUNTED = [
  ["knockout", "summary", {}],
  ["ablate", "summary", { tower: "text" }],
  ["attribute", "summary", {}],
] as const;

const HEAD = [
  ...["table", "parts of the model", "random towers, any", "another determiner, any"],
  ...PAIRS.map((pairs) => `${pairs} pairs`),
];

const PLANTED = [...COUNTED, ["paths", "nodesSummary", {}]] as const;

const NAMES = ["negation", "layer", "head", "node", "component"];

const PLANTED_HEAD = ["method", "carriers above .2", "not planted"];

/** The planted models of which few sentence pairs are drawn, on the embedded data's rows; `det` reads the affirmative determiner alone. */
const { relay, both, positional } = MODELS;
const DRAWN = { relay, both, positional, det: KINDS.det };

const [FEW, FEW_DRAWS] = [[9, 20, 50], 5];

const DRAWN_HEAD = ["method", "all pairs", ...FEW.map((pairs) => `${pairs} pairs`), "others"];

type Rows = readonly MeasuredRow<unknown>[];

type Line = Readonly<Record<string, TableCell>>;

function shareOf({ share }: Line): number {
  return Number(share);
}

/** How many of the planted parts with a share of d above .2, and of all others, are called specific on a side. */
async function plantedLines(): Promise<string[][]> {
  const counts = PLANTED.map(() => ({ carriers: [0, 0], others: [0, 0] }));
  for (const [model, { nodes }] of Object.entries<PlantedModel>(MODELS)) {
    await using study = await Study.open({ model: `planted/${model}`, say: () => {} });
    for (const [i, [method, table, options]] of PLANTED.entries()) {
      const run = await study.run(method, { ...options, control: ["determiner"] } as never);
      const { rows } = (run.tables as unknown as Record<string, AnyTable>)[table]!;
      const parts = rows.filter(({ segment, component = "head", node = "head" }) =>
        segment === "all" && ["head", "mlp"].includes(`${component}`) &&
        ["head", "mlp"].includes(`${node}`.split(" ")[0]!)
      );
      for (const line of parts) {
        const { layer, head, specific } = line;
        const name = head === undefined ? `mlp ${layer}` : `head ${layer}.${head}`;
        const isPlanted = nodes.includes(name);
        if (isPlanted && !(shareOf(line) > 0.2)) continue;
        const count = counts[i]![isPlanted ? "carriers" : "others"];
        count[0]! += Number(specific === "yes");
        count[1]!++;
      }
    }
  }
  return counts.map(({ carriers, others }, i) => [
    `\`${PLANTED[i]![0]}\``,
    carriers.join(" of "),
    others.join(" of "),
  ]);
}

/** How often planted parts with a share of d above .2 are called specific, have a verdict, and there are, with all sentence pairs and with few. */
async function drawnLines(): Promise<string[][]> {
  const methods = PLANTED.filter(([name]) => name !== "attribute");
  const counts = methods.map(() => Array.from([0, ...FEW, 0], () => [0, 0, 0]));
  for (const [name, model] of Object.entries<PlantedModel>(DRAWN)) {
    const folder = await Deno.makeTempDir();
    for (const [file, content] of modelFiles(model)) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${folder}/${file}`, bytes);
    }
    await using study = await Study.open({
      model: folder,
      data: "data/shapes/existence.json",
      images: "data/shapes/images",
      ...{ limit: ROWS, skipBad: true, cache: false, say: () => {} },
    });
    for (const [i, [method, table, given]] of methods.entries()) {
      const experiment: AnyExperiment = EXPERIMENTS[method];
      const chosen = chooseOptions(experiment, { ...given, control: "determiner" });
      const run = await study.run(method, { ...given, control: ["determiner"] } as never);
      const all = run.rows as Rows;
      const carriers = new Set<string>();
      const countIn = async (rows: Rows, place: number) => {
        const made: AnyTable = (await tablesWithControls(chosen, rows))[table]!;
        const keys = keysOf(made.schema!);
        for (const line of made.rows) {
          const { segment, layer, head, specific, component = "head" } = line;
          const isPart = layer !== undefined && ["head", "mlp"].includes(`${component}`);
          if (segment !== "all" || !isPart) continue;
          const key = keys.map((key) => line[key]).join();
          const part = head === undefined ? `mlp ${layer}` : `head ${layer}.${head}`;
          const isCarrier = name !== "det" && model.nodes.includes(part);
          if (place === 0 && isCarrier && shareOf(line) > 0.2) carriers.add(key);
          const column = counts[i]!.at(carriers.has(key) ? place : -1)!;
          [specific === "yes", specific !== undefined, true].forEach((is, which) =>
            column[which]! += Number(is)
          );
        }
      };
      await countIn(all, 0);
      for (const [place, count] of FEW.entries()) {
        for (let seed = 0; seed < FEW_DRAWS; seed++) {
          await countIn(drawnRows(all, { count, seed }), place + 1);
        }
      }
    }
    await Deno.remove(folder, { recursive: true });
  }
  return counts.map((columns, i) => [
    `\`${methods[i]![0]}\``,
    ...columns.slice(0, -1).map((column) => column.join(" / ")),
    `${columns.at(-1)![0]} of ${columns.at(-1)![2]}`,
  ]);
}

/** The rows of some clusters that a seed draws. */
function drawnRows(rows: Rows, { count, seed }: { readonly count: number; readonly seed: number }) {
  const clusters = [...new Set(rows.map(({ pair }) => clusterOf(pair)))].sort();
  const drawn = new Set(seededRandom(seed).shuffle(clusters).slice(0, count));
  return rows.filter(({ pair }) => drawn.has(clusterOf(pair)));
}

async function tablesWithControls(chosen: ChosenExperiment, rows: Rows) {
  const { experiment, options, controls } = chosen;
  const make = (rows: Rows, changed = {}) =>
    tablesOf(experiment, rows, { ...options, ...changed, seed: 0 });
  const fixed = { ...optionsOfControls(chosen, rows), cluster: "whole" };
  return await controlledTables(await make(rows), {
    ...{ rows, controls, seed: 0 },
    make: (rows) => make(rows, fixed),
  });
}

await runTask(HELP, FLAGS, async (values) => {
  const runs = numberFlag(values, "runs", { min: 1, max: 1000 })!;
  const document = await documentWriter(values, "controls");
  using bar = settingsOf(values, HELP).bar("controls");
  await using study = await Study.open({ limit: ROWS, say: () => {} });
  const lines: string[][] = [];
  const total = COUNTED.length * (2 * runs + 2);
  let done = 0;
  for (const [name, table, given] of COUNTED) {
    const experiment: AnyExperiment = EXPERIMENTS[name];
    const measure = async (variant: Omit<Variant, "drawn">, control: string): Promise<Rows> => {
      const chosen = chooseOptions(experiment, { ...given, control });
      const rows = await study.withVariant({ ...variant, drawn: variant.pairs }, async (study) => {
        const run = { study, stopwatch: new Stopwatch(), seed: 0, owned: false };
        return (await measureRows(chosen, run)).rows;
      });
      bar.report(++done, total);
      return rows;
    };
    const judged = async (rows: Rows): Promise<readonly Line[]> => {
      const chosen = chooseOptions(experiment, { ...given, control: "determiner" });
      const tables = await tablesWithControls(chosen, rows);
      return tables[table]!.rows.filter((row) =>
        row["segment"] === "all" && row["specific"] !== undefined
      );
    };
    const specific = async (rows: Rows) =>
      (await judged(rows)).filter((line) => line["specific"] === "yes");
    const { pairs } = study;
    const main = await measure({ pairs }, "determiner");
    const known = await specific(main);
    const calls: boolean[] = [];
    for (let seed = 1; seed <= runs; seed++) {
      const random = { tower: "text", seed } as const;
      calls.push((await specific(await measure({ pairs, random }, "determiner"))).length > 0);
    }
    const length = (sentence: string) => study.text.ownTokens(sentence).end;
    const between: boolean[] = [];
    let before: Rows | undefined;
    for (let seed = 0; seed <= runs; seed++) {
      const words = withDeterminers(pairs, { seed, length });
      const made = (await measure({ pairs: words }, "none")).map((row) => ({
        ...row,
        sentences: `${row.pair.caption} ${row.pair.foil}`,
        pair: pairs.find(({ id }) => id === row.pair.id)!,
      }));
      if (before !== undefined) {
        const others = new Map(before.map((row) => [row.pair.id, row as typeof made[number]]));
        const rows = made.flatMap(({ sentences, ...row }) => {
          const other = others.get(row.pair.id)!;
          if (other.sentences === sentences) return []; // the same word: no other to compare with
          const { d, s_caption, s_foil } = other.scores!;
          const determiner = { measured: other.measured, d, s_caption, s_foil };
          return [{ ...row, controls: { determiner } }];
        });
        between.push((await specific(rows)).length > 0);
      }
      before = made;
    }
    const strong = known.filter((line) => shareOf(line) > 0.2);
    const isStrong = (line: Line) =>
      strong.some((part) => NAMES.every((name) => part[name] === line[name]));
    const byPairs: string[] = [];
    for (const count of PAIRS) {
      const verdicts: boolean[] = [];
      for (let seed = 0; seed < DRAWS; seed++) {
        const lines = await judged(drawnRows(main, { count, seed }));
        verdicts.push(...lines.filter(isStrong).map((line) => line["specific"] === "yes"));
      }
      const share = verdicts.filter(Boolean).length / verdicts.length;
      byPairs.push(verdicts.length === 0 ? "" : `${share.toFixed(2)} of ${verdicts.length}`);
    }
    const count = (all: readonly boolean[]) => `${all.filter(Boolean).length} of ${all.length}`;
    const heading = `${name} (${strong.length} above .2)`;
    lines.push([heading, `${known.length}`, count(calls), count(between), ...byPairs]);
  }
  const report = [
    `Lines that are called specific, of both sides, on ${ROWS} rows of the embedded data; with fewer sentence pairs, drawn ${DRAWS} times, the share found again of the model's parts above .2 that have a verdict, with the number of these:`,
    "",
    (await markdownTable([HEAD, ...lines])).trimEnd(),
    "",
    "In the planted models, lines that are called specific, of both sides:",
    "",
    (await markdownTable([PLANTED_HEAD, ...await plantedLines()])).trimEnd(),
    "",
    `In \`${
      Object.keys(DRAWN).join("`, `")
    }\` on ${ROWS} rows of the embedded data, lines of carriers above .2 that are called specific / have a verdict / all, with all sentence pairs and in ${FEW_DRAWS} draws of few; last, all other lines of all draws:`,
    "",
    (await markdownTable([DRAWN_HEAD, ...await drawnLines()])).trimEnd(),
    "",
  ].join("\n");
  say(report);
  await document(report);
});
