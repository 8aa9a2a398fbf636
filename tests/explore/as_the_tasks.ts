/** Compares an explorer's answers with the tables of tasks; it runs in a page too. */

import type { Change, Explained, Explorer, ExplorerRow, Grid } from "../../lib/explore/protocol.ts";

/** The lines of a table, as texts by column. */
type Lines = readonly Readonly<Record<string, string>>[];

/** What tasks wrote about the same rows. */
export interface TaskTables extends
  Readonly<
    Record<"evaluate" | "effects" | "knockout" | "attribution" | "nodes" | "paths", Lines>
  > {
  /** What d of some rows rests on, by this machine's runtime and sharp's pixels. */
  readonly explained: Readonly<Record<string, readonly number[]>>;
}

/** How many numbers were compared of each kind, and the largest difference. */
export interface Comparison {
  readonly compared: Readonly<Record<string, number>>;
  readonly largest: Readonly<Record<string, number>>;
}

/** What of d is lost with a changed score of the negated sentence, in a line of knockout.csv. */
function lost(line: Lines[number], [scores]: Lines): string {
  const [changed, caption, foil] = [line["s_knocked_out"], scores!["s_caption"], scores!["s_foil"]]
    .map(Number) as [number, number, number];
  return `${line["negation"] === "caption" ? caption - changed : changed - foil}`;
}

/** Compares all rows of an explorer. */
export async function compareWithTasks(
  explorer: Explorer,
  tables: TaskTables,
): Promise<Comparison> {
  const compared: Record<string, number> = {};
  const largest: Record<string, number> = {};
  const compare = (kind: string, found: number | null | undefined, expected: string) => {
    compared[kind] = (compared[kind] ?? 0) + 1;
    const isNone = found === null && expected === "";
    const difference = isNone ? 0 : Math.abs((found ?? NaN) - Number(expected));
    largest[kind] = Math.max(largest[kind] ?? 0, Number.isNaN(difference) ? Infinity : difference);
  };
  const { rows } = await explorer.about();
  for (const row of rows) {
    const own = (lines: Lines) => lines.filter(({ id }) => id === row.row);
    const { before, tokens, negated } = await explorer.measure(row, []);
    const [scores] = own(tables.evaluate);
    compare("S", before.caption, scores!["s_caption"]!);
    compare("S", before.foil, scores!["s_foil"]!);
    compare("d", before.d, scores!["d"]!);
    compare("d", row.scores.d, scores!["d"]!);
    const explained = tables.explained[row.row]; // of some rows, since it takes long
    const found = explained === undefined ? [] : restsOn(await explorer.explain(row));
    explained?.forEach((x, i) => compare("explained", found[i], `${x}`));
    const map = await explorer.grid(row, [], "map");
    if (`${tokens[negated!].map(({ text }) => text)}` !== `${map.rows}`) {
      throw new Error(row.row);
    }
    for (const { layer, position, cte } of own(tables.effects)) {
      compare("map", at(map, layer!, Number(position)), cte!);
    }
    const knockouts = await explorer.grid(row, [], "knockouts");
    for (const line of own(tables.knockout).filter(({ head }) => head !== "")) {
      const share = at(knockouts, line["layer"]!, Number(line["head"]) - 1);
      compare("knockouts", share === null ? null : share * before.d, lost(line, [scores!]));
    }
    const direct = await explorer.grid(row, [], "direct");
    for (const { part, layer, head, role, effect } of own(tables.attribution)) {
      if (role !== "") continue;
      const column = part === "mlp" ? direct.rows.length - 1 : Number(head) - 1;
      compare("direct", at(direct, layer!, column)! * before.d, effect!);
    }
    await compareChanges(explorer, row, { tables, own, compare });
  }
  return { compared, largest };
}

/** The effects of words and squares on d, by gradients of both towers, and the picture as the model sees it. */
export function restsOn({ words, squares, total, greys }: Explained): number[] {
  const effects = [...words.rows, ...squares.rows].map(({ effect }) => effect);
  return [...effects, total, ...greys];
}

/** Compares single changes: a patch, a knock-out, an arrow into a head, and one into the score. */
async function compareChanges(explorer: Explorer, row: ExplorerRow, { tables, own, compare }: {
  readonly tables: TaskTables;
  readonly own: (lines: Lines) => Lines;
  readonly compare: (kind: string, found: number, expected: string) => void;
}): Promise<void> {
  const drop = async (change: Change) => {
    const { before, after } = await explorer.measure(row, [change]);
    return before.d - after.d;
  };
  for (const { layer, position, effect } of some(own(tables.effects), 7)) {
    if (effect === "") continue;
    const change: Change = { kind: "patch", layer: Number(layer), position: Number(position) };
    compare("patch", await drop(change), effect!);
  }
  for (const line of some(own(tables.knockout).filter(({ head }) => head !== ""), 5)) {
    const change: Change = { kind: "knock_out", head: `${line["layer"]}.${line["head"]}` };
    compare("knock-out", await drop(change), lost(line, own(tables.evaluate)));
  }
  for (const line of some(own(tables.paths), 6)) {
    const sender = line["sender_head"];
    const change: Change = {
      kind: "cut",
      from: sender === "" ? "negator" : `${line["sender_layer"]}.${sender}`,
      to: `${line["receiver_layer"]}.${line["receiver_head"]}`,
      by: ({ q: "queries", k: "keys", v: "values" } as const)[line["input"] as "q" | "k" | "v"],
    };
    compare("cut", await drop(change), line["effect"]!);
  }
  const last = own(tables.nodes).filter(({ method }) => method === "direct");
  for (const { layer, head, effect } of some(last, 6)) {
    const from = head === "" ? `mlp ${layer}` : `${layer}.${head}`;
    const change: Change = { kind: "cut", from, to: "score", by: "direct" };
    compare("cut at the score", await drop(change), effect!);
  }
}

/** A few lines, evenly from all. */
function some(lines: Lines, count: number): Lines {
  const step = Math.max(1, Math.floor(lines.length / count));
  return lines.filter((_, i) => i % step === 0).slice(0, count);
}

function at({ columns, values }: Grid, layer: string, row: number): number | null {
  return values[row]![columns.indexOf(layer)]!;
}
