/** Contrasts two finished runs of one experiment on the same rows, and writes the results into a folder. */

import { BLOCK_SCORES, CHOICES, FIGURES, KINDS, RETRIEVAL } from "../../benchmark/tables.ts";
import { AGREEMENT, agreementOf } from "../compare/agreement.ts";
import {
  type ComparisonFolder,
  measuredRows,
  sourcesOf,
  writeComparison,
  type WrittenComparison,
} from "../compare/comparison.ts";
import { folderNames, haveOtherImages, untoldSentences } from "../compare/models.ts";
import { NegscopeError } from "../../errors/errors.ts";
import type { RunRecord } from "../../files/manifest.ts";
import type { FileDigest } from "../../reading/path.ts";
import { CLIP } from "../../model/families.ts";
import { isRandomWeights } from "../../opening/load_study.ts";
import { summaryOf } from "../../report/summary.ts";
import { PLACES } from "../../runs/identity.ts";
import { type OpenedRun, openRun, tableOf } from "../../runs/open_run.ts";
import { checkOut } from "../../runs/run_folder.ts";
import { BLOCKS, BLOCKS_SUMMARY } from "../../study/evaluate/blocks.ts";
import { SUMMARY, verdictOf } from "../../study/evaluate/summary.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { EVALUATE } from "../../study/rows/score_rows.ts";
import { estimatesOf, type RowValues } from "../../tables/estimates.ts";
import { type AnyTable, estimated, fillTable, type TableSchema } from "../../tables/table.ts";
import type { Line } from "../../study/effects/row_values.ts";
import { contrastFinding, differenceMap } from "./findings.ts";
import { type PairableRun, PairedRows, type ScoredRow, scoredRows } from "./paired.ts";
import { CONTRAST, contrastCells, distinctCells, mainCells } from "./tables.ts";
import { PARTS_FILE } from "../parts/parts_folder.ts";
import { commandOf } from "../../errors/command.ts";

/** The seed of the samples for paired intervals. */
const SEED = 0;

/**
 * Contrasts two finished runs of one experiment on the same rows, row by row.
 *
 * @param folders The folders of both runs, which may be parts of an atlas.
 * @param settings Where the results are written.
 * @returns The findings, and what was done with the folder.
 * @throws {NegscopeError} If a folder holds no finished run, or they cannot be contrasted.
 */
export async function contrast(
  folders: readonly string[],
  settings: ComparisonFolder,
): Promise<WrittenComparison> {
  const stopwatch = new Stopwatch();
  const runs = await Array.fromAsync(folders, openRun);
  const refuse = (reason: string, expected: string, fix?: string) => {
    throw new NegscopeError("not-comparable", {
      problem: `Cannot contrast ${folders.map((folder) => `"${folder}"`).join(" and ")}`,
      subject: folders.at(-1),
      reason,
      expected,
      fix,
    });
  };
  const expected = "two runs of one experiment";
  for (const { folder, manifest: { command, checksums = {} } } of runs) {
    if (command !== "study" && !Object.hasOwn(checksums, PARTS_FILE)) continue;
    const fix = `name those within, or put many models on one page with ${commandOf("cards")}`;
    refuse(`"${folder}" holds several runs`, expected, fix);
  }
  if (runs.length !== 2) refuse(`the number of runs is ${runs.length}`, expected);
  const [one, other] = runs as [OpenedRun, OpenedRun];
  await checkOut(settings.out, folders);
  const { command } = one.manifest;
  if (command !== other.manifest.command) {
    refuse(
      `they are of different experiments, ${command} and ${other.manifest.command}`,
      expected,
    );
  }
  const shared = [...one.schemas.values()].map(withRowValues).filter((schema) =>
    estimatesOf(schema).length > 0 && other.schemas.has(schema.name)
  );
  if (shared.length === 0) refuse("they have no table in common that can be compared", expected);
  const [first, second] = [pairable(one), pairable(other)];
  const texts = [first, second].map(({ scored }) => new Set(scored.map(({ text }) => text)));
  const same = texts[0]!.intersection(texts[1]!).size;
  if (texts.some(({ size }) => size !== same)) {
    refuse(
      `they are of different rows: ${same} with the same id, image and sentences, of ${
        texts[0]!.size
      } and ${texts[1]!.size}`,
      "two runs on the same rows, with the same --data, --protocol and --limit",
    );
  }
  if (haveOtherImages(one.record, other.record)) {
    refuse(
      "their images are other files under the same names (how many is not known: a run records one checksum of all its images)",
      "runs on the same files: run one of them again with the other's --images",
    );
  }
  const paired = new PairedRows(first, second, SEED);
  const cells = shared.flatMap((schema) => {
    const [here, there] = runs.map(({ manifest: { checksums } }) =>
      checksums?.[`${schema.name}.csv`]
    );
    const tables = [comparedRows(one, schema), comparedRows(other, schema)] as const;
    return contrastCells(schema, tables, { paired, isSame: here === there });
  });
  const names = namesOf(runs);
  const columns = Map.groupBy(cells, ({ table, quantity }) => `${quantity} of ${table}.csv`);
  const agreement = [...columns].map(([of, rows]) =>
    agreementOf(
      { of, first: names[0], second: names[1] },
      rows.filter(distinctCells(rows)).map(({ first, second }) => [first, second]),
    )
  );
  const [firstScore, secondScore] = [scoreOf(one), scoreOf(other)];
  const mapped = mainCells(cells).filter(({ layer }) => layer !== undefined);
  const finding = contrastFinding({
    names,
    about: runs.map(({ folder, manifest: { model, rows } }, i) =>
      `${names[i]}: ${folder} (${command}, ${model?.name ?? "unknown model"}, ${rows.kept} rows)`
    ),
    sharedTower: sharedTower(one.record, other.record),
    rows: first.scored.length,
    differing: [
      ...runDifferences(one.record, other.record),
      ...firstScore === secondScore ? [] : [
        `S (${firstScore}, ${secondScore}), so that differences in logits are between other scales`,
      ],
    ],
    ...{ cells, agreement },
    untold: untoldSentences(
      names.map((name, i) => ({ name, verdict: verdictOf(runs[i]!.rows(SUMMARY), { name }) })),
    ),
  });
  const sources = sourcesOf(runs);
  const map = () => differenceMap(mapped, { sources, names });
  return await writeComparison(settings, {
    command: "contrast",
    options: { runs: folders },
    sources,
    tables: [fillTable(CONTRAST, cells), fillTable(AGREEMENT, agreement)],
    charts: new Map(mapped.length === 0 ? [] : [["contrast_map", map()]]),
    rows: measuredRows(cells.length, cells.filter((row) => row.difference !== undefined).length),
    summary: summaryOf(`negscope contrast: two runs of ${command}`, [finding]),
    stopwatch,
  });
}

