/** What a summary says of heads, nodes, parts or paths with shares of d: who carries d, in a sentence and a table, and how many there are. */

import { groupsOf, roleName } from "../../charts/texts.ts";
import { NEGATIONS } from "../../data/pairs.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import type { TableCell } from "../../tables/table.ts";
import { headName, layersNamed } from "../../tables/nodes.ts";
import { capital, MOST_NAMES, namesText } from "../../tables/words.ts";
import {
  isNamedAlpha,
  isNamedShare,
  isTestedShare,
  largestShares,
  LEAST_SHARE,
  noneNamedText,
  type ShareLine,
} from "./named_shares.ts";
import { beyondCell, controlLine, controlSentences } from "../controls/control_text.ts";
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
export type Unit = "direction" | "head" | "neuron" | "node" | "part" | "path" | "role" | "run";

/** How lines with shares of d are called and listed. */
export interface Ranked<Line> {
  /** What is listed. */
  readonly title: string;
  /** What a line is of. */
  readonly unit: Unit;
  /** What stands before the names in a sentence, such as `the path`. @default {nothing} */
  readonly what?: string;
  /** The name of a line. */
  readonly nameOf: (line: Line) => string;
  /** Whether lines that differ only in their layer are named together, by the largest. @default {false} */
  readonly joinsLayers?: boolean;
  /** Whether they are of a single row, which has what it has without an interval. @default {false} */
  readonly ofOneRow?: boolean;
  /** What their value is called. @default {"share"} */
  readonly called?: string;
  /** What they do in a sentence: what stands before the first name and before further ones, and what those with a value below 0 do. @default {they carry d} */
  readonly does?: {
    readonly first: string;
    readonly then: string;
    /** Of one, and of several. @default {nothing: no line has such a value} */
    readonly against?: readonly [one: string, several: string];
  };
  /** The segments beside that of the ranked lines. @default {correct and incorrect} */
  readonly beside?: readonly string[];
  /** More cells of a listed line. */
  readonly more?: (line: Line) => FindingLine;
}

/** How many lines of a side are listed where there is nothing over both sides. */
const MOST_OF_SIDE = 5;

const CARRIES = {
  ...{ first: "d is carried most by", then: "by" },
  against: ["takes away from it", "take away from it"],
} as const;

/** The same of what a residual stream holds, which passes from one role to another. */
export const PASSES = { ...CARRIES, first: "d passes most through", then: "through" } as const;

interface Side<Line> {
  readonly side: readonly Line[];
  readonly runs: readonly NamedLine<Line>[];
}

/**
 * The lines with the largest shares: of gamma with their shares of d on either side, or else of d over all rows of each side, with their
 * shares over the correct and the incorrect rows. Without lines over all rows, those of the first segment are ranked.
 */
export function topShares<Line extends PartLine>(
  lines: readonly Line[],
  ranked: Ranked<Line>,
) {
  const { unit, ofOneRow } = ranked;
  const lead = lines.some(({ segment }) => segment === "all") ? "all" : lines[0]?.segment;
  const ranking = lines.filter(({ segment }) => segment === lead);
  const sides = groupsOf(ranking, (row) => row.negation).map((side): Side<Line> => (
    { side, runs: runsOf(largestShares(side, ofOneRow), ranked) }
  ));
  const both = sides.find(({ side: [line] }) => isOfBoth(line!));
  const apart = sides.filter((side) => side !== both);
  const gamma = both?.side.some(({ share }) => share !== undefined) ? both : undefined;
  const said = gamma === undefined ? apart : [gamma];
  const isUntested = ({ side }: Side<Line>) =>
    !ofOneRow && side.some(({ share }) => share !== undefined) && !side.some(isTestedShare);
  const leading = said.flatMap(({ runs }) =>
    gamma !== undefined || ofOneRow ? runs : runs.slice(0, MOST_OF_SIDE)
  ).toSorted((a, b) => Math.abs(b.line.share!) - Math.abs(a.line.share!));
  return {
    sentences: [
      ...both !== undefined && gamma === undefined && !apart.every(isUntested)
        ? ["Nothing has a share of understanding (gamma), which cannot be told from 0"]
        : [],
      ...said.filter((side) => !isUntested(side)).flatMap((side) => sideSentences(side, ranked)),
      ...both === undefined ? [] : pushingText(both.side.filter(onlyPushes), ranked),
      ...controlSentences(
        ofOneRow ? [] : apart.map(({ runs }) => runs.map(({ line, name }) => ({ ...line, name }))),
      ),
    ],
    untested: said.filter(isUntested).map(({ side }) =>
      `${isOfBoth(side[0]!) ? "Over both sides" : whereNegated(side[0]!)}, ${untestedText(unit)}`
    ),
    table: gamma
      ? bothTable(gamma, ranked, byPart(ranking, ranked))
      : sidesTable(leading, ranked, byPart(lines, ranked)),
    named: leading.map(({ line }) => line),
  };
}

