/** Effects of parts of a model on d: tables, intervals, controls, map, findings and effects of single rows follow from one description. */

import { heatMap, type HeatMapOptions } from "../../charts/heat_map.ts";
import { type ChartSpec, modelOf } from "../../charts/spec.ts";
import { greatest, groupsOf, sideText } from "../../charts/texts.ts";
import { headNote, type NamedHead } from "../../tables/nodes.ts";
import {
  type Columns,
  count,
  fillOnRequest,
  fillTable,
  number,
  type Row,
  type RowOfColumns,
  type Table,
  table,
  type TableCell,
  type TableSchema,
} from "../../tables/table.ts";
import type { Negation } from "../../data/pairs.ts";
import type { Steps } from "../../stats/steps.ts";
import type { StatisticsOptions } from "../clusters.ts";
import { ID, NEGATION, NEGATION_OR_BOTH, SEGMENT, SEGMENT_OR_ALL } from "../columns.ts";
import type { Finding, RowEffects } from "../experiment/finding.ts";
import {
  type ChartContext,
  chartOptions,
  type MeasuredRow,
  type ScoredMeasurement,
  type TableContext,
} from "../experiment/experiment.ts";
import type { Segment } from "../rows/score_rows.ts";
import { effect, type EffectNames } from "./estimate_columns.ts";
import { linesOf, meanEffects, type RowLines } from "./means.ts";
import { isNamedShare, type ShareLine } from "./named_shares.ts";
import { partName, type Ranked, shareText, topShares } from "./ranked.ts";
import { columnValues, type ControlledRows } from "../../tables/estimates.ts";

/** A line of a summary whose columns are not known. */
export type SummaryLine =
  & ShareLine
  & {
    readonly negation: string;
    readonly segment: string;
    readonly n: number;
    readonly layer?: number;
    readonly role?: string;
  }
  & Readonly<Record<string, TableCell>>;

/** What has an effect, and how it is measured, said and drawn. */
export interface EffectsOptions<
  Name extends string,
  Keys extends Columns,
  Own extends Columns,
  Beside extends Columns = NoColumns,
> {
  /** The files are NAME.csv and NAME_summary.csv. */
  readonly name: Name;
  /** What is shown, such as `Attention to the negator of single heads`. */
  readonly title: string;
  /** What the effect in logits is: half a sentence, for columns and captions. */
  readonly effect: string;
  /** What has an effect. @default {"head"} */
  readonly unit?: Ranked<SummaryLine>["unit"];
  /** More sentences about the tables. @default {none} */
  readonly about?: string;
  /** The columns that tell the lines of a row apart: `part`, `layer`, `head`, `role`, `method` and the like. */
  readonly keys: Keys;
  /** What a line has besides. @default {nothing} */
  readonly cells?: Own;
  /** What a line of the summary has besides, which the experiment measures itself. @default {nothing} */
  readonly beside?: Beside;
  /** Whether a share has a scale of its own, on which random towers show what chance gives. @default {false} */
  readonly hasScale?: boolean;
  /** Whether shares are compared with controls. @default {true} */
  readonly hasControl?: boolean;
  /** What a row without a line counts as. @default {it does not count} */
  readonly without?: 0;
  /** How lines are called and listed. @default {by their part, the largest five} */
  readonly said?: Partial<Ranked<SummaryLine>>;
  /** Of lines with these cells, half of the effect counts on both sides: they exchange what the two sentences have, which turns all of d round. @default {none} */
  readonly exchanges?: Readonly<Record<string, string>>;
  /** Whether a line is no finding, as where the method fixes the effect, or where it is of several parts at once. @default {none} */
  readonly isApart?: (line: SummaryLine, lastLayer: number) => boolean;
  /** The lines for which the intervals of a control hold at once; undefined for a line without a control. @default {all lines} */
  readonly familyOf?: (line: SummaryLine) => string | undefined;
  /** What is drawn of the lines, and how. @default {a map of heads by layer} */
  readonly map?: EffectMap;
}

/** What is drawn of the lines of a summary, and how. */
export interface EffectMap extends Partial<HeatMapOptions<SummaryLine>> {
  /** What the map answers, its title; MODEL stands for the model's name. @default {what the parts do to the score} */
  readonly asks?: string;
  /** Which lines are drawn. @default {those with a layer} */
  readonly shows?: (line: SummaryLine) => boolean;
}

