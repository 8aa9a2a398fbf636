import { assertEquals } from "@std/assert";
import type { AlignedPair } from "../../../lib/study/rows/prepare.ts";
import {
  type Cell,
  type Direction,
  DIRECTIONS,
  type Site,
  siteHook,
  SITES,
  traceCells,
} from "../../../lib/experiments/trace/trace.ts";

/** A pair with its words as tokens; by default, `alignment` maps each position to itself. */
function pairOf(
  negated: string,
  affirmative: string,
  alignment?: (number | undefined)[],
): AlignedPair {
  const tokenize = (sentence: string) => {
    const tokens = ["SOT", ...sentence.split(" "), "EOT"];
    const ids = tokens.map((token) => VOCABULARY.indexOf(token));
    return { sentence, tokens, ids, pooled: tokens.length - 1 };
  };
  const { tokens, ...rest } = tokenize(negated);
  return {
    key: negated,
    negated: { tokens, ...rest },
    affirmative: tokenize(affirmative),
    alignment: alignment ?? [...tokens.keys()],
    roles: tokens.map(() => "after"),
    negator: tokens.indexOf("no"),
  };
}

const VOCABULARY = ["SOT", "there", "are", "no", "some", "big", "dogs", ".", "EOT"];
const REPHRASED = pairOf("there are no dogs .", "there are some dogs .");
const INSERTED = pairOf("there are no dogs .", "there are dogs .", [0, 1, 2, undefined, 3, 4, 5]);

const LETTERS = { zero: "0", full: "F", run: "r", none: "-" };

/** The kinds of a pair's cells in a tower of 2 blocks with 2 heads: one line for each layer, or each layer and head. */
function kinds(pair: AlignedPair, site: Site, how: Parameters<typeof cellsOf>[2]): string[] {
  const lines = Map.groupBy(
    cellsOf(pair, site, how),
    ({ layer, head }) => `${layer} ${head ?? ""}`,
  );
  return [...lines].map(([line, cells]) =>
    `${line.trim()}: ${cells.map(({ kind }) => LETTERS[kind]).join("")}`
  );
}

function cellsOf(
  pair: AlignedPair,
  site: Site,
  { direction = "denoise", causal = true }: {
    readonly direction?: Direction;
    readonly causal?: boolean | undefined;
  } = {},
): Cell[] {
  return traceCells(pair, { site, direction, layers: 2, heads: 2, causal });
}

/** A pair, where it is traced, and the kinds of its cells; without `causal` a position attends to all. */
const KINDS: readonly (readonly [AlignedPair, Site, readonly string[], causal?: boolean])[] = [
  [REPHRASED, "resid", ["0: 000F000", "1: 000rrrr", "2: 000000F"]],
  [REPHRASED, "resid", ["0: 000F000", "1: rrrrrrr", "2: 000000F"], false],
  [REPHRASED, "attn_out", ["1: rrrrrrr", "2: 000000r"], false],
  [REPHRASED, "resid_mid", ["1: 000rrrr", "2: 000000F"]],
  [REPHRASED, "attn_out", ["1: 000rrrr", "2: 000000r"]],
  [REPHRASED, "mlp_out", ["1: 000rrrr", "2: 000000r"]],
  [REPHRASED, "z", ["1 1: 000rrrr", "1 2: 000rrrr", "2 1: 000000r", "2 2: 000000r"]],
  [INSERTED, "resid", ["0: 000-rrr", "1: 000-rrr", "2: 000-00F"]],
  [ // more tokens differ, so that none is the whole swap
    pairOf("there are no dogs .", "there are some big ."),
    ...["resid", ["0: 000rr00", "1: 000rrrr", "2: 000000F"]] as const,
  ],
  // "dogs dogs" keeps its second word: the negated "dogs" at 1 goes to 2, where the affirmative run differs
  [pairOf("dogs no", "dogs dogs some", [0, 2, 3, 4]), "resid", ["0: 0rrr", "1: 0rrr", "2: 000F"]],
];

Deno.test("traceCells() knows which cells need no run, at every site and in both directions, with causal attention and without", () => {
  for (const [pair, site, expected, causal] of KINDS) {
    for (const direction of DIRECTIONS) {
      const found = kinds(pair, site, { direction, causal });
      assertEquals(found, expected, `${pair.key} ${site} ${direction}`);
    }
  }
  assertEquals(cellsOf(INSERTED, "resid").slice(0, 7).map(({ target }) => target), [
    ...[0, 1, 2, undefined, 3, 4, 5],
  ]);
});

Deno.test("traceCells() counts layers, heads and positions of the negated sentence", () => {
  const layers = (site: Site) => new Set(cellsOf(REPHRASED, site).map(({ layer }) => layer));
  assertEquals(SITES.map((site) => [...layers(site)]), [[0, 1, 2], [1, 2], [1, 2], [1, 2], [1, 2]]);
  const [first, ...others] = cellsOf(REPHRASED, "z");
  assertEquals(first, { layer: 1, head: 1, position: 0, target: 0, kind: "zero" });
  assertEquals(others.slice(5, 7).map(({ head, position }) => [head, position]), [[1, 6], [2, 0]]);
  assertEquals(cellsOf(REPHRASED, "attn_out")[0]!.head, undefined);
});

Deno.test("siteHook() names the hook point of a site; resid at layer 0 is the embedding", () => {
  assertEquals(SITES.map((site) => siteHook(site, 3)), [
    ...["blocks.2.hook_resid_post", "blocks.2.hook_resid_mid", "blocks.2.hook_attn_out"],
    ...["blocks.2.hook_mlp_out", "blocks.2.attn.hook_z"],
  ]);
  assertEquals(siteHook("resid", 0), "blocks.0.hook_resid_pre");
});
