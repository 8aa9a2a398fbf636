/**
 * How much of d does each block's MLP (or attention) carry at the negator? Its output there is set to 0 in the negated sentence.
 *
 *     deno run -A examples/own_experiment.ts --limit 20     all flags: --help; in a notebook: study.run(negatorParts)
 */

import { column, experiment, fillTable, lines, oncePerGroup, option, table, zero } from "negscope";
import { clusterOf, effectGroups } from "negscope/experiments";
import { experimentTask } from "negscope/task";

const TITLE = "What each block adds to d at the negator";

const PARTS = table("negator_parts", "One row for each negated side and block.", {
  negation: column.NEGATION,
  layer: column.LAYER,
  n: column.N,
  effect: column.numberOrNone("logit", "Mean of d - d without the part's output at the negator."),
  low: column.low("logit"),
  high: column.high("logit"),
});

/** The experiment. */
export const negatorParts = experiment({
  name: "negator_parts",
  summary: "what each block's MLP or attention adds to d at the negator",
  does: "sets the output of each block's MLP at the negator to 0 and measures what that does to d.",
  reads: "text and images",
  runs: "text",
  options: {
    part: option.choice(["mlp_out", "attn_out"], { standard: "mlp_out", help: "of a block" }),
  },
  hooks: ({ part }) => [`blocks.*.hook_${part}`],
  measure: async (study, { part }, { kept, progress }) => {
    const { rows, images } = await study.scoredRows();
    const blocks = [...Array(study.text.tower.shape.layers).keys()];
    return await oncePerGroup(rows, { // S of each row's negated sentence, block by block
      ...{ kept, progress },
      groupOf: ({ aligned }) => aligned,
      idOf: ({ pair }) => pair.id,
      sizeOf: () => blocks.length,
      score: ({ pair }, own) => study.text.family.similarity.score(own, images.get(pair.image)!),
      run: async function* (pairs) {
        for (const [index, { negated: { sentence }, negator: position }] of pairs.entries()) {
          const zeros = blocks.map((row) => zero(`blocks.${row}.hook_${part}`, { row, position }));
          const made = await study.text.run(blocks.map(() => sentence), { interventions: zeros });
          yield blocks.map((place) => ({ index, place, embedding: made.row(place).data }));
        }
      },
    });
  },
  tables: (rows, { seed, cluster: by }) => {
    const effects = rows.map(({ scores, measured }) => {
      const { negation, s_caption, s_foil } = scores!;
      return measured.map((s) => negation === "caption" ? s_caption - s : s - s_foil);
    });
    const affected = rows.map(({ pair, scores }) => ({ ...scores!, cluster: clusterOf(pair, by) }));
    const sides = effectGroups(affected, { seed }).filter(({ segment }) => segment === "all");
    const cells = sides.flatMap(({ negation, n, mean }) =>
      effects[0]!.map((_, block) => {
        const { estimate: effect, ...bounds } = mean((row) => effects[row]![block]!);
        return { negation, layer: block + 1, n, effect, ...bounds };
      })
    );
    return { parts: fillTable(PARTS, cells) };
  },
  charts: ({ parts }, options) => {
    const y = { field: "effect", low: "low", high: "high" } as const;
    const by = { title: TITLE, x: "layer", y, series: "negation" } as const;
    return { negator_parts: lines(parts.rows, { ...options, ...by }) };
  },
  findings: ({ parts }) => ({ tables: [{ title: TITLE, lines: parts.rows }] }),
});

const command = "deno run -A examples/own_experiment.ts";
if (import.meta.main) await experimentTask(negatorParts, { command });