/** An accuracy is the share of rows whose right option has more than the largest other score, where two options share it one half; where more do, it is no such share. */
const MARGIN: RowValues = { table: "margins", column: "margin", above: 0 };

/** What the rows add to estimates that are no means of a column of a table of rows: the margins of a benchmark's questions, and blocks. */
const ROW_VALUES: Readonly<Record<string, RowValues>> = {
  [FIGURES.name]: MARGIN,
  [BLOCKS_SUMMARY.name]: { table: BLOCKS.name, column: "value" },
};

function withRowValues(schema: TableSchema): TableSchema {
  const meanOf = ROW_VALUES[schema.name];
  if (meanOf === undefined) return schema;
  const { value } = schema.columns;
  const columns = { ...schema.columns, value: estimated(value!, { ...value!.estimate, meanOf }) };
  return { ...schema, columns };
}

/** The figures of a benchmark that are compared; the others say how ties count and what is had without looking. */
const MAIN = ["accuracy", ...BLOCK_SCORES, "r1", "r5", "r10", "median"] as const;

function comparedRows({ rows }: OpenedRun, schema: TableSchema): readonly Line[] {
  const lines: readonly Line[] = rows(schema);
  return schema.name !== FIGURES.name
    ? lines
    : lines.filter(({ measure }) => MAIN.some((name) => name === measure));
}

/** The rows of a run; of a benchmark its questions, so that two runs are compared on the same questions alone. */
function scoredRowsOf(run: OpenedRun): ScoredRow[] {
  if (run.schemas.has(CHOICES.name)) {
    return questionsOf(run).map(({ id, question, margins: [[, d]] }) => (
      { id, negation: "caption", segment: "ambiguous", d, cluster: id, text: question }
    ));
  }
  if (!run.schemas.has(RETRIEVAL.name)) return scoredRows(run.rows(EVALUATE), run.cluster);
  return run.rows(RETRIEVAL).filter(({ direction }) => direction === "text_to_image").map((
    { row, caption, image, sentence },
  ) => {
    const [id, text] = [`${row} ${caption}`, JSON.stringify([row, caption, image, sentence])];
    return { id, negation: "caption", segment: "ambiguous", d: 0, cluster: text, text };
  });
}

