/** The charts of an atlas: the circuit with the named paths between its parts, and what every method says of every part. */

import { circuitPicture } from "../../charts/circuit/picture.ts";
import type {
  PicturePair,
  PicturePart,
  PicturePath,
  PictureSide,
} from "../../charts/circuit/sides.ts";
import { groupsOf, roleLabel, rolesInOrder, tipEstimate } from "../../charts/texts.ts";
import { bootstrapText, type ChartOptions, type ChartSpec, modelOf } from "../../charts/spec.ts";
import type { Negation } from "../../data/pairs.ts";
import type { Role } from "../../data/align.ts";
import type { ModelSizes } from "../../files/manifest.ts";
import { interactionsIn, interactionText } from "../../experiments/ablate/pairs.ts";
import { type Node, nodeName, readNode } from "../../tables/nodes.ts";
import { LEAST_SHARE } from "../../study/effects/named_shares.ts";
import {
  type Atlas,
  type AtlasPart,
  type AtlasPath,
  METHODS,
  partText,
  type Value,
} from "./read_atlas.ts";
import { firstReads, isNamed, isSpecific, methodOfBoth } from "./way.ts";
import { heatMap } from "../../charts/heat_map.ts";
import { namedNodes } from "./sentences.ts";

/** The most paths between parts, and into the score, on a side. */
const MOST = { between: 14, toScore: 8 };

/** The role from which the score is made. */
const LAST: Role = "eot";

/** What an atlas answers. */
export function atlasTitle(model: string): string {
  return `How "no" reaches the score in ${model}`;
}

/** The circuit of each side with its paths, or without one the parts that their total effect names, without a layout. */
export function picturedCircuit(atlas: Atlas) {
  const parts = atlas.parts.filter(({ negation }) => negation !== "both");
  const sides = [...Map.groupBy(parts, ({ negation }) => negation as Negation)];
  return {
    title: boxesText(atlas),
    roles: rolesOf(atlas),
    sides: sides.map(([negation, side]) => ({
      ...{ ...sideOf(side, atlas.paths, `${negation}-negated`), negation },
      pairs: pairsOf(atlas, "d"),
    })),
  };
}

function boxesText({ circuit }: Atlas): string {
  return circuit.length > 0 ? "The circuit" : "Parts with a total effect";
}

function rolesOf({ parts }: Atlas): readonly Role[] {
  return rolesInOrder(["negator", ...parts.map(roleOf), LAST]) as readonly Role[];
}

/** What tells pictures apart beside what pushes one sentence, both as shares of gamma; undefined where gamma is not certain. */
function gammaAndAlpha(atlas: Atlas): PictureSide[] | undefined {
  const { parts, paths, scores } = atlas;
  const both = parts.filter(({ negation }) => negation === "both");
  const gamma = Math.abs(scores.find(({ negation }) => negation === "both")?.gamma ?? NaN);
  if (Number.isNaN(gamma) || methodOfBoth(both) === undefined) return undefined;
  const alphaOf = (value: Value): Value => {
    const part = (number: number | undefined) => number === undefined ? undefined : number / gamma;
    const { value: alpha, simultaneousLow, simultaneousHigh } = value.alpha ?? {};
    const [low, high] = [part(simultaneousLow), part(simultaneousHigh)];
    return {
      ...{ ...value, value: part(alpha) },
      ...{ low, high, simultaneousLow: low, simultaneousHigh: high },
    };
  };
  const pushing = both.map((part) => (
    {
      ...part,
      values: new Map(
        [...part.values].map(([name, value]) => [name, name === "attend" ? value : alphaOf(value)]),
      ),
    }
  ));
  const byNode = Map.groupBy(parts, ({ node }) => nodeName(node));
  const specificOf = ({ node }: AtlasPart) => isSpecific(...byNode.get(nodeName(node))!);
  const alphas = paths.map((path) => ({ ...path, ...alphaOf(path) }));
  return [
    {
      ...sideOf(both, paths, "share of gamma: tells pictures apart", specificOf),
      pairs: pairsOf(atlas, "gamma"),
    },
    sideOf(
      pushing,
      alphas,
      "alpha / gamma: above 0 pushes the affirmative sentence",
      specificOf,
    ),
  ];
}