type Find<Line> = (line: Line, group: Partial<PartLine>) => Line | undefined;

function byPart<Line extends PartLine>(
  lines: readonly Line[],
  { nameOf }: Ranked<Line>,
): Find<Line> {
  const keyOf = (line: Line) =>
    JSON.stringify([line.negation, line.segment, line.layer, nameOf(line)]);
  const byKey = new Map(lines.map((line) => [keyOf(line), line]));
  return (line, group) => byKey.get(keyOf({ ...line, ...group }));
}

/** What is named of gamma, then what only pushes, a line each with what it does on either side. */
function bothTable<Line extends PartLine>(
  { side, runs }: Side<Line>,
  ranked: Ranked<Line>,
  find: Find<Line>,
): FindingTable {
  const { title, unit, more = () => ({}) } = ranked;
  const pushing = side.filter(onlyPushes)
    .map((line) => ({ line, name: nameInLayer(line, ranked) }));
  return {
    title: title.replace(
      "largest shares of d",
      "shares of gamma and, by side, of d; alpha in logits",
    ),
    lines: [...runs, ...pushing].map(({ line, name }) => {
      const [foil, caption] = NEGATIONS.map((negation) => find(line, { negation }));
      return {
        ...{ [unit]: name, gamma: line.share, simultaneous: simultaneousText(line) },
        ...{ foil: foil?.share, caption: caption?.share },
        ...line.alpha !== undefined && { alpha: line.alpha },
        ...more(line),
        ...beyondCell([foil, caption]),
      };
    }),
  };
}

function sidesTable<Line extends PartLine>(
  listed: readonly NamedLine<Line>[],
  { title, unit, called = "share", beside = ["correct", "incorrect"], more = () => ({}), ofOneRow }:
    Ranked<Line>,
  find: Find<Line>,
): FindingTable {
  const others = ofOneRow ? [] : beside.filter((segment) => segment !== listed[0]?.line.segment);
  return {
    title,
    lines: listed.map(({ line, name }) => ({
      ...{ negated: line.negation, [unit]: name, [called]: line.share },
      simultaneous: simultaneousText(line),
      ...Object.fromEntries(others.map((segment) => [segment, find(line, { segment })?.share])),
      ...more(line),
      ...controlLine(line),
      ...line.mean_effect !== undefined && { effect: line.mean_effect },
    })),
  };
}

interface NamedLine<Line> {
  readonly line: Line;
  readonly name: string;
}

/** Named lines; with `joinsLayers` one for all layers in which the same has a share of the same sign. */
function runsOf<Line extends PartLine>(
  found: readonly Line[],
  { nameOf, joinsLayers }: Ranked<Line>,
): NamedLine<Line>[] {
  if (!joinsLayers) return found.map((line) => ({ line, name: nameOf(line) }));
  return groupsOf(found, (line) => `${Math.sign(line.share!)} ${nameOf(line)}`).map((alike) => {
    const layers = alike.map(({ layer }) => layer!).toSorted((a, b) => a - b);
    return { line: alike[0]!, name: `${nameOf(alike[0]!)} in ${layersNamed(layers)}` };
  });
}

function nameInLayer<Line extends PartLine>(
  line: Line,
  { nameOf, joinsLayers }: Ranked<Line>,
): string {
  return joinsLayers ? `${nameOf(line)} in layer ${line.layer}` : nameOf(line);
}

/** Whether a part raises or lowers the affirmative sentence whatever the picture, and no share of gamma is certain. */
function onlyPushes(line: PartLine): boolean {
  const { alpha, alpha_simultaneous_low: low, alpha_simultaneous_high: high } = line;
  return isNamedAlpha(alpha, { low, high }) && !isNamedShare(line);
}

/** What only pushes, the parts that raise the affirmative sentence first. */
function pushingText<Line extends PartLine>(
  lines: readonly Line[],
  ranked: Ranked<Line>,
): string[] {
  const the = ranked.joinsLayers ? "the " : "";
  const nameOf = (line: Line) => the + nameInLayer(line, ranked);
  const inOrder = lines.toSorted((a, b) => Math.abs(b.alpha!) - Math.abs(a.alpha!));
  const pushes = [1, -1].flatMap((sign) => {
    const [largest, ...others] = inOrder.filter(({ alpha }) => Math.sign(alpha!) === sign);
    if (largest === undefined) return [];
    const first = `${nameOf(largest)} (alpha ${numberText(largest.alpha!, 2)})`;
    const names = namesText([first, ...others.map(nameOf)], 2);
    return `${names} ${others.length === 0 ? "pushes" : "push"} towards the ${
      sign > 0 ? "affirmative" : "negated"
    }`;
  });
  if (pushes.length === 0) return [];
  return [
    `Without a certain ${LEAST_SHARE} of gamma, ${
      pushes.join(" and ")
    } sentence, whatever the picture`,
  ];
}

