/** A circuit of the embedded model as an atlas run names one, for tests: its parts and arrows are real, and its shares are not. */

import type { About } from "../../../lib/explore/protocol.ts";
import type { PictureNode, PicturePath } from "../../../lib/charts/circuit/sides.ts";
import type { Role } from "../../../lib/data/align.ts";

const INSIDE: Readonly<Record<string, Role>> = {
  ...{ "1.2": "subject_first", "1.3": "subject_first", "4.3": "full_stop" },
  ...{ "5.1": "full_stop", "5.3": "eot", "6.2": "eot", "MLP 6": "eot" },
};

const head = (layer: number, head?: number): PictureNode => ({ layer, head });

const PATHS: readonly PicturePath[] = [
  { from: "negator", to: head(1, 2), by: "values", share: 0.7 },
  { from: "negator", to: head(1, 3), by: "all", share: 0.2 },
  { from: head(1, 2), to: head(4, 3), by: "values", share: 0.4 },
  { from: head(1, 3), to: head(5, 1), by: "keys", share: -0.1 },
  { from: head(4, 3), to: head(5, 3), by: "values", share: 0.3 },
  { from: head(5, 1), to: head(6, 2), by: "queries", share: 0.15 },
  { from: head(6, 2), to: "score", by: "direct", share: 0.6 },
  { from: head(5, 3), to: "score", by: "direct", share: 0.2 },
  { from: { layer: 6 }, to: "score", by: "direct", share: -0.2 },
];

const SIDE = {
  parts: Array.from({ length: 30 }, (_, i) => {
    const node = head(Math.floor(i / 5) + 1, i % 5 === 4 ? undefined : i % 5 + 1);
    const name = node.head === undefined ? `MLP ${node.layer}` : `${node.layer}.${node.head}`;
    const role: Role = INSIDE[name] ?? "eot";
    const inCircuit = Object.hasOwn(INSIDE, name);
    return { ...node, role, share: 0.1, inCircuit, tip: `${name} at ${role}: total effect 0.1` };
  }),
  paths: PATHS,
};

export const CIRCUIT: NonNullable<About["circuit"]> = {
  title: "The circuit of negation",
  roles: ["negator", "subject_first", "subject_further", "after", "full_stop", "eot"],
  sides: [
    { title: "caption-negated", negation: "caption", ...SIDE },
    { title: "foil-negated", negation: "foil", ...SIDE },
  ],
};
