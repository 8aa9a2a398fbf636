/** What a table's row says of its control, in the columns that `--control` adds. */

/** The value of a row's control, and whether the row is beyond it. */
export interface RowControl {
  readonly control: string;
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly isSpecific: boolean | undefined;
}

export const CONTROL_ENDING = "_control";

/** The control of a row; undefined if its table has none. */
export function controlIn(row: object): RowControl | undefined {
  const cells = row as Readonly<Record<string, unknown>>;
  const { control, specific } = cells;
  if (typeof control !== "string") return undefined; // as of most rows: their columns are not looked through
  const hasBounds = (name: string) => `${name}_low` in row; // which the name of another estimate's control has not
  const stem = Object.keys(row).find((name) => name.endsWith(CONTROL_ENDING) && hasBounds(name));
  if (stem === undefined) return undefined;
  const number = (name: string) => cells[name] as number | undefined;
  return {
    control,
    value: number(stem),
    low: number(`${stem}_low`),
    high: number(`${stem}_high`),
    isSpecific: specific === undefined ? undefined : specific === "yes",
  };
}

/** The cells of the control of an estimate that is not its table's main one, under the names of the main one's. */
export function mainControl(
  row: object,
  { prefix, stem, as }: { readonly prefix: string; readonly stem: string; readonly as: string },
): Readonly<Record<string, unknown>> {
  const cells = row as Readonly<Record<string, unknown>>;
  const ends = ["", "_low", "_high"].map((end) => `${CONTROL_ENDING}${end}`);
  return {
    control: cells[`${prefix}control`],
    specific: cells[`${prefix}specific`],
    ...Object.fromEntries(ends.map((end) => [`${as}${end}`, cells[`${stem}${end}`]])),
  };
}
