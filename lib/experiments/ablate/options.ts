/** The options of the ablation: which tower, and of the text tower which nodes, where, and what replaces their values. */

import { type Role, ROLES } from "../../data/align.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { choice, ifGiven, list, type Option, type OptionsOf } from "../../options/option.ts";
import { checkEachMinimal, preparePairs } from "../../study/rows/prepare.ts";
import type { Study } from "../../study/study.ts";
import { checkHeadSet, HEAD_SET, type HeadSet, LIST_OF_HEADS } from "../head_set.ts";
import { NODE_KINDS, type NodeKind } from "./ablated_node.ts";
import { rolesOf } from "./ablate_text.ts";

/** What replaces the values of a node of the text tower: in both sentences, or in one of them with those of the other. */
export type Method = "zero" | "mean" | "resample" | "twin" | "restore" | "remove";

export const METHODS: readonly Method[] = ["zero", "mean", "resample", "twin", "restore", "remove"];

/** The methods of one sentence each, which twin has both of. */
export const ONE_SIDED: ReadonlySet<string> = new Set(["restore", "remove"]);

export const TOWER = choice(["image", "text"], {
  standard: "image",
  help: "whose parts are ablated; the options from --method to --role are for text",
});

const METHOD = list(METHODS, { standard: ["twin"], help: "" });
const NODES = list(NODE_KINDS, { standard: NODE_KINDS, help: "" });
const ROLE = choice(["all", ...ROLES], { standard: "all", help: "" });

export const TEXT_OPTIONS = {
  method: ifGiven(METHOD, {
    help: `of ${
      METHODS.join(",")
    }: what replaces a node's value (default twin, which takes minimal pairs only)`,
  }),
  nodes: ifGiven(NODES, { help: `of ${NODE_KINDS.join(",")}: what is ablated (default all)` }),
  heads: ifGiven(HEAD_SET, {
    help: `heads that are also ablated all at once, such as ${LIST_OF_HEADS}, or all`,
  }),
  role: ifGiven(ROLE, {
    placeholder: "ROLE",
    help: "the role at which nodes are ablated (default all)",
  }),
} as const;

export type GivenText = OptionsOf<typeof TEXT_OPTIONS>;

export interface TextChoice {
  readonly methods: readonly Method[];
  readonly nodes: readonly NodeKind[];
  readonly heads: HeadSet | undefined;
  readonly role: Role | "all";
}

export function textChoice({ method, nodes, heads, role }: GivenText): TextChoice {
  return {
    methods: method ?? METHOD.standard,
    nodes: nodes ?? NODES.standard,
    heads,
    role: role ?? ROLE.standard,
  };
}

export function checkTextOptions(
  { tower, ...given }: GivenText & { readonly tower: "image" | "text" },
  sizes: { readonly layers: number; readonly heads: number },
  study: Study,
): void {
  if (tower === "image") return checkNoneGiven(given);
  const { methods, heads, role } = textChoice(given);
  if (heads !== undefined) checkHeadSet(heads, sizes);
  const twin = methods.find((method) => method === "twin" || ONE_SIDED.has(method));
  if (twin !== undefined) {
    const other = "name another method (--method mean)";
    checkEachMinimal(`ablate with method ${twin}`, study.rows, { other });
  }
  if (role !== "all") checkRole(role, study);
}

function checkNoneGiven(given: GivenText): void {
  const entries = Object.entries(TEXT_OPTIONS) as [keyof GivenText, Option<unknown>][];
  for (const [name, option] of entries) {
    const text = option.print(given[name]);
    if (text === undefined) continue;
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use ${name} "${text}" for the image tower`,
      subject: name,
      reason: "its parts are replaced in one way, at all positions",
      expected: `tower text beside ${name} (--tower text)`,
    });
  }
}

function checkRole(role: Role, study: Study): void {
  const has = allPairs(study).some((pair) =>
    Object.values(rolesOf(pair)).some((roles) => roles.includes(role))
  );
  if (has) return;
  const known = new Set(study.sentencePairs.flatMap((pair) => rolesOf(pair).negated));
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot ablate at role "${role}"`,
    reason: "no token of the data has it",
    expected: `a role of the data: ${ROLES.filter((name) => known.has(name)).join(", ")}`,
  });
}

/**
 * The distinct sentence pairs of the whole data file, whatever rows `limit` and `shard` leave: what is drawn or averaged over them is the
 * same in every run on the file.
 */
export function allPairs({ inputs, text, sentencePairs }: Study) {
  const { data, pairs, protocol, dataPath: source } = inputs;
  if (data.pairs.length === pairs.length) return sentencePairs;
  return preparePairs(text, data.pairs, { protocol, source }).distinct;
}
