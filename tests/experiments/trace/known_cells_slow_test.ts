import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { generalChanges } from "../../../lib/engine/changes/general_changes.ts";
import {
  type Cell,
  type Direction,
  DIRECTIONS,
  type Site,
  siteHook,
  SITES,
  traceCells,
} from "../../../lib/experiments/trace/trace.ts";
import { type ChangedRun, patch } from "../../../lib/hooks/interventions.ts";
import { similarity } from "../../../lib/model/families.ts";
import { scoreStudy, STANDARD_PAIRS, studyPairs, TINY, withClip } from "../../studies.ts";

/** The run of a cell of any kind. */
function runOf(
  direction: Direction,
  site: Site,
  { layer, head, position, target }: Cell,
): ChangedRun {
  const isOfAffirmative = direction === "denoise";
  const change = patch(siteHook(site, layer), {
    ...isOfAffirmative
      ? { position: target!, fromPosition: position, from: "negated" }
      : { position, fromPosition: target!, from: "affirmative" },
    ...(head !== undefined && { head: head - 1 }),
  });
  return { of: isOfAffirmative ? "affirmative" : "negated", changes: [change] };
}

const CASES = (["rephrased", "standard"] as const).flatMap((protocol) =>
  DIRECTIONS.map((direction) => ({ protocol, direction }))
);

for (const { protocol, direction } of CASES) {
  Deno.test(`runs confirm what traceCells() knows of cells that need none, ${protocol} protocol, ${direction}`, () =>
    withClip(TINY, async (clip) => {
      const file = protocol === "rephrased" ? TINY.pairs : STANDARD_PAIRS;
      const pairs = await studyPairs(TINY, { file, protocol });
      const { distinct, sentences, images } = await scoreStudy(clip, TINY, {
        pairs,
        protocol,
      });
      const { text, text: { tower } } = clip;
      for (const site of SITES) {
        const cells = distinct.map((pair) =>
          traceCells(pair, { site, direction, ...tower.shape, ...text.family })
            .filter(({ target }) => target !== undefined)
        );
        const groups = distinct.map(({ negated, affirmative }, i) => (
          {
            sentences: { negated, affirmative },
            runs: cells[i]!.map((cell) => runOf(direction, site, cell)),
          }
        ));
        const kinds = new Set<string>();
        for await (const results of generalChanges(tower, groups)) {
          for (const { index, place, embedding } of results) {
            const { kind, layer, position } = cells[index]![place]!;
            kinds.add(kind);
            if (kind === "run") continue;
            const { negated, affirmative } = distinct[index]!;
            const isNegated = (kind === "full") === (direction === "denoise");
            const same = sentences.get((isNegated ? negated : affirmative).sentence)!;
            for (const image of images.values()) {
              // 100 x the cosines of two float32 runs that differ in the order of their sums.
              const found = similarity(embedding, image);
              const name = `${kind} at ${site}, layer ${layer}, position ${position}`;
              assertAlmostEquals(found, similarity(same, image), 1e-4, name);
            }
          }
        }
        assert(kinds.has("zero") && kinds.has("run"), site);
        assertEquals(kinds.has("full"), site === "resid" || site === "resid_mid", site);
      }
    }));
}
