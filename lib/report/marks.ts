/** Which rows a mark of a chart stands for: a bar of a histogram, a cell of a map, a point. */

import { roleOfLabel } from "../charts/roles.ts";

type Datum = Readonly<Record<string, unknown>>;

type View = Readonly<Record<string, unknown>>;

const WITHIN = ["concat", "vconcat", "hconcat", "layer"];

/** Marks that are never the label's own, such as a number in a cell. */
const UNLABELLED = new Set<unknown>(["text", "rule", "line", "area"]);

const PARTS = new Map([
  ["attention output", "attn_out"],
  ["MLP output", "mlp_out"],
  ["whole block", "block"],
]);

/**
 * Finds the rows behind each mark that has a label, by its datum and by the title of its panel, such as `foil-negated, correct (n = 81)`.
 * Returns for each label the addresses of its marks within the page, in the order of drawing: `side=foil&segment=correct&layer=3&role=eot`.
 * Undefined for a mark that leads to no rows.
 */
export function leadsOf(
  spec: object,
  ids: ReadonlySet<string>,
): Map<string, (string | undefined)[]> {
  const leads = new Map<string, (string | undefined)[]>();
  for (const { titles, datum } of labelled(spec as View, { titles: [], values: [] })) {
    const label = `${datum["tip"]}`;
    const found = leads.get(label) ?? [];
    found.push(leadOf(datum, titles, ids));
    leads.set(label, found);
  }
  return leads;
}

/** The data of all marks with labels, with the titles of the views that hold them, the innermost last. */
function* labelled(
  view: View,
  { titles, values }: { readonly titles: readonly string[]; readonly values: readonly Datum[] },
): Generator<{ readonly titles: readonly string[]; readonly datum: Datum }> {
  const title = titleText(view["title"]);
  const within = {
    titles: title === "" ? titles : [...titles, title],
    values: (view["data"] as { readonly values?: readonly Datum[] } | undefined)?.values ?? values,
  };
  for (const key of WITHIN) {
    for (const inner of (view[key] as readonly View[] | undefined) ?? []) {
      yield* labelled(inner, within);
    }
  }
  const { mark } = view;
  const { type, aria } = typeof mark === "object" && mark !== null
    ? mark as { readonly type?: unknown; readonly aria?: unknown }
    : { type: mark };
  if (type === undefined || UNLABELLED.has(type) || aria === false) return;
  for (const datum of within.values) {
    if (typeof datum["tip"] === "string") yield { titles: within.titles, datum };
  }
}

function titleText(title: unknown): string {
  if (typeof title === "object" && title !== null && "text" in title) return titleText(title.text);
  return title === undefined || title === null ? "" : [title].flat().join(" ");
}

function leadOf(
  datum: Datum,
  titles: readonly string[],
  ids: ReadonlySet<string>,
): string | undefined {
  const row = rowOf(`${datum["tip"]}`, ids);
  if (row !== undefined) return query({ row });
  const { layer, ...cell } = cellOf(datum, titles);
  const { d_from: from, d_to: to } = datum;
  const isCell = layer !== undefined && Object.values(cell).some((value) => value !== undefined);
  if (!isCell && from === undefined) return undefined;
  return query({ ...groupOf(datum, titles), from, to, ...(isCell && { layer, ...cell }) });
}

/** The row that a label begins with, as in `row_1: d 0.5`. */
function rowOf(label: string, ids: ReadonlySet<string>): string | undefined {
  for (let end = label.indexOf(": "); end !== -1; end = label.indexOf(": ", end + 1)) {
    const id = label.slice(0, end);
    if (ids.has(id)) return id;
  }
  return undefined;
}

function groupOf(datum: Datum, titles: readonly string[]) {
  const [, side, segment] =
    /^(caption|foil)-negated(?:, (correct|ambiguous|incorrect))?/.exec(titles.at(-1) ?? "") ?? [];
  return { side: datum["negation"] ?? side, segment: datum["segment"] ?? segment };
}

function cellOf(datum: Datum, titles: readonly string[]) {
  const [, labelLayer, labelHead] = /^L?(\d+)[.H](\d+)/.exec(`${datum["label"]}`) ?? [];
  const [, titleLayer] = /\bin layer (\d+)/.exec(titles.join(" ")) ?? [];
  const { layer = labelLayer ?? titleLayer, head, role, part } = datum;
  const isOther = role !== undefined || part !== undefined;
  return {
    layer,
    head: head ?? (isOther ? undefined : labelHead),
    role: role === undefined ? undefined : roleOfLabel(`${role}`),
    part: part === undefined ? undefined : PARTS.get(`${part}`) ?? part,
  };
}

function query(parts: Readonly<Record<string, unknown>>): string {
  const known = Object.entries(parts).filter(([, value]) => value !== undefined);
  return new URLSearchParams(known.map(([key, value]) => [key, `${value}`])).toString();
}

const LABELLED = /<path aria-label="([^"]*)"/g;

/** Marks the paths of an SVG that lead to rows, as `data-rows`. A label that the picture does not have as often as the chart leads nowhere. */
export function withLeads(
  svg: string,
  leads: ReadonlyMap<string, readonly (string | undefined)[]>,
): string {
  const drawn = new Map<string, number>();
  for (const [, label] of svg.matchAll(LABELLED)) {
    const text = unescaped(label!);
    drawn.set(text, (drawn.get(text) ?? 0) + 1);
  }
  const next = new Map<string, number>();
  return svg.replace(LABELLED, (path, label: string) => {
    const text = unescaped(label);
    const found = leads.get(text) ?? [];
    const index = next.get(text) ?? 0;
    next.set(text, index + 1);
    const lead = found.length === drawn.get(text) ? found[index] : undefined;
    return lead === undefined ? path : `${path} data-rows="${lead.replaceAll("&", "&amp;")}"`;
  });
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}
