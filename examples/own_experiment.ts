/**
 * How much of d does each block's MLP (or attention) carry at the negator? Its output there is set to 0 in the negated sentence.
 *
 *     deno run -A examples/own_experiment.ts --limit 20     all flags: --help; in a notebook: study.run(negatorParts)
 */
import { column, experiment, option, zero } from "negscope";
import { controlOption, Effects, lostOfD, type RunScores } from "negscope/experiments";
import { experimentTask } from "negscope/task";

const EFFECTS = new Effects({
  name: "negator_parts",
  title: "Outputs of blocks at the negator",
  effect: "d minus d with the block's output at the negator at 0 in the negated sentence",
  unit: "part",
  keys: { part: column.PART, layer: column.LAYER },
  map: { y: "part" },
});

const PART = option.choice(["mlp", "attn"], { standard: "mlp", help: "of a block" });

export const negatorParts = experiment({
  name: "negator_parts",
  summary: "what each block's MLP or attention adds to d at the negator",
  does: "sets the output of each block's MLP at the negator to 0 and measures what that does to d.",
  reads: "text and images",
  runs: "text",
  options: { part: PART, control: controlOption() },
  measure: async (study, { part }, phase) => {
    const hooks = study.text.tower.hooks.filter((name) => name.endsWith(`hook_${part}_out`));
    const changes = hooks.map((hook) => [zero(hook, { position: "negator" })]);
    return await study.scoresOf(changes.map((changes) => ({ of: "negated", changes })), phase);
  },
  ...EFFECTS.eachRow<RunScores, { part: string }>(({ scores, measured }, { part }) =>
    measured.map((s, i) => ({ part, layer: i + 1, effect: lostOfD(scores, s!) }))
  ),
});

const command = "deno run -A examples/own_experiment.ts";
if (import.meta.main) await experimentTask(negatorParts, { command });
