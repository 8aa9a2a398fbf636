/** What charts write: numbers, estimates with their intervals and controls, groups of rows, and the roles of tokens. */

import { NEGATIONS } from "../data/pairs.ts";
import { type Role, ROLES } from "../data/align.ts";

/** What the control of a row shows, and whether the row lies beyond it. */
export interface RowControl {
  readonly control: string;
  readonly value: number | undefined;
  /** Whether the row's effect on d is one of negation; undefined if that is unknown, and where there is no effect, as of attention. */
  readonly isSpecific: boolean | undefined;
  /** The same where there is an effect, and else whether the value lies beyond the control. */
  readonly isBeyond: boolean | undefined;
}

export const CONTROL_ENDING = "_control";

export const BEYOND_ENDING = "_beyond";

/** The column that says whether a row is beyond its control: of an effect on d, and of something else. */
export const SPECIFIC = "specific";
export const BEYOND_CONTROL = "beyond_control";

/** The control of the main estimate of a row; undefined if its table has none. */
export function controlIn(row: object): RowControl | undefined {
  const cells = row as Readonly<Record<string, unknown>>;
  const { control } = cells;
  if (typeof control !== "string") return undefined; // as of most rows: their columns are not looked through
  const hasBounds = (stem: string) => `${stem}${BEYOND_ENDING}_low` in row; // which another column with this ending has not
  const stem = Object.keys(row).filter((name) => name.endsWith(CONTROL_ENDING))
    .map((name) => name.slice(0, -CONTROL_ENDING.length)).find(hasBounds);
  if (stem === undefined) return undefined;
  const verdict = (column: string) => cells[column] ? cells[column] === "yes" : undefined;
  const isSpecific = verdict(SPECIFIC);
  const value = cells[`${stem}${CONTROL_ENDING}`] as number | undefined;
  return { control, value, isSpecific, isBeyond: isSpecific ?? verdict(BEYOND_CONTROL) };
}

/** Bounds of a value; undefined if there is no interval. */
export interface Bounds {
  /** The lower bound. */
  readonly low?: number | undefined;
  /** The upper bound. */
  readonly high?: number | undefined;
}

/** Both ends of a value's interval, drawn; the value itself in place of one that it lacks. */
export function drawnEnds(value: number, { low, high }: Bounds): [number, number] {
  return [drawn(low ?? value), drawn(high ?? value)];
}

/** An estimate for a `tip`, to three significant digits: `−0.431 [−0.474, −0.382]`; without an interval, only the estimate. */
export function tipEstimate(estimate: number, bounds: Bounds = {}): string {
  const format = (value: number) => `${Number(value.toPrecision(3))}`.replace("-", "−");
  return withBounds(estimate, bounds, format);
}

/** An estimate with its interval, for titles: `−.22 [−.34, −.09]`; without an interval, only the estimate. */
export function estimateText(estimate: number, bounds: Bounds): string {
  return withBounds(estimate, bounds, shortNumber);
}

function withBounds(
  estimate: number,
  { low, high }: Bounds,
  format: (value: number) => string,
): string {
  const known = low !== undefined && high !== undefined;
  return known ? `${format(estimate)} [${format(low)}, ${format(high)}]` : format(estimate);
}

/** The `tip` of a row: what it is, its value with the interval, and the number of what it is a mean of, if the table has it. */
export function tipOf(
  what: string,
  value: number,
  { row, ...bounds }: Bounds & { readonly row: object },
): string {
  const n = "n" in row && row.n !== undefined ? `, n = ${row.n}` : "";
  const control = controlIn(row);
  const beside = control?.value === undefined
    ? ""
    : `, control ${control.control} ${tipEstimate(control.value)}`;
  return `${what} ${tipEstimate(value, bounds)}${n}${beside}`;
}

/** A number rounded for drawing, to 6 significant digits. */
export function drawn(value: number): number {
  return Number(value.toPrecision(6));
}

/** A number with two digits after the point, as the paper prints it: `.32`, `−.05`, `1.04`; only exact whole numbers become `0` or `1`. */
export function shortNumber(value: number): string {
  return decimals(value, 2);
}

/** A number with the given digits after the point, no leading 0 and a true minus sign; only exact whole numbers have no digits. */
export function decimals(value: number, digits: number): string {
  const text = Number.isInteger(value)
    ? `${Math.abs(value)}`
    : Math.abs(value).toFixed(digits).replace(/^0/, "");
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A round end that includes a value, above it by at most a fifth of its leading digit's place; 1 if there is no value. */
export function niceCeil(value: number): number {
  if (!(value > 0)) return 1;
  const step = 10 ** Math.floor(Math.log10(value)) / 5;
  return drawn(Math.ceil(drawn(value / step)) * step);
}

/** The largest of any number of values, which a call of `Math.max` could not all take; -Infinity if there is none. */
export function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

/** The range of an axis that holds all values, with a margin of a twentieth at either end. */
export function axisRange(values: readonly number[]): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = greatest(values);
  const spare = most > least ? (most - least) / 20 : 0.5;
  return [drawn(least - spare), drawn(most + spare)];
}