/** Draws the circuit, or without one the parts that their total effect names: what they do to gamma and to alpha, or where gamma is not certain to each side. */
export function atlasPicture(
  atlas: Atlas,
  { sizes, ...options }: ChartOptions & { readonly sizes: Pick<ModelSizes, "layers" | "heads"> },
): ChartSpec {
  const { parts, circuit } = atlas;
  const isFound = circuit.length > 0;
  const split = gammaAndAlpha(atlas);
  const what = isFound
    ? "boxes: the circuit"
    : "boxes: parts whose total effect is named, since no circuit was found";
  return circuitPicture(split ?? picturedCircuit(atlas).sides, {
    ...options,
    title: atlasTitle(modelOf(options)),
    subtitle:
      `${what}, at the token where their total effect is largest; dots: all other heads (round) and MLPs (square)`,
    about: `${
      boxesText(atlas)
    }: the heads and MLPs that carry negation, layers upwards, token roles across. ${
      split === undefined ? "" : OF_GAMMA
    }${
      fillText(parts.filter(isBox))
    } Arrows are named paths between them, with widths by the absolute share (at most ${MOST.between} a side, and ${MOST.toScore} into the score): of at least ${LEAST_SHARE}, with simultaneous 95 % intervals without 0 (${
      bootstrapText(options)
    }). q, k, v: into queries, keys, values; an arrow without a letter from the negator is the head's total effect`,
    ...sizes,
    roles: rolesOf(atlas),
  });
}

const OF_GAMMA =
  "Left, shares of gamma: what scores the true sentence higher. Right, alpha divided by gamma: what raises the affirmative sentence (above 0) or the negated one, whatever the picture. ";

function fillText(boxes: readonly AtlasPart[]): string {
  const specific = boxes.map((part) => isSpecific(part));
  if (specific.every((is) => is === undefined)) {
    return "Boxes filled grey: no control tells whether they are specific.";
  }
  const rest = specific.includes(undefined) ? ", or no control tells" : "";
  return `Boxes filled grey lie beyond their controls${rest}.`;
}

function sideOf(
  parts: readonly AtlasPart[],
  all: readonly AtlasPath[],
  title: string,
  specificOf: (part: AtlasPart) => boolean | undefined = isSpecific,
): PictureSide {
  const paths = all.filter(({ negation }) => negation === parts[0]!.negation);
  const shown = new Set(parts.filter(isBox).map(({ node }) => nodeName(node)));
  const isShown = (node: Node | undefined) => node === undefined || shown.has(nodeName(node));
  const named = paths.filter(isNamed);
  const read = named.filter(({ to }) => to !== undefined);
  const drawn = [...read, ...firstReads(read, parts)]
    .filter(({ from, to }) => isShown(from) && isShown(to));
  const written = named.filter(({ from, to }) => to === undefined && isShown(from));
  return {
    title,
    parts: parts.map((part) => partOf(part, specificOf(part))),
    paths: [
      ...largest(drawn, MOST.between).map(pathOf),
      ...largest(written, MOST.toScore).map(pathOf),
    ],
  };
}

/** What pairs show, as shares of gamma or of d. */
function pairsOf({ ablated }: Pick<Atlas, "ablated">, of: "gamma" | "d"): PicturePair[] {
  return interactionsIn(ablated).map((found) => ({
    parts: found.parts.map((name) => readNode(name)!),
    by: found.kind === "together" ? "and" : "or",
    tip: interactionText(found, of),
  }));
}

function largest(paths: readonly AtlasPath[], most: number): AtlasPath[] {
  return paths.toSorted((a, b) => Math.abs(b.value!) - Math.abs(a.value!)).slice(0, most);
}

