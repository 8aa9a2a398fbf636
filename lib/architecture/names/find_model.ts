/** Which model is in a checkpoint: whose names it has, and what stands before them. */

import { NegscopeError, shown } from "../../errors.ts";
import type { NameRules, TowerName } from "./named_arrays.ts";
import { HUGGING_FACE, OPENAI } from "./conventions.ts";

export interface FoundModel {
  readonly rules: NameRules;
  /** What stands before each of its names. */
  readonly prefix: string;
  /** What stands before the names of its text tower: the prefix, in newer open_clip models with `text.`. */
  readonly textPrefix: string;
  /** The towers whose anchors are there, the text tower first. */
  readonly towers: readonly TowerName[];
}

const TOWERS = ["text", "image"] as const;

export function findModel(names: readonly string[], source: string): FoundModel {
  const found = [HUGGING_FACE, OPENAI].flatMap((rules) => modelsOf(names, rules));
  const [model, ...others] = found;
  if (model === undefined) throw notFound(names, source);
  if (others.length === 0) return model;
  throw new NegscopeError("weights-not-one-model", {
    problem: `Cannot tell which model of "${source}" to use`,
    reason: `it holds ${found.length}`,
    fix: "save the one that you want to a file of its own",
    details: found.slice(0, 10).map(({ rules, prefix, textPrefix, towers }) => {
      const before = towers[0] === "text" ? textPrefix : prefix;
      const from = before === "" ? "without a prefix" : `behind ${shown(before)}`;
      return `${towers.join(" and ")} tower by ${rules.naming}'s names, ${from}`;
    }),
  });
}

function modelsOf(names: readonly string[], rules: NameRules): FoundModel[] {
  const prefixes = new Map<string, { prefix: string; textPrefix?: string; towers: TowerName[] }>();
  const alone: FoundModel[] = []; // text towers beyond the first behind the same prefix
  for (const tower of TOWERS) {
    for (const before of beforeAnchor(names, rules, tower)) {
      const prefix = tower === "text" && rules === OPENAI
        ? before.replace(/(^|\.)text\.$/, "$1")
        : before;
      const known = prefixes.get(prefix);
      if (known !== undefined && known.towers.includes(tower)) {
        alone.push({ rules, prefix, textPrefix: before, towers: [tower] });
      } else if (known !== undefined) known.towers.push(tower);
      else {
        prefixes.set(prefix, {
          prefix,
          towers: [tower],
          ...(tower === "text" && { textPrefix: before }),
        });
      }
    }
  }
  const models = [...prefixes.values()].map(({ prefix, textPrefix = prefix, towers }) => {
    return { rules, prefix, textPrefix, towers };
  });
  return [...models, ...alone];
}

function beforeAnchor(names: readonly string[], rules: NameRules, tower: TowerName): string[] {
  const anchor = rules.anchors[tower];
  return names.filter((name) => name === anchor || name.endsWith(`.${anchor}`))
    .map((name) => name.slice(0, -anchor.length))
    .filter((before) => rules !== OPENAI || !before.endsWith("embeddings.")); // Hugging Face's name ends in OpenAI's
}

function notFound(names: readonly string[], source: string): NegscopeError {
  const some = names.slice(0, 3).map((name) => shown(name)).join(", ");
  return new NegscopeError("model-unsupported", {
    problem: `Cannot find a CLIP or SigLIP model in "${source}"`,
    reason: names.length === 0
      ? "it holds no arrays"
      : `of its ${names.length} arrays (${some}${
        names.length > 3 ? ", …" : ""
      }), none has the name of a token or patch embedding`,
    expected: `a name such as "${HUGGING_FACE.anchors.text}" or "${OPENAI.anchors.text}"`,
    fix: "use the checkpoint of a whole model, in Hugging Face's or OpenAI's names",
  });
}
