import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Pair } from "../../lib/data/pairs.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { setsOfTests } from "../../lib/experiments/circuit/circuit_run.ts";
import {
  type AnyTables,
  emptyTablesOf,
  type MeasuredRow,
} from "../../lib/study/experiment/experiment.ts";
import { standardOptions } from "../../lib/options/values.ts";
import { segmentOf } from "../../lib/study/rows/score_rows.ts";
import { type EstimateColumn, estimatesOf, type RowValues } from "../../lib/tables/estimates.ts";
import { type AnyTable, rowsOf, type TableCell } from "../../lib/tables/table.ts";
import { stepsOf } from "../stats/turns.ts";

const ROWS = Array.from({ length: 40 }, (_, i) => {
  const negation = i % 2 === 0 ? "foil" as const : "caption" as const;
  const pair: Pair = { id: `${i}`, image: "a.png", negation, caption: `${i}`, foil: `no ${i}` };
  const d = 2 + 3 * Math.sin(i); // whose sum is known to be above 0
  const scores = { ...pair, s_caption: d, s_foil: 0, d, segment: segmentOf(d), tokens: 5 };
  return { pair, scores };
});

const TOKENS = { roles: ["sot", "negator", "eot"], tokens: ["", "no", ""] };

/** What each experiment measures for a row. */
const MEASURED: Readonly<Record<string, (row: typeof ROWS[number], i: number) => unknown>> = {
  trace: () => ({
    ...{ ...TOKENS, heads: 1 },
    effects: { denoise: Array.from({ length: 21 }, (_, i) => Math.cos(i)) },
  }),
  evaluate: () => null,
  attend: (_, i) => attended(i),
  knockout: (_, i) => ({
    knockedOut: {
      negator: [...[1, 2, 3, 4].map((head) => Math.cos(head * i)), 1],
    },
    heads: 4,
    attended: attended(i),
  }),
  ablate: (_, i) => ({ layers: 1, heads: 1, ablated: [Math.cos(i), Math.sin(i)] }),
  shares: ({ scores: { d } }) => ({
    roles: ["negator", "eot"],
    shares: [d, 0, d / 4, 3 * d / 4, 0, d],
  }),
  attribute: (_, i) => ({
    ...{ heads: [Math.cos(i), 1], mlps: [Math.sin(i)], norm: 0.5 },
    ...{ netHeads: [Math.cos(i), 1], netMlps: [0.5 + Math.sin(i)] },
    sources: [0, Math.cos(i), 0, 0.5, 0, 0.5],
    netSources: [0, Math.cos(i), 0, 0.5, 0, 0.5],
    ...TOKENS,
  }),
  circuit: (_, i) => ({
    sizes: { layers: 1, heads: 1 },
    scores: [Math.cos(i), Math.sin(i)],
    single: { denoise: [Math.sin(i), Math.cos(i)] },
    search: {
      rankings: [{ name: "denoise", order: [0, 1] }],
      sets: [
        ...[[], [0], [0, 1]].map((nodes) => ({ name: `denoise ${nodes.length}`, nodes })),
        ...setsOfTests([0], { layers: 1, heads: 1 }, 0),
      ],
      circuit: { ranking: "denoise", nodes: [0] },
    },
  }),
  correlate: ({ scores: { id, negation, d } }, i) => (
    { id, negation, d, text_similarity: Math.cos(i), tokens: 5 + i % 3, subject_size: undefined }
  ),
  paths: (_, i) => ({
    ...{ sizes: { layers: 2, heads: 1 }, negator: 1, roles: ["negator", "eot"] },
    direct: [0, 1, 2, 3].map((node) => Math.cos(node * i)),
    swapped: Array.from({ length: 8 }, (_, place) => Math.sin(place * i)),
    receivers: [{ layer: 2, head: 1 }],
    patched: Array.from({ length: 6 }, (_, place) => Math.cos(place + i)), // from the embedding and from 1.1
  }),
  probe: (_, i) => ({
    layers: [0, 1].map((layer) => ({
      differs: true,
      read: { fold: i % 5, logits: [Math.cos(i), Math.sin(i)], control: [0, 1] },
      effects: { means: layer * Math.cos(i), probe: layer, full: layer },
    })),
  }),
  transplant: ({ scores: { d } }, i) => ({
    first: [0, 1, 2].map((blocks) => [d + blocks * Math.cos(i), 0]),
    last: [0, 1, 2].map((blocks) => [d + blocks * Math.cos(i), 0]),
    values: [0, 1].map((layer) => [0, 1, 2].map((place) => [d + layer * Math.cos(place + i), 0])),
    roles: [["sot", null, "eot"], ["sot", "negator", "eot"]],
    ...{ towers: [], parts: [], heads: 1, names: ["a", "b"] },
  }),
};

function attended(i: number) {
  const largest = Math.sin(i);
  const head = { layer: 1, head: 1, byQuery: [0, 0.5, largest], largest, mean: 0, swapped: 0 };
  return { key: `${i}`, ...TOKENS, heads: [head] };
}

/** A line of any table. */
type Line = Readonly<Record<string, TableCell>>;