/** A line of a row: its keys, its own cells, and its effect on d in logits. */
export type EffectLine<Keys extends Columns, Own extends Columns> =
  & RowOfColumns<Keys>
  & RowOfColumns<Own>
  & { readonly effect: number | undefined };

/** A row of NAME.csv with these cells. */
export type EffectRow<Own> =
  & Row<{ id: string; negation: Negation; segment: Segment }, "effect">
  & Own;

/** A row of NAME_summary.csv with these keys. */
export type MeanEffectRow<Keys> =
  & Row<{ negation: Negation | "both"; segment: Segment | "all" }, "n", EffectNames<"mean_effect">>
  & Keys;

/** The same with these columns. */
export type EffectRowOf<Keys extends Columns, Own extends Columns> = EffectRow<
  RowOfColumns<Keys> & RowOfColumns<Own>
>;

/** A row of NAME_summary.csv with these columns. */
export type MeanEffectOf<Keys extends Columns, Beside extends Columns> = MeanEffectRow<
  RowOfColumns<Keys> & RowOfColumns<Beside>
>;

/** The tables of an experiment of effects. */
export type EffectTables<
  Name extends string,
  Keys extends Columns,
  Own extends Columns,
  Beside extends Columns = NoColumns,
> =
  & { readonly [Table_ in Name]: Table<EffectRowOf<Keys, Own>> }
  & { readonly summary: Table<MeanEffectOf<Keys, Beside>> };

/** What of an experiment follows from its effects; each part may be replaced by one of its own. */
export interface EffectExperiment<
  Name extends string,
  Keys extends Columns,
  Own extends Columns,
  Measured,
  Context,
> {
  /** Makes the rows table and its summary. */
  tables(
    rows: readonly MeasuredRow<Measured>[],
    context: Context & TableContext,
  ): Steps<EffectTables<Name, Keys, Own>>;
  /** Draws the map. */
  charts(
    tables: EffectTables<Name, Keys, Own>,
    context: Context & TableContext & ChartContext,
  ): Readonly<Record<string, ChartSpec>>;
  /** Lists the largest effects. */
  findings(tables: EffectTables<Name, Keys, Own>, ofOneRow?: boolean): Finding;
  /** The effects in single rows. */
  rowEffects(tables: EffectTables<Name, Keys, Own>): RowEffects;
}

/** The lines of rows; each list has simultaneous intervals of its own. */
export type Families<Line> = readonly (readonly RowLines<Line>[])[];

/** The columns of a table that has none of its own. */
export type NoColumns = Readonly<Record<never, never>>;

/** The group of rows and the keys of a line of the summary. */
export type MeanLine<Keys extends Columns> =
  & { readonly negation: Negation | "both"; readonly segment: Segment | "all" }
  & RowOfColumns<Keys>;

/** Effects by their description. */
export class Effects<
  const Name extends string,
  const Keys extends Columns,
  const Own extends Columns = NoColumns,
  const Beside extends Columns = NoColumns,
