/** The picture of the named paths: who writes negation into the score, and by which paths it gets there. */

import { circuitPicture } from "../../charts/circuit/picture.ts";
import {
  endsOf,
  nameOfPart,
  nameOfPath,
  type PictureNode,
  type PicturePart,
  type PicturePath,
  type PictureSide,
} from "../../charts/circuit/sides.ts";
import {
  controlIn,
  greatest,
  groupsOf,
  roleLabel,
  rolesInOrder,
  sidesOf,
  sideTitle,
  tipEstimate,
  tipOf,
} from "../../charts/texts.ts";
import { bootstrapText, type ChartOptions, type ChartSpec, modelOf } from "../../charts/spec.ts";
import { headName, type NamedHead } from "../../tables/nodes.ts";
import {
  isNamedShare,
  largestShares,
  LEAST_SHARE,
  type ShareLine,
} from "../../study/effects/named_shares.ts";
import type { Role } from "../../data/align.ts";
import type { NodeSummaryRow, PathSummaryRow } from "../rows.ts";
import { INPUTS } from "./measure_paths.ts";

/** The most paths between parts, and into the score, on a side. */
const MOST = { paths: 14, direct: 8 };

/** The most receivers that the caption names. */
const MOST_NAMED = 12;

/** Draws the paths of each side with the largest shares of d, and the heads and MLPs with the largest direct effects on the score. */
export function pathPicture(
  paths: readonly PathSummaryRow[],
  nodes: readonly NodeSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  const whole = nodes.filter(({ segment, negation }) => segment === "all" && negation !== "both");
  const ofPaths = paths.filter(({ segment }) => segment === "all");
  const sides = sidesOf(whole).map((side) =>
    sideOf(side, ofPaths.filter(({ negation }) => negation === side[0]!.negation))
  );
  return circuitPicture(sides, {
    ...options,
    title: `How "no" reaches the score in ${modelOf(options)}`,
    subtitle: SUBTITLE,
    about: aboutOf(ofPaths, options),
    layers: greatest(whole.map(({ layer }) => layer)),
    heads: greatest(whole.map(({ head }) => head ?? 1)),
    roles: rolesInOrder(whole.map(({ role }) => role)) as readonly Role[],
  });
}

const SUBTITLE =
  "boxes: heads and MLPs that write negation into the score or are at the end of a path, at the token where their total effect is largest; dots: all others; q, k, v: into queries, keys, values";

function aboutOf(paths: readonly PathSummaryRow[], options: ChartOptions): string {
  const names = receiversOf(paths).map(headName);
  const receivers = names.length > MOST_NAMED
    ? `${names.length} heads`
    : `the heads ${names.join(", ")}`;
  return `Arrows are paths from a head, or from the negator's embedding, into the queries, keys or values of ${receivers}, through MLPs but past all other heads (at most ${MOST.paths} a side), and the direct effects on the score (at most ${MOST.direct}). An arrow without a letter from the negator to a head of layer 1 is the head's total effect, all of which comes from there. Widths show the absolute share of d; all lines are at least a sixth as wide as the widest. Only shares of at least ${LEAST_SHARE}${
    paths.every(({ n }) => n === 1)
      ? ""
      : ` whose simultaneous 95 % interval excludes 0 (${bootstrapText(options)})`
  } are drawn`;
}

interface NamedPath extends PicturePath {
  /** Whether it is beyond its control; undefined without controls. */
  readonly isSpecific: boolean | undefined;
}