/** The questions, with how far what is right is above the rest: of two pictures with two sentences in each of three scores. */
function questionsOf(run: OpenedRun) {
  const byRow = Map.groupBy(run.rows(CHOICES), ({ row }) => row);
  return [...byRow].map(([row, options]) => {
    const scores = (right: number) =>
      options.filter((option) => option.right === right).map(({ score }) => score);
    const [[a, d = a], [b, c]] = [scores(1), scores(0)] as [[number, number?], [number, number]];
    const margin = Math.min(a, d) - Math.max(...scores(0));
    const margins = scores(1).length === 1
      ? [["accuracy", margin]] as const
      : [["group", margin], ["text", Math.min(a - b, d - c)], [
        "image",
        Math.min(a - c, d - b),
      ]] as const;
    const { question, group = "" } = options[0]!;
    return { id: `${row}`, question: JSON.stringify([row, question]), group, margins };
  });
}

/** `margins` has a line for each group that a question may be in. */
function marginsOf(run: OpenedRun): AnyTable {
  const rows = questionsOf(run).flatMap(({ id, group, margins }) =>
    margins.flatMap(([measure, margin]) => [
      { id, group: "all", by: "all", measure, margin },
      ...KINDS.map((by) => ({ id, group, by, measure, margin })),
    ])
  );
  const { group, by, measure } = FIGURES.columns;
  const schema = { name: MARGIN.table, about: "", columns: { group, by, measure } };
  return { name: MARGIN.table, columns: ["id", ...Object.keys(rows[0] ?? {})], rows, schema };
}

/** A line for each block and quantity, at its foil-negated row. */
function blocksOf(run: OpenedRun): AnyTable {
  const rows = run.rows(BLOCKS).flatMap(({ foil_id: id, caption_id: _, ...values }) =>
    Object.entries(values).map(([quantity, value]) => ({ id, quantity, value }))
  );
  const { quantity } = BLOCKS_SUMMARY.columns;
  const schema = { name: BLOCKS.name, about: "", columns: { quantity } };
  return { name: BLOCKS.name, columns: Object.keys(rows[0] ?? {}), rows, schema };
}

function pairable(run: OpenedRun): PairableRun {
  const known = new Map<string, AnyTable | undefined>();
  const made: Readonly<Record<string, typeof marginsOf>> = {
    [MARGIN.table]: marginsOf,
    [BLOCKS.name]: blocksOf,
  };
  return {
    scored: scoredRowsOf(run),
    cluster: run.cluster,
    table: (name) => known.getOrInsertComputed(name, () => made[name]?.(run) ?? tableOf(run, name)),
  };
}

function namesOf(runs: readonly OpenedRun[]) {
  const models = runs.flatMap(({ manifest: { model } }) => model?.name ?? []);
  const names = new Set(models).size === 2 ? models : folderNames(runs.map((run) => run.folder));
  return names as [first: string, second: string];
}

/** The tower that two runs have alike where they do not have the other. */
function sharedTower(one: RunRecord, other: RunRecord): "text" | "image" | undefined {
  if ([one, other].some(({ randomWeights }) => randomWeights !== undefined)) return undefined;
  const isAlike = (tower: "text" | "image") => {
    const [first, second] = [one.towers?.[tower], other.towers?.[tower]];
    return first === undefined || second === undefined ? undefined : first === second;
  };
  const [text, image] = [isAlike("text"), isAlike("image")];
  if (text === true && image === false) return "text";
  return text === false && image === true ? "image" : undefined;
}

function scoreOf({ manifest: { model } }: OpenedRun): string {
  return (model?.score ?? CLIP.similarity.formula).replace(/ \(.*\)$/, "");
}

type Recorded = Pick<RunRecord, "options" | "sources">;

/** Names what differs: options with both values, and files by their contents, which are the same under any name. */
export function runDifferences(first: Recorded, second: Recorded): string[] {
  const [a, b] = [first.options ?? {}, second.options ?? {}];
  const options = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => !PLACES.includes(name) && a[name] !== b[name])
    .map((name) => `--${name} (${a[name] ?? "none"}, ${b[name] ?? "none"})`);
  const files = (["data", "model"] as const).flatMap((kind) => {
    const [one, other] = [filesOf(first, kind), filesOf(second, kind)];
    const names = new Set([...aloneIn(one, other), ...aloneIn(other, one)]);
    return names.size === 0 ? [] : [`the ${kind} (${[...names].join(", ")})`];
  });
  return [...options, ...files];
}

/** The files of a run, without random weights, which an option names. */
function filesOf({ sources }: Recorded, kind: "data" | "model"): readonly FileDigest[] {
  return sources[kind].filter(({ file }) => !isRandomWeights(file));
}

function aloneIn(files: readonly FileDigest[], than: readonly FileDigest[]): string[] {
  const contents = new Set(than.map(({ sha256 }) => sha256));
  return files.filter(({ sha256 }) => !contents.has(sha256)).map(({ file }) => file);
}
