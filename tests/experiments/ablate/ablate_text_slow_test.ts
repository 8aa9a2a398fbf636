import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type AblatedNode,
  ablatedNodes,
  ablateText,
  type AblateTextOptions,
  drawPartners,
  METHODS as ALL,
  ONE_SIDED,
} from "../../../lib/experiments/ablate/ablate_text.ts";
import { HEAD_SET } from "../../../lib/experiments/head_set.ts";
import type { AlignedPair } from "../../../lib/study/rows/prepare.ts";
import {
  FORMS,
  goldenCircuits,
  type ScoredStudy,
  SIGLIP_TINY,
  type Study,
  TINY,
  withScored,
} from "../../studies.ts";

const SCORE = 5e-4; // scores are 100 x a cosine of float32 embeddings, and values are replaced by others of float32
const SUMS = 1e-4;

/** Those of both sentences; their halves are in the table of planted models. */
const METHODS = ALL.filter((method) => !ONE_SIDED.has(method));

const SIZES = { layers: 3, heads: 2 };
const KINDS = ["heads", "mlps", "attention", "blocks"] as const;
const NODES = ablatedNodes({ nodes: KINDS, heads: HEAD_SET.parse("1.2,3.1")! }, SIZES);

/** The name of a node in the golden tables: `head 1.2`, `mlp 3`, `heads 1.2,3.1`. */
function nameOf({ part, layer, head }: AblatedNode): string {
  return [part, layer === undefined ? [] : [layer, head ?? []].flat().join(".")].flat().join(" ");
}

type Options = Partial<AblateTextOptions>;

async function ablating(
  study: Study,
  use: (
    ablate: (options?: Options) => ReturnType<typeof ablateText>,
    study: ScoredStudy,
  ) => unknown,
  suffix = "",
) {
  await withScored(study, async (scored) => {
    const { clip, rows, images, distinct: all } = scored;
    const standard = { nodes: NODES, methods: METHODS, role: "all", all, seed: 0, images } as const;
    await use((options = {}) => ablateText(clip.text, rows, { ...standard, ...options }), scored);
  }, { suffix });
}

/** The golden values of a role by row, method and node; resampled ones also by the id of the partner's row. */
function goldenOf(role: string): ReadonlyMap<string, number> {
  const rows = goldenCircuits(TINY, "ablation_text").filter((row) => row["role"] === role);
  return new Map(
    rows.map(({ id, method, node, partner, d_ablated }) => [
      [id, method, node, partner].join(),
      Number(d_ablated),
    ]),
  );
}

/** The id of the first row with a sentence pair; empty if there is none. */
function idOf(pair: AlignedPair | undefined, { rows }: ScoredStudy): string {
  return rows.find(({ aligned }) => aligned === pair)?.scores.id ?? "";
}

for (const form of FORMS) {
  Deno.test(`ablateText() equals the golden values of clip-tiny at all positions, form "${form}"`, () =>
    ablating(TINY, async (ablate, study) => {
      const golden = goldenOf("all");
      const partnerOf = drawPartners(study.distinct, 0);
      const found = await ablate();
      let resampled = 0;
      study.rows.forEach(({ scores: { id }, aligned }, row) => {
        const partner = idOf(partnerOf(aligned), study);
        METHODS.forEach((method, m) =>
          NODES.forEach((node, n) => {
            const [name, d] = [nameOf(node), found[row]![m * NODES.length + n]];
            const isResampled = method === "resample";
            const key = [id, method, name, isResampled ? partner : ""].join();
            if (isResampled && partner === "") return assertEquals(d, null, key);
            if (isResampled) resampled++;
            assertAlmostEquals(d!, golden.get(key)!, SCORE, key);
          })
        );
      });
      assertEquals(resampled, 5 * NODES.length); // of 8 rows, 5 have a partner
    }, form));
}

for (const role of ["negator", "subject_further", "eot"] as const) {
  Deno.test(`ablateText() equals the golden values of clip-tiny at role ${role}, and gives none to rows without it`, () =>
    ablating(TINY, async (ablate, { rows }) => {
      const golden = goldenOf(role);
      const nodes = NODES.filter(({ part }) => /head|mlp/.test(part));
      const methods = ["zero", "mean", "twin"] as const;
      const found = await ablate({ nodes, methods, role });
      let without = 0;
      rows.forEach(({ scores: { id }, aligned }, row) => {
        const has = aligned.roles.includes(role);
        if (!has) without++;
        methods.forEach((method, m) =>
          nodes.forEach((node, n) => {
            const [name, d] = [nameOf(node), found[row]![m * nodes.length + n]];
            if (!has) return assertEquals(d, null);
            assertAlmostEquals(d!, golden.get([id, method, name, ""].join())!, SCORE, id + name);
          })
        );
      });
      assertEquals(without > 0, role === "subject_further");
    }));
}

const everything = (sizes: typeof SIZES): AblatedNode[] =>
  [{ nodes: ["mlps"], heads: "all" } as const, { nodes: ["blocks"] } as const].map((chosen) => ({
    ...{ part: "all", layer: undefined, head: undefined },
    values: ablatedNodes(chosen, sizes).flatMap(({ values }) => values),
  }));

for (const [study, sizes] of [[TINY, SIZES], [SIGLIP_TINY, { layers: 2, heads: 2 }]] as const) {
  Deno.test(`ablateText() with the twin's values of all nodes swaps the scores of ${study.label}: d becomes -d`, () =>
    ablating(study, async (ablate, { rows }) => {
      const found = await ablate({ nodes: everything(sizes), methods: ["twin"] });
      rows.forEach(({ scores: { d, id } }, row) => {
        assert(Math.abs(d) > 0.1);
        for (const swapped of found[row]!) assertAlmostEquals(swapped!, -d, SUMS, id);
      });
    }));

  Deno.test(`ablateText() with 0 for every node, or their means at the end token, leaves nothing of d in ${study.label}`, () =>
    ablating(study, async (ablate) => {
      const found = await ablate({ nodes: everything(sizes), methods: ["zero", "mean"] });
      // The embedding is made where both sentences have the same token, and means do not tell the sentences of a pair apart.
      for (const d of found.flat()) assertAlmostEquals(d!, 0, SUMS);
    }));
}