function sideOf(nodes: readonly NodeSummaryRow[], paths: readonly PathSummaryRow[]): PictureSide {
  const ofOneRow = paths.every(({ n }) => n === 1);
  const named = [
    ...largestShares(paths, ofOneRow).slice(0, MOST.paths).map((row) =>
      namedPath(row, betweenParts(row))
    ),
    ...largestShares(nodes.filter(({ method }) => method === "direct"), ofOneRow)
      .slice(0, MOST.direct).map((row) =>
        namedPath(row, { from: nodeOf(row), to: "score", by: "direct", ...sharesOf(row) })
      ),
  ];
  const ends = endsOf(named);
  const read = endsOf(named.filter(({ from }) => from === "negator"));
  const acting = actingRows(nodes.filter(({ method }) => method === "total"));
  const readTogether = acting.filter((row) =>
    ends.has(nameOfPart(row)) && isFirstReader(row, { isRead: read.has(nameOfPart(row)) })
  );
  return {
    title: sideTitle(nodes),
    parts: acting.map((row) => partOf(row, named)),
    paths: [
      ...named,
      ...readTogether.map((row): PicturePath => (
        { from: "negator", to: nodeOf(row), by: "all", ...sharesOf(row) }
      )),
    ],
  };
}

/** The heads at which paths end, in the order layer, head. */
export function receiversOf(paths: readonly PathSummaryRow[]): NamedHead[] {
  return groupsOf(paths, (row) => `${row.receiver_layer}.${row.receiver_head}`)
    .map(([row]) => ({ layer: row!.receiver_layer, head: row!.receiver_head }))
    .sort((a, b) => a.layer - b.layer || a.head - b.head);
}

/** A part; it is specific if one of its paths is. */
function partOf(row: NodeSummaryRow, named: readonly NamedPath[]): PicturePart {
  const shares = sharesOf(row);
  const name = nameOfPart(row);
  const ending = named.filter((path) => endsOf([path]).has(name));
  const known = ending.flatMap(({ isSpecific }) => isSpecific ?? []);
  return {
    ...nodeOf(row),
    role: row.role,
    ...shares,
    inCircuit: ending.length > 0,
    isSpecific: known.length === 0 ? undefined : known.includes(true),
    tip: `${name} at ${roleLabel(row.role)}: ${
      row.share === undefined ? "no share of d" : `share of d ${tipEstimate(row.share, shares)}`
    }`,
  };
}

function nodeOf({ layer, head }: Pick<NodeSummaryRow, "layer" | "head">): PictureNode {
  return { layer, head };
}

function betweenParts(row: PathSummaryRow): PicturePath {
  const { sender_layer: layer, sender_head: head } = row;
  return {
    from: head === undefined ? "negator" : { layer, head },
    to: { layer: row.receiver_layer, head: row.receiver_head },
    by: INPUTS[row.input],
    ...sharesOf(row),
  };
}

/** A path with what its row says of its control. */
function namedPath(row: object, path: PicturePath): NamedPath {
  const tip = tipOf(`${nameOfPath(path)}: share of d`, path.share, { ...path, row });
  return { ...path, tip, isSpecific: controlIn(row)?.isSpecific };
}

function sharesOf(
  row: Pick<PathSummaryRow, "share" | "share_low" | "share_high">,
): Pick<PicturePath, "share" | "low" | "high"> {
  return { share: row.share ?? 0, low: row.share_low, high: row.share_high };
}

/** The row of every head and MLP of a side with its largest total effect, of either sign; of those without any that at the last role. */
export function actingRows(rows: readonly NodeSummaryRow[]): NodeSummaryRow[] {
  const order = rolesInOrder(rows.map(({ role }) => role));
  const size = ({ share }: NodeSummaryRow) => Math.abs(share ?? 0);
  return groupsOf(rows, nameOfPart).map((roles) =>
    roles.toSorted((a, b) => size(b) - size(a) || order.indexOf(b.role) - order.indexOf(a.role))[0]!
  );
}

/**
 * Whether the way begins with a head that looks at the negator: it has a named total effect though no named path leads into it, as keys and
 * values are read together.
 *
 * @param head.looks Whether it looks at the negator. @default {a head of the first block does, all of whose effect comes from there}
 */
export function isFirstReader(
  row: ShareLine & { readonly layer: number; readonly head?: number | undefined },
  { isRead, looks = row.layer === 1 }: { readonly isRead: boolean; readonly looks?: boolean },
): boolean {
  return looks && row.head !== undefined && isNamedShare(row) && !isRead;
}