function isBox(part: AtlasPart): boolean {
  return part.inCircuit ?? isNamed(part.values.get("total"));
}

function roleOf({ values }: AtlasPart): Role {
  return (values.get("total")?.role ?? LAST) as Role;
}

function partOf(part: AtlasPart, isSpecificPart: boolean | undefined): PicturePart {
  const { node: { layer, head }, node, values } = part;
  const { value: share, simultaneousLow: low, simultaneousHigh: high } = values.get("total") ?? {};
  const role = roleOf(part);
  const tips = METHODS.flatMap(({ name, label }) => {
    const { value, simultaneousLow, simultaneousHigh } = values.get(name) ?? {};
    const bounds = { low: simultaneousLow, high: simultaneousHigh };
    return value === undefined ? [] : [`${label} ${tipEstimate(value, bounds)}`];
  });
  return {
    layer,
    head,
    role,
    share,
    low,
    high,
    inCircuit: isBox(part),
    ...isSpecificPart !== undefined && { isSpecific: isSpecificPart },
    tip: `${partText(node)} at ${roleLabel(role)}: ${tips.join("; ")}`,
  };
}

function pathOf({ from, to, by, value, low, high }: AtlasPath): PicturePath {
  return {
    from: from ?? "negator",
    to: to ?? "score",
    by: (by ?? "all") as PicturePath["by"],
    share: value!,
    low,
    high,
  };
}

/** With more parts a map has only those that a method names. */
const MOST_PARTS = 60;

/** Draws the values of all parts, methods across, parts down in the order of layers: of gamma and of alpha, or where gamma is not certain of each side. */
export function atlasMap({ parts: all }: Pick<Atlas, "parts">, options: ChartOptions): ChartSpec {
  const order = [...new Set(all.map(({ node }) => partText(node)))];
  const isWhole = order.length <= MOST_PARTS;
  const named = new Set(namedNodes(all).map(({ node }) => partText(node)));
  const parts = isWhole ? all : all.filter(({ node }) => named.has(partText(node)));
  const inOrder = (labels: readonly string[]) => (places: readonly string[]) =>
    labels.filter((label) => places.includes(label));
  const isSplit = methodOfBoth(all) !== undefined;
  const cells = [...Map.groupBy(parts, ({ negation }) => negation)].flatMap(([negation, side]) =>
    isSplit !== (negation === "both")
      ? []
      : cellsOf(side, isSplit ? "tells pictures apart" : `${negation}-negated`)
  );
  const what = isSplit
    ? "shares of gamma, which say what scores the true sentence higher; of the part ablated half of what is lost"
    : "shares of d over all rows of each side; with the part ablated of 2";
  return heatMap(cells, {
    ...options,
    title: `What each part of ${modelOf(options)}${
      isWhole ? "" : " that a method names"
    } does, by every method`,
    about:
      `What every method says of heads and MLPs, as ${what}: what is lost without attention to the negator (knock-out) or with the part ablated; what it writes itself (net effect) and does in all (total); its strongest paths`,
    panels: (cells) =>
      groupsOf(cells, ({ panel }) => panel).map((rows) => ({ title: rows[0]!.panel, rows })),
    x: { field: "method", order: inOrder(METHODS.map(({ label }) => label)), isSlanted: true },
    y: { field: "part", order: inOrder(order) },
    most: 1,
    value: {
      ...{ field: "value", low: "low", high: "high" },
      title: isSplit ? "share of gamma" : "share of d",
    },
    name: ({ name }) => name,
  });
}

/** The cells of the methods that give a share; attention is none. */
function cellsOf(parts: readonly AtlasPart[], panel: string) {
  return parts.flatMap(({ node, values }) => {
    const part = partText(node);
    return METHODS.filter(({ name }) => name !== "attend").map(({ name, label }) => {
      const found = values.get(name);
      return {
        ...{ panel, part, method: label },
        ...{ value: found?.value, low: found?.low, high: found?.high },
        name: `${part}, ${label}`,
      };
    });
  });
}