> {
  /** The schema of NAME.csv. */
  readonly schema: TableSchema;
  /** The schema of NAME_summary.csv. */
  readonly summary: TableSchema;
  readonly #of: EffectsOptions<Name, Keys, Own, Beside>;
  readonly #mean: ReturnType<typeof effect<"mean_effect">>;

  /** Makes the schemas of both tables. */
  constructor(of: EffectsOptions<Name, Keys, Own, Beside>) {
    const { name, keys, about = "", unit = "head", without } = of;
    const { hasScale = false, hasControl = true } = of;
    this.#of = of;
    const meanOf = {
      ...{ table: name, column: "effect" },
      ...without !== undefined && { without },
      ...of.exchanges && { halvedOnBoth: of.exchanges },
    };
    const familyOf = of.familyOf as ControlledRows["familyOf"];
    const control = { of: { ...columnValues(meanOf), familyOf }, hasScale };
    this.#mean = effect("mean_effect", "Mean effect.", meanOf, hasControl ? control : undefined);
    this.schema = table(
      name,
      `One row for each row of the data and ${unit} with an effect there. ${about}`.trimEnd(),
      {
        ...{ id: ID, negation: NEGATION, segment: SEGMENT, ...keys, ...of.cells },
        effect: number("logit", sentenceOf(of.effect)),
      },
    );
    this.summary = table(`${name}_summary`, `One row for each ${unit} and group of rows.`, {
      ...{ negation: NEGATION_OR_BOTH, segment: SEGMENT_OR_ALL, ...keys },
      n: count("Number of rows with an effect.", "rows"),
      ...of.beside,
      ...this.#mean.columns,
    });
  }

  /** Tables, charts, findings and effects of rows of an experiment, from the lines of its measured rows. */
  experiment<Measured, Context>(
    linesOf: (
      rows: readonly ScoredMeasurement<Measured>[],
      context: Context & TableContext,
    ) => Families<EffectLine<Keys, Own>>,
  ): EffectExperiment<Name, Keys, Own, Measured, Context> {
    const { name } = this.#of;
    return {
      tables: (rows, context) =>
        this.#tables(linesOf(rows as readonly ScoredMeasurement<Measured>[], context), context),
      charts: ({ summary }, context) => ({ [name]: this.map(summary.rows, context) }),
      findings: ({ summary }, ofOneRow) => this.findings(summary.rows, ofOneRow),
      rowEffects: (tables) => this.rowEffects(tables[name] as Table<EffectRowOf<Keys, Own>>),
    };
  }

  *#tables(
    families: Families<EffectLine<Keys, Own>>,
    context: StatisticsOptions,
  ): Steps<EffectTables<Name, Keys, Own>> {
    const { table, summary } = yield* this.steps(families, context);
    return { [this.#of.name]: table, summary } as unknown as EffectTables<Name, Keys, Own>;
  }

  /** The same from the lines of each row, as many and in the same order in every row. */
  eachRow<Measured, Context = unknown>(
    linesOf: (
      row: ScoredMeasurement<Measured>,
      context: Context & TableContext,
    ) => readonly EffectLine<Keys, Own>[],
  ): EffectExperiment<Name, Keys, Own, Measured, Context> {
    return this.experiment((rows: readonly ScoredMeasurement<Measured>[], context) => [
      rows.map((row) => {
        const lines = linesOf(row, context);
        return { scores: row.scores, count: lines.length, line: (place) => lines[place]! };
      }),
    ]);
  }

  /** Makes the table of single rows, whose lines are made as they are read. */
  table(families: Families<EffectLine<Keys, Own>>): Table<EffectRowOf<Keys, Own>> {
    return fillOnRequest(this.schema, () => filledLines(families) as never) as never;
  }

  /** Makes the tables of the lines of rows, in steps. A row without an effect in a line has no such line; a line of the summary may have cells besides. */
  *steps(
    families: Families<EffectLine<Keys, Own>>,
    { seed, cluster }: StatisticsOptions,
    besideOf?: (mean: MeanLine<Keys>) => RowOfColumns<Beside>,
  ): Steps<{
    readonly table: Table<EffectRowOf<Keys, Own>>;
    readonly summary: Table<MeanEffectOf<Keys, Beside>>;
  }> {
    const { keys, without, exchanges } = this.#of;
    const summary: object[] = [];
    for (const rows of families) {
      const options = { seed, cluster, without, exchanges };
      for (const { negation, segment, line, mean } of yield* meanEffects(rows, options)) {
        const { n } = mean;
        if (n === 0) continue;
        const of = { negation, segment, ...picked(line, keys) };
        summary.push({ ...of, n, ...besideOf?.(of as never), ...this.#mean.cells(mean) });
      }
    }
    return {
      table: this.table(families),
      summary: fillTable(this.summary, summary as never) as never,
    };
  }

  /** Draws the shares of d over all rows of each side, layers across, a map for each method; `own` replaces what the description says. */
  map(
    rows: readonly MeanEffectOf<Keys, NoColumns>[],
    context: TableContext & ChartContext,
    own: EffectMap = {},
  ): ChartSpec {
    const { title, effect } = this.#of;
    const {
      shows = ({ layer }: SummaryLine) => layer !== undefined,
      asks = "What the parts of MODEL do to the score",
      ...map
    } = {
      ...this.#of.map,
      ...own,
    };
    const options = chartOptions(context);
    const { all, found } = this.#lines(rows);
    const isFound = new Set(found);
    const shown = all.filter((line) => line.segment === "all" && shows(line));
    return heatMap({ rows: shown, schema: this.summary }, {
      ...options,
      title: asks.replace("MODEL", modelOf(options)),
      about:
        `${title} as a share of the score difference d, by layer: ${effect}; sum over n rows of each side of sign(d) times this, divided by the sum of |d|${
          shown.some(({ negation }) => negation === "both") ? OF_BOTH : ""
        }`,
      x: "layer",
      y: "head",
      value: {
        field: "share",
        title: "share of d",
        judged: (line) => ({
          isFixed: !isFound.has(line),
          isNamed: isFound.has(line) && isNamedShare(line),
        }),
      },
      ...map,
    });
  }

  /** Says which lines have the largest shares of d on each side by each method, and what several parts do together. The sentences are of the first method. */
  findings(rows: readonly MeanEffectOf<Keys, NoColumns>[], ofOneRow = false): Finding {
    const { all, found } = this.#lines(rows);
    const said = this.#said;
    const ofMethods = groupsOf(found, methodOf).map((lines) => {
      const method = methodOf(lines[0]!);
      const title = method === "" ? said.title : `${said.title}, by method ${method}`;
      return { method, ...topShares(lines, { ...said, title, ofOneRow }) };
    });
    const together = all.filter((line) =>
      line.segment === "all" && `${line["part"]}`.startsWith("heads ")
    );
    const head = ofMethods.flatMap(({ named }) => named)
      .find((line) => line["head"] !== undefined);
    const [first] = ofMethods;
    return {
      sentences: first === undefined
        ? []
        : first.sentences.map((sentence, i) =>
          first.method === "" || i > 0 ? sentence : `${sentence}, by method ${first.method}`
        ),
      untested: first?.untested ?? [],
      tables: ofMethods.map(({ table }) => table),
      notes: [
        ...together.map((line) =>
          `${ofMethods.length > 1 ? `${methodOf(line)}, ` : ""}${sideText(line.negation)}, ${
            line["part"]
          } together: share ${shareText(line)}`
        ),
        ...head === undefined ? [] : [headNote(head as unknown as NamedHead)],
      ],
    };
  }

  /** The effects in single rows, by the first method. */
  rowEffects({ rows }: Table<EffectRowOf<Keys, Own>>): RowEffects {
    const { title } = this.#of;
    const { found } = this.#lines(rows);
    const method = found.length === 0 ? "" : methodOf(found[0]!);
    return {
      of: `${title[0]!.toLowerCase()}${title.slice(1)}${method && ` by method ${method}`}`,
      effects: found.filter((line) => methodOf(line) === method).map((line) => (
        { id: `${line["id"]}`, part: this.#said.nameOf(line), effect: line["effect"] as number }
      )),
    };
  }

  get #said(): Ranked<SummaryLine> {
    const { title, unit = "head", said } = this.#of;
    const nameOf = (line: SummaryLine) =>
      partName(said?.joinsLayers ? { ...line, layer: undefined } : line);
    return { title: `${title}: largest shares of d`, unit, nameOf, ...said };
  }

  #lines(rows: readonly object[]) {
    const all = rows as readonly SummaryLine[];
    const last = greatest(all.flatMap(({ layer }) => layer ?? []));
    return { all, found: all.filter((line) => !this.#of.isApart?.(line, last)) };
  }
}

/** The lines of all rows in which they have an effect; of a row those of all families together. */
function* filledLines<Line extends { readonly effect: number | undefined }>(
  families: Families<Line>,
): Generator<object> {
  for (const row of Map.groupBy(families.flat(), ({ scores }) => scores.id).values()) {
    for (const lines of row) {
      const { id, negation, segment } = lines.scores;
      for (const line of linesOf(lines)) {
        if (line.effect !== undefined) yield { id, negation, segment, ...line };
      }
    }
  }
}

const OF_BOTH = "; of both sides, what it adds to gamma, as a share of gamma";

/** Half a sentence as a whole one; d stays d. */
function sentenceOf(text: string): string {
  return `${text.startsWith("d ") ? "d" : text[0]!.toUpperCase()}${text.slice(1)}.`;
}

function methodOf({ method = "" }: SummaryLine): string {
  return `${method}`;
}

function picked(line: object, keys: Columns): Readonly<Record<string, TableCell>> {
  return Object.fromEntries(Object.keys(keys).map((key) => [key, (line as SummaryLine)[key]]));
}