function isOfBoth({ negation }: { readonly negation: string }): boolean {
  return negation === "both";
}

export function whereNegated({ negation }: { readonly negation: string }): string {
  return negation === "all" ? "In all rows" : `Where the ${negation} is negated`;
}

function sideSentences<Line extends PartLine>(
  { side, runs }: Side<Line>,
  ranked: Ranked<Line>,
): string[] {
  const { what = "", called = "share", joinsLayers, does = CARRIES, unit, ofOneRow } = ranked;
  const [line] = side;
  const ofBoth = isOfBoth(line!);
  const ofSegment = ofOneRow || line!.segment === "all" ? "" : ` of ${line!.segment} rows`;
  const about = (said: string) =>
    ofBoth
      ? capital(said.replace(/^d /, "understanding (gamma) "))
      : `${ofOneRow ? "Here" : whereNegated(line!)}, ${said.replace(/^d /, `d${ofSegment} `)}`;
  if (runs.length === 0) {
    const none = noneNamedText(side);
    return [
      ofBoth
        ? `No ${unit} alone carries understanding (gamma): ${none}`
        : about(`no ${unit} is named: ${none}`),
    ];
  }
  const carrying = runs.filter((run) => run.line.share! > 0);
  const opposing = runs.filter((run) => run.line.share! < 0);
  const [[first, ...then], [against, ...others]] = [carrying, opposing];
  const namesAgainst = opposing.map((run) => ranked.nameOf(run.line));
  const isLayered = ({ line }: NamedLine<Line>) =>
    joinsLayers && namesAgainst.includes(ranked.nameOf(line));
  const named = (run: NamedLine<Line>) => {
    const name = isLayered(run) ? run.name : ranked.nameOf(run.line);
    return joinsLayers ? `the ${name}` : name;
  };
  const estimate = (run: NamedLine<Line>) => {
    const { share, mean_effect: effect } = run.line;
    const bound = share! > 0 ? " up to" : " down to";
    const isOfLayers = joinsLayers && !/ in layer \d+$/.test(named(run));
    const sizes = ofOneRow && effect !== undefined
      ? [`${numberText(effect, 2)} of ${numberText(effect / share!, 2)}`]
      : [
        `${called}${isOfLayers ? bound : ""} ${numberText(share!, 2)}`,
        simultaneousText(run.line, 2),
      ];
    return `(${sizes.filter((size) => size !== "").join(", ")})`;
  };
  const spoken = (run: NamedLine<Line>) =>
    /^\d+\.\d+( at |$)/.test(run.name) ? `head ${run.name}` : named(run);
  const carry = then.length === 0 ? does.first.replace(" most", "") : does.first;
  const most = MOST_NAMES - (carrying.some(isLayered) ? 2 : 1); // layers take the words of a name
  const further = then.length === 0
    ? ""
    : `, then ${does.then} ${namesText(then.map(named), most)}`;
  const before = what && `${what} `;
  const where = ofBoth || ofOneRow ? "" : `, where the ${line!.negation} is negated`;
  return [
    ...first === undefined
      ? []
      : [about(`${carry} ${before}${spoken(first)} ${estimate(first)}${further}`)],
    ...against === undefined ? [] : [
      `${
        capital(
          before + namesText([`${spoken(against)} ${estimate(against)}`, ...others.map(named)], 2),
        )
      } ${does.against?.[others.length === 0 ? 0 : 1]}${where}`,
    ],
  ];
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

/** Why nothing is tested: d is 0 in all rows, so that nothing has a share of it, or the rows are too few. */
export function untestedText(unit: string, shares?: readonly (number | undefined)[]): string {
  if (shares?.every((share) => share === undefined)) {
    return `no ${unit} is named: ${noneNamedText([])}`;
  }
  return `no ${unit} is tested: too few rows for an interval`;
}

/** The name of a part in a text: `4.2`, `mlp 3`, or a role in a layer. */
export function partName(
  { layer, head, part, role }: Readonly<Record<string, TableCell>>,
): string {
  if (head !== undefined) return headName({ layer: Number(layer), head: Number(head) });
  if (part !== undefined) return layer === undefined ? `${part}` : `${part} ${layer}`;
  return `${roleName(`${role}`)}${layer === undefined ? "" : ` in layer ${layer}`}`;
}