const SEGMENTS = ["correct", "incorrect", "ambiguous", "all"];

/** The groups of rows in the order of the paper's figures: each segment's foil-negated rows, then its caption-negated rows. */
export function groupsInOrder<Row extends { readonly negation: string; readonly segment: string }>(
  rows: readonly Row[],
): readonly (readonly Row[])[] {
  const groups = groupsOf(rows, ({ negation, segment }) => `${negation} ${segment}`);
  return groups.toSorted((a, b) => placeOfGroup(a[0]!) - placeOfGroup(b[0]!));
}

export function placeOfGroup({ negation, segment = "all" }: {
  readonly negation?: string;
  readonly segment?: string;
}): number {
  return negation === "both" ? -1 : 2 * SEGMENTS.indexOf(segment) + (negation === "foil" ? 0 : 1);
}

export function groupsOf<Row>(
  rows: readonly Row[],
  key: (row: Row) => string,
): readonly (readonly Row[])[] {
  return [...Map.groupBy(rows, key).values()];
}

export function sidesOf<Row extends { readonly negation: string }>(
  rows: readonly Row[],
): readonly (readonly Row[])[] {
  const sides: readonly string[] = ["both", ...NEGATIONS];
  const place = (side: readonly Row[]) => sides.indexOf(side[0]!.negation);
  return groupsOf(rows, ({ negation }) => negation).toSorted((a, b) => place(a) - place(b));
}

export function sideText(negation: string): string {
  return negation === "both" ? "both sides" : `${negation}-negated`;
}

export function sideHeading(negation: string): string {
  return `${sideText(negation)}${negation === "both" ? ", share of gamma" : ""}`;
}

/** The title of a side, or of a segment of it, e.g. `foil-negated, correct (n = 81)`; n is the largest among its rows. */
export function sideTitle(
  rows: readonly { readonly negation: string; readonly n: number }[],
  segment?: string,
): string {
  const { negation } = rows[0]!;
  const group = segment === undefined || negation === "both" ? "" : `, ${segment}`;
  return `${sideHeading(negation)}${group} (n = ${greatest(rows.map((row) => row.n))})`;
}

export function titledSides<Row extends { readonly negation: string; readonly n: number }>(
  rows: readonly Row[],
) {
  return sidesOf(rows).map((rows) => ({ title: sideTitle(rows), rows }));
}

const SHOWN: Readonly<Record<Role, string>> = {
  sot: "SOT",
  there: "there",
  is_are: "is / are",
  before: "before",
  negator: "negator",
  inserted: "inserted",
  subject_first: "subject (first)",
  subject_further: "subject (further)",
  after: "after",
  full_stop: "full stop",
  eot: "EOT",
  pad: "padding",
  pooled: "pooled",
};

export function roleLabel(role: string): string {
  const known = ROLES.find((name) => name === role);
  return known === undefined ? role : SHOWN[known];
}

/** A role in a sentence, which spells out what an axis abbreviates. */
export function roleName(role: string): string {
  return role === "eot" ? "end token" : role === "sot" ? "start token" : roleLabel(role);
}

/** The distinct roles in the order of the sentence; roles that are not known come last. */
export function rolesInOrder(roles: Iterable<string>): readonly string[] {
  const present = new Set(roles);
  const inOrder = new Set<string>([...ROLES, ...present]);
  return [...inOrder].filter((role) => present.has(role));
}

export function roleOfLabel(label: string): string {
  return ROLES.find((role) => SHOWN[role] === label) ?? label;
}

const ENDS: ReadonlyMap<string, string> = new Map([
  ["<|startoftext|>", "SOT"],
  ["<|endoftext|>", "EOT"],
]);

/** A token as charts name it: those at the ends of a sentence are long. */
export function shortToken(token: string): string {
  return ENDS.get(token) ?? token;
}

/** The side of a heat map on which roles stand in the order of the sentence. */
export const ROLE_SIDE = {
  field: "role",
  of: ({ role }: { readonly role?: string | undefined }): string => roleLabel(`${role}`),
  order: (labels: readonly string[]) => rolesInOrder(labels.map(roleOfLabel)).map(roleLabel),
};
