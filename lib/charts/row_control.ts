/** What a table's row says of its control, in the columns that `--control` adds. */

/** What the control of a row shows, and whether the row lies beyond it. */
export interface RowControl {
  readonly control: string;
  /** What the control shows in place of the row's value. */
  readonly value: number | undefined;
  /** How far the row lies beyond the control, with simultaneous bounds: of a share of d, half of it less `value`. */
  readonly difference: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
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

/** Makes the control of a row of its cells; undefined if it has none. */
export function controlFrom(
  { prefix, stem }: { readonly prefix: string; readonly stem: string },
  { text, number }: {
    readonly text: (column: string) => string | undefined;
    readonly number: (column: string) => number | undefined;
  },
): RowControl | undefined {
  const control = text(`${prefix}control`);
  if (control === undefined) return undefined;
  const verdict = (column: string) => {
    const cell = text(`${prefix}${column}`);
    return cell === undefined || cell === "" ? undefined : cell === "yes";
  };
  const isSpecific = verdict(SPECIFIC);
  return {
    control,
    value: number(`${stem}${CONTROL_ENDING}`),
    difference: number(`${stem}${BEYOND_ENDING}`),
    low: number(`${stem}${BEYOND_ENDING}_low`),
    high: number(`${stem}${BEYOND_ENDING}_high`),
    isSpecific,
    isBeyond: isSpecific ?? verdict(BEYOND_CONTROL),
  };
}

/** The control of the main estimate of a row; undefined if its table has none. */
export function controlIn(row: object): RowControl | undefined {
  const cells = row as Readonly<Record<string, unknown>>;
  if (typeof cells["control"] !== "string") return undefined; // as of most rows: their columns are not looked through
  const hasBounds = (stem: string) => `${stem}${BEYOND_ENDING}_low` in row; // which another column with this ending has not
  const stem = Object.keys(row).filter((name) => name.endsWith(CONTROL_ENDING))
    .map((name) => name.slice(0, -CONTROL_ENDING.length)).find(hasBounds);
  if (stem === undefined) return undefined;
  return controlFrom({ prefix: "", stem }, {
    text: (column) => cells[column] as string | undefined,
    number: (column) => cells[column] as number | undefined,
  });
}

/** The cells of the control of an estimate that is not its table's main one, under the names of the main one's. */
export function mainControl(
  row: object,
  { prefix, stem, as }: { readonly prefix: string; readonly stem: string; readonly as: string },
): Readonly<Record<string, unknown>> {
  const cells = row as Readonly<Record<string, unknown>>;
  const ends = [CONTROL_ENDING, ...["", "_low", "_high"].map((end) => `${BEYOND_ENDING}${end}`)];
  return {
    control: cells[`${prefix}control`],
    [SPECIFIC]: cells[`${prefix}${SPECIFIC}`],
    ...Object.fromEntries(ends.map((end) => [`${as}${end}`, cells[`${stem}${end}`]])),
  };
}