/** The mean of a row's values in the lines of a table with the keys of another's line, as the schema of an estimate says; and how many lines these are. */
function rowMeans(values: RowValues, line: Line, { schema, rows }: AnyTable) {
  const keys = Object.keys(schema!.columns).filter((name) =>
    name in line && schema!.columns[name]!.isKey && !["id", "negation", "segment"].includes(name)
  );
  const own = [...rowsOf<Line>({ rows } as never)].filter((row) =>
    keys.every((name) => row[name] === line[name])
  );
  return new Map(ROWS.map(({ scores }) => {
    const found = own.filter(({ id }) => id === scores.id).flatMap((row) => {
      const value = row[values.column];
      const less = values.minus === undefined ? 0 : row[values.minus];
      return value === undefined || less === undefined ? [] : [Number(value) - Number(less)];
    });
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    return [scores.id, { mean: found.length === 0 ? values.without : mean, values: found }];
  }));
}

/** What the rows give for an estimate in a line of its table; of both sides half of what they give together, since their forms are all unmatched. */
function estimateOf({ meanOf, shareOf }: EstimateColumn, line: Line, table: AnyTable): number {
  const of = (meanOf ?? shareOf)!;
  const means = rowMeans(of, line, table);
  const isEach = Object.entries(of.eachLine ?? { none: "" })
    .every(([name, cell]) => line[name] === cell);
  const side = (negation: unknown) => {
    const rows = ROWS.filter(({ scores }) =>
      (["all", undefined].includes(negation as string) || scores.negation === negation) &&
      (["all", undefined].includes(line["segment"] as string) ||
        scores.segment === line["segment"])
    );
    let [sum, whole] = [0, 0];
    for (const { scores: { id, d } } of rows) {
      const { mean, values } = means.get(id)!;
      for (const value of isEach ? values : mean === undefined ? [] : [mean]) {
        const { above, tie = 0 } = of;
        const hit = above === undefined
          ? value
          : Math.abs(value - above) <= tie
          ? 0.5
          : Number(value > above);
        sum += shareOf === undefined ? hit : Math.sign(d) * value;
        whole += shareOf === undefined ? 1 : Math.abs(d);
      }
    }
    return sum / whole;
  };
  if (line["negation"] !== "both") return side(line["negation"]);
  const halved = Object.entries(of.halvedOnBoth ?? { none: "" })
    .every(([name, cell]) => line[name] === cell);
  return (side("foil") + (of.isAlpha ? -1 : 1) * side("caption")) / (halved ? 8 : 4);
}

for (const experiment of ALL_EXPERIMENTS) {
  Deno.test(`the estimates of ${experiment.name} are the means and shares of its rows that their schema says`, () => {
    const rows = ROWS.map((row, i): MeasuredRow<unknown> => (
      { ...row, measured: MEASURED[experiment.name]!(row, i) }
    ));
    const context = { ...standardOptions(experiment.options), seed: 0 };
    const tables = Object.values(stepsOf<AnyTables>(experiment.tables(rows, context)).value);
    let compared = 0;
    for (const { schema, rows } of tables) {
      for (const column of estimatesOf(schema!)) {
        const source = column.meanOf ?? column.shareOf;
        if (source === undefined) continue;
        const table = tables.find(({ name }) => name === source.table)!;
        for (const line of rowsOf<Line>({ rows } as never)) {
          if (line[column.name] === undefined) continue;
          const about = `${schema!.name} ${column.name} ${JSON.stringify(line)}`;
          const expected = estimateOf(column, line, table);
          assertAlmostEquals(line[column.name] as number, expected, 1e-9, about);
          compared++;
        }
      }
    }
    if (!["circuit", "correlate", "transplant"].includes(experiment.name)) assert(compared > 0);
  });
}

for (const experiment of ALL_EXPERIMENTS) {
  Deno.test(`the statistics of ${experiment.name} come in many steps, between which a user can end the run`, () => {
    const rows = ROWS.map((row, i): MeasuredRow<unknown> => (
      { ...row, measured: MEASURED[experiment.name]!(row, i) }
    ));
    const context = { ...standardOptions(experiment.options), seed: 0 };
    const { steps, value } = stepsOf<AnyTables>(experiment.tables(rows, context));
    // At least those of the draws of two bootstraps; scores have shares instead, one step for each side.
    assert(steps >= (experiment.name === "evaluate" ? 3 : 2 * 2000 / 64), `${steps}`);
    assertEquals(Object.keys(value), Object.keys(emptyTablesOf(experiment, context)));
  });

  Deno.test(`the statistics of ${experiment.name} keep rows of a sentence pair or of a subject noun together`, () => {
    const bounds = (cluster: "pair" | "noun") => {
      const rows = ROWS.map((row, i): MeasuredRow<unknown> => { // each row has its own pair, and all have one noun
        const sentences = { caption: `Some cats ${i}.`, foil: `No cat in ${i}.` };
        if (row.pair.negation === "caption") {
          Object.assign(sentences, { caption: sentences.foil, foil: sentences.caption });
        }
        const measured = MEASURED[experiment.name]!(row, i);
        const scores = { ...row.scores, ...sentences };
        return { pair: { ...row.pair, ...sentences }, scores, measured };
      });
      const context = { ...standardOptions(experiment.options), seed: 0, cluster };
      const tables = stepsOf<AnyTables>(experiment.tables(rows, context)).value;
      return Object.values(tables).flatMap((table) => [...rowsOf<object>(table)])
        .flatMap((row) => Object.entries(row))
        .filter(([name, value]) => /(?:^|_)low$|^p_value$/.test(name) && value !== undefined)
        .filter(([name, value]) => name !== "change_low" || value !== 0); // the model's change from itself has no rows
    };
    assert(bounds("pair").length > 0);
    assertEquals(bounds("noun"), []);
  });
}
