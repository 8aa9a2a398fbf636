import type { Role } from "../../../lib/data/align.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  ablateText,
  type AblateTextOptions,
  METHODS as ALL,
  ONE_SIDED,
} from "../../../lib/experiments/ablate/ablate_text.ts";
import { allNodes, nodeName } from "../../../lib/tables/nodes.ts";
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
const NODES = allNodes(SIZES).map((node) => [node]);

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
    const standard = { nodes: NODES, methods: METHODS, role: "all", all, images } as const;
    await use((options = {}) => ablateText(clip.text, rows, { ...standard, ...options }), scored);
  }, { suffix });
}

/** The golden values of a role by row, method and node. */
function goldenOf(role: string): ReadonlyMap<string, number> {
  const rows = goldenCircuits(TINY, "ablation_text").filter((row) => row["role"] === role);
  return new Map(
    rows.map(({ id, method, node, d_ablated }) => [[id, method, node].join(), Number(d_ablated)]),
  );
}

const CASES = [...FORMS.map((form) => ["all", form]), ["negator"], ["subject_further"], ["eot"]];
for (const [role = "", form] of CASES) {
  Deno.test(`ablateText() equals the golden values of clip-tiny at role ${role}, and gives none to rows without it, form "${form ?? ""}"`, () =>
    ablating(TINY, async (ablate, { rows }) => {
      const golden = goldenOf(role);
      const found = await ablate({ role: role as Role });
      let without = 0;
      rows.forEach(({ scores: { id }, aligned }, row) => {
        const has = role === "all" || aligned.roles.includes(role as Role);
        if (!has) without++;
        METHODS.forEach((method, m) =>
          NODES.forEach(([node], n) => {
            const [name, d] = [nodeName(node!), found[row]![m * NODES.length + n]];
            if (!has) return assertEquals(d, null);
            assertAlmostEquals(d!, golden.get([id, method, name].join())!, SCORE, id + name);
          })
        );
      });
      assertEquals(without > 0, role === "subject_further");
    }, form));
}

for (const [study, sizes] of [[TINY, SIZES], [SIGLIP_TINY, { layers: 2, heads: 2 }]] as const) {
  Deno.test(`ablateText() with the twin's values of all nodes swaps the scores of ${study.label}: d becomes -d`, () =>
    ablating(study, async (ablate, { rows }) => {
      const found = await ablate({ nodes: [allNodes(sizes)], methods: ["twin"] });
      rows.forEach(({ scores: { d, id } }, row) => {
        assert(Math.abs(d) > 0.1);
        for (const swapped of found[row]!) assertAlmostEquals(swapped!, -d, SUMS, id);
      });
    }));

  Deno.test(`ablateText() with 0 for every node, or their means at the end token, leaves nothing of d in ${study.label}`, () =>
    ablating(study, async (ablate) => {
      const found = await ablate({ nodes: [allNodes(sizes)], methods: ["zero", "mean"] });
      // The embedding is made where both sentences have the same token, and means do not tell the sentences of a pair apart.
      for (const d of found.flat()) assertAlmostEquals(d!, 0, SUMS);
    }));
}
