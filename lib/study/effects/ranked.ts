/** What a summary says of heads, nodes, parts or paths with shares of d: who carries d, in a sentence and a table, and how many there are. */

import { groupsOf, roleLabel, sideText } from "../../charts/texts.ts";
import { bracketed, estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import type { TableCell } from "../../tables/table.ts";
import { headName, layersNamed } from "../../tables/nodes.ts";
import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import {
  isNamedAlpha,
  isNamedShare,
  isTestedShare,
  largestShares,
  noneNamedText,
  type ShareLine,
} from "./named_shares.ts";
import { controlLine, specificText } from "../controls/control_text.ts";
import type { FindingLine, FindingTable } from "../experiment/finding.ts";

interface PartLine extends ShareLine {
  readonly negation: string;
  readonly alpha?: number | undefined;
  readonly alpha_simultaneous_low?: number | undefined;
  readonly alpha_simultaneous_high?: number | undefined;
  readonly segment: string;
  readonly mean_effect?: number | undefined;
  readonly layer?: number | undefined;
}

/** What lines are of. */
export type Unit = "direction" | "head" | "node" | "part" | "path" | "role" | "run";

/** How lines with shares of d are called and listed. */
export interface Ranked<Line> {
  /** What is listed. */
  readonly title: string;
  /** What a line is of. */
  readonly unit: Unit;
  /** What stands before the names in a sentence, such as `the path`. @default {nothing} */
  readonly what?: string;
  /** How many are listed on a side. @default {5} */
  readonly most?: number;
  /** The name of a line. */
  readonly nameOf: (line: Line) => string;
  /** Whether lines that differ only in their layer are named together, by the largest. @default {false} */
  readonly joinsLayers?: boolean;
  /** What their value is called in the table. @default {"share"} */
  readonly called?: string;
  /** What they do in a sentence: what stands before the names, and behind those with a value below 0, of one and of several. @default {they carry d} */
  readonly does?: readonly [carry: string, one: string, several: string];
  /** The segments beside that of the ranked lines. @default {correct and incorrect} */
  readonly beside?: readonly string[];
  /** More cells of a listed line. */
  readonly more?: (line: Line) => FindingLine;
}

interface RankedShares<Line> {
  readonly sentences: readonly string[];
  readonly table: FindingTable;
  /** How many are found on each side where some are. */
  readonly counts: readonly string[];
  readonly named: readonly Line[];
}

const MOST_NAMES = 3;

const CARRIES = ["d is carried by", "takes away from it", "take away from it"] as const;

/** The same of what a residual stream holds, which passes from one role to another. */
export const PASSES = ["d passes through", CARRIES[1], CARRIES[2]] as const;

/**
 * The lines with the largest shares of d over all rows of each side, with their shares over the correct and the incorrect rows. Without lines
 * over all rows, those of the first segment are ranked.
 */
export function topShares<Line extends PartLine>(
  lines: readonly Line[],
  ranked: Ranked<Line>,
): RankedShares<Line> {
  const { title, unit, most = 5, nameOf, called = "share", joinsLayers = false } = ranked;
  const { beside = ["correct", "incorrect"], more = () => ({}) } = ranked;
  const lead = lines.some(({ segment }) => segment === "all") ? "all" : lines[0]?.segment;
  const others = beside.filter((segment) => segment !== lead);
  const keyOf = (line: Line) =>
    JSON.stringify([line.negation, line.segment, line.layer, nameOf(line)]);
  const byKey = new Map(lines.map((line) => [keyOf(line), line]));
  const shareIn = (line: Line, segment: string) => byKey.get(keyOf({ ...line, segment }))?.share;
  const ranking = lines.filter(({ segment }) => segment === lead);
  const sides = groupsOf(ranking, (row) => row.negation)
    .toSorted((a, b) => Number(isOfBoth(b[0]!)) - Number(isOfBoth(a[0]!)))
    .map((side) => {
      const found = largestShares(side);
      return { side, found, runs: runsOf(found, { nameOf, joinsLayers }) };
    });
  const listed = sides.flatMap(({ runs }) => runs.slice(0, most));
  return {
    sentences: sides.flatMap(({ side, runs }) => [
      `${whereNegated(side[0]!)}, ${
        runs.length > 0 ? carriedText(runs, ranked) : noneText(side, unit)
      }`,
      ...joinsLayers ? [] : pushingText(side.filter(onlyPushes), nameOf),
    ]),
    table: {
      title,
      lines: listed.map(({ line, name }) => ({
        negated: line.negation,
        [unit]: name,
        [called]: line.share,
        simultaneous: simultaneousText(line),
        ...Object.fromEntries(others.map((segment) => [segment, shareIn(line, segment)])),
        ...line.mean_effect !== undefined && { effect: line.mean_effect },
        ...line.alpha !== undefined && { alpha: line.alpha },
        ...more(line),
        ...controlLine(line),
      })),
    },
    counts: sides.filter(({ found }) => found.length > 0).map(({ side, found, runs }) =>
      countText({
        side,
        unit,
        found: found.length,
        tested: side.filter(isTestedShare).length,
        most: joinsLayers ? found.length : Math.min(most, runs.length),
      })
    ),
    named: listed.map(({ line }) => line),
  };
}

interface NamedLine<Line> {
  /** The line of the layer with the largest share. */
  readonly line: Line;
  readonly name: string;
}

/** Named lines; with `joinsLayers` one for all layers in which the same has a share of the same sign. */
function runsOf<Line extends PartLine>(
  found: readonly Line[],
  { nameOf, joinsLayers }: Required<Pick<Ranked<Line>, "nameOf" | "joinsLayers">>,
): NamedLine<Line>[] {
  if (!joinsLayers) return found.map((line) => ({ line, name: nameOf(line) }));
  return groupsOf(found, (line) => `${line.share! > 0} ${nameOf(line)}`).map((alike) => {
    const layers = alike.map(({ layer }) => layer!).toSorted((a, b) => a - b);
    return { line: alike[0]!, name: `${nameOf(alike[0]!)} in ${layersNamed(layers)}` };
  });
}

/** Whether a part raises or lowers the affirmative sentence whatever the picture, and no share of gamma is certain. */
function onlyPushes(line: PartLine): boolean {
  const { alpha, alpha_simultaneous_low: low, alpha_simultaneous_high: high } = line;
  return isNamedAlpha(alpha, { low, high }) && !isNamedShare(line);
}

/** What only pushes, the parts that raise the affirmative sentence first. */
function pushingText<Line extends PartLine>(
  lines: readonly Line[],
  nameOf: Ranked<Line>["nameOf"],
): string[] {
  const inOrder = lines.toSorted((a, b) => Math.abs(b.alpha!) - Math.abs(a.alpha!));
  return [1, -1].flatMap((sign) => {
    const pushing = inOrder.filter(({ alpha }) => Math.sign(alpha!) === sign);
    if (pushing.length === 0) return [];
    const names = namesText(
      pushing.map((line) => `${nameOf(line)} (alpha ${numberText(line.alpha!, 2)})`),
    );
    return `Without a certain share of gamma, ${names} ${
      pushing.length === 1 ? "pushes" : "push"
    } towards the ${sign > 0 ? "affirmative" : "negated"} sentence, whatever the picture`;
  });
}

function isOfBoth({ negation }: { readonly negation: string }): boolean {
  return negation === "both";
}

export function whereNegated({ negation }: { readonly negation: string }): string {
  if (negation === "both") return "Over both sides";
  return negation === "all" ? "In all rows" : `Where the ${negation} is negated`;
}

/** Names in a sentence: `a`, `a and b`, `a, b and 3 more`. */
export function namesText(names: readonly string[], most = MOST_NAMES): string {
  const left = names.length - most;
  const shown = left > 0 ? [...names.slice(0, most), `${left} more`] : names;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** What carries d, and what takes away from it. */
function carriedText<Line extends PartLine>(
  found: readonly NamedLine<Line>[],
  { what = "", called = "share", joinsLayers = false, does = CARRIES }: Ranked<Line>,
): string {
  const [carry, one, several] = does;
  const carrying = found.filter(({ line }) => line.share! > 0);
  const against = found.filter(({ line }) => line.share! < 0);
  const list = (lines: readonly NamedLine<Line>[]) =>
    `${what}${what && " "}${
      namesText(lines.map(({ line, name }) =>
        `${name} ${bracketed(line.share, simultaneousBounds(line))}`
      ))
    }`;
  const carries = isOfBoth(found[0]!.line) ? carry.replace(/^d /, "gamma ") : carry;
  const carried = [
    ...carrying.length > 0 ? [`${carries} ${list(carrying)}`] : [],
    ...against.length > 0 ? [`${list(against)} ${against.length === 1 ? one : several}`] : [],
  ].join(", and ");
  const largest = joinsLayers && found.length > 1
    ? `, by the largest ${called} in any layer (they do not add up)`
    : "";
  if (carrying.length === 0) return carried + largest;
  const names = (lines: readonly Line[]) =>
    namesText(lines.map((line) => found.find((one) => one.line === line)!.name));
  return carried + largest + specificText(found.map(({ line }) => line), names);
}

export function shareText(line: ShareLine): string {
  return estimateText(line.share, simultaneousBounds(line));
}

export function simultaneousText(line: ShareLine, digits?: number): string {
  return intervalText(simultaneousBounds(line), digits);
}

function simultaneousBounds({ simultaneous_low: low, simultaneous_high: high }: ShareLine) {
  return { low, high };
}

function noneText(side: readonly PartLine[], unit: Unit): string {
  if (isOfBoth(side[0]!) && side.every(({ share }) => share === undefined)) {
    return "nothing has a share of gamma, which is not certainly off 0";
  }
  return side.some(isTestedShare)
    ? `no ${unit} is named: ${noneNamedText(side)}`
    : untestedText(unit, side.map(({ share }) => share));
}

/** Why nothing is tested: d is 0 in all rows, so that nothing has a share of it, or the rows are too few. */
export function untestedText(unit: string, shares?: readonly (number | undefined)[]): string {
  if (shares?.every((share) => share === undefined)) {
    return `no ${unit} is named: ${noneNamedText([])}`;
  }
  return `no ${unit} is tested, since an interval takes at least ${FEWEST_CLUSTERS} effective clusters of rows`;
}

/** How many heads or parts of a side are found, of those that have an interval. */
function countText(
  { side, unit, tested, found, most }: {
    readonly side: readonly { readonly negation: string }[];
    readonly unit: Unit;
    readonly tested: number;
    readonly found: number;
    readonly most: number;
  },
): string {
  const listed = found > most ? `, of which ${most} are listed` : "";
  return `${sideText(side[0]!.negation)}: ${found} of ${tested} ${unit}s${listed}`;
}

/** The name of a part in a text: `4.2`, `mlp 3`, or a role in a layer. */
export function partName(
  { layer, head, part, role }: Readonly<Record<string, TableCell>>,
): string {
  if (head !== undefined) return headName({ layer: Number(layer), head: Number(head) });
  if (part !== undefined) return layer === undefined ? `${part}` : `${part} ${layer}`;
  return `${roleLabel(`${role}`)}${layer === undefined ? "" : ` in layer ${layer}`}`;
}
