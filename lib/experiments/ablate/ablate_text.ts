/** Ablates the heads and MLPs of the text tower: its options, and d of every row with each node ablated. */

import { type Role, ROLES } from "../../data/align.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { choice, ifGiven, list, type Option, type OptionsOf } from "../../options/option.ts";
import { type AlignedPair, checkEachMinimal, preparePairs } from "../../study/rows/prepare.ts";
import type { Study } from "../../study/study.ts";
import { ActivationCache } from "../../hooks/cache.ts";
import { Tensor } from "../../hooks/tensor.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { affirmativeRoles } from "../../study/sentences/placing.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import { type ChangedRun, patch, zero } from "../../hooks/interventions.ts";
import { signOf } from "../../study/effects/noise.ts";
import type { Embeddings, Progress } from "../../study/embeddings.ts";
import { inParts, type KeptRows, oncePerPair } from "../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import { type Node, nodeHook } from "../../tables/nodes.ts";
import { changesOf, pairGroups } from "../nodes/pair_runs.ts";

/** What replaces the values of a node of the text tower: in both sentences, or in one of them with those of the other. */
export type Method = "zero" | "mean" | "twin" | "restore" | "remove";

export const METHODS: readonly Method[] = ["zero", "mean", "twin", "restore", "remove"];

/** The methods of one sentence each, which twin has both of. */
export const ONE_SIDED: ReadonlySet<string> = new Set(["restore", "remove"]);

export const TOWER = choice(["image", "text"], {
  standard: "image",
  help: "whose parts are ablated; the options from --method to --role are for text",
});

const METHOD = list(METHODS, { standard: ["twin"], help: "" });
const ROLE = choice(["all", ...ROLES], { standard: "all", help: "" });

export const TEXT_OPTIONS = {
  method: ifGiven(METHOD, {
    help: `of ${
      METHODS.join(",")
    }: what replaces a node's value (default twin, which takes minimal pairs only)`,
  }),
  role: ifGiven(ROLE, {
    placeholder: "ROLE",
    help: "the role at which nodes are ablated (default all)",
  }),
} as const;

export type GivenText = OptionsOf<typeof TEXT_OPTIONS>;

export interface TextChoice {
  readonly methods: readonly Method[];
  readonly role: Role | "all";
}

export function textChoice({ method, role }: GivenText): TextChoice {
  return { methods: method ?? METHOD.standard, role: role ?? ROLE.standard };
}

export function checkTextOptions(
  { tower, ...given }: GivenText & { readonly tower: "image" | "text" },
  _: unknown,
  study: Study,
): void {
  if (tower === "image") return checkNoneGiven(given);
  const { methods, role } = textChoice(given);
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
 * The distinct sentence pairs of the whole data file, whatever rows `limit` and `shard` leave: the means over them are the same in every run
 * on the file.
 */
export function allPairs({ inputs, text, sentencePairs }: Study) {
  const { data, pairs, protocol, dataPath: source } = inputs;
  if (data.pairs.length === pairs.length) return sentencePairs;
  return preparePairs(text, data.pairs, { protocol, source }).distinct;
}

const SIDES = ["negated", "affirmative"] as const;

/** The role of every position of both sentences: `negator` for the negator and its twin, `inserted` for any other token without a twin. */
export function rolesOf(
  pair: AlignedPair,
): Readonly<Record<typeof SIDES[number], readonly Role[]>> {
  const { negator, roles } = pair;
  return {
    negated: roles.map((role, position) => position === negator ? "negator" : role),
    affirmative: affirmativeRoles(pair).map((role) => role ?? "inserted"),
  };
}

/** The sentences that run at once, of which all values are in memory: 45 MB in ViT-B/32 size. */
const SENTENCES_AT_ONCE = 64;

/**
 * Averages values over all tokens of a role in both sentences of every pair; each pair counts once. The pairs are those of the whole file,
 * so that the means do not depend on the rows of the run. Returns for the roles of a sentence's positions the means there, as a cache of one
 * row.
 */
async function roleMeans(
  text: TextTower,
  pairs: readonly AlignedPair[],
  hooks: readonly string[],
): Promise<(roles: readonly string[]) => ActivationCache> {
  const sums = new Map<string, { readonly total: Float64Array; count: number }>();
  const forms = new Map<string, Tensor>(); // a value of each hook point
  const size = SENTENCES_AT_ONCE / SIDES.length;
  for (let first = 0; first < pairs.length; first += size) {
    const batch = pairs.slice(first, first + size);
    const sentences = batch.flatMap((pair) => SIDES.map((side) => pair[side]));
    const roles = batch.flatMap((pair) => SIDES.map((side) => rolesOf(pair)[side]));
    const { cache } = await text.runWithCache(sentences.map(({ sentence }) => sentence), hooks);
    for (const hook of hooks) {
      for (const row of sentences.keys()) {
        const value = cache.row(hook, row);
        forms.set(hook, value);
        roles[row]!.forEach((role, position) => {
          const { data } = value.row(position);
          const key = `${hook} ${role}`;
          const sum = sums.get(key) ?? { total: new Float64Array(data.length), count: 0 };
          sums.set(key, sum);
          sum.count++;
          data.forEach((x, i) => sum.total[i]! += x);
        });
      }
    }
  }
  return (roles) => {
    const cache = new ActivationCache(["means by role"]);
    for (const hook of hooks) {
      const { shape: [, ...shape], axes } = forms.get(hook)!;
      const values = roles.flatMap((role) => {
        const { total, count } = sums.get(`${hook} ${role}`)!;
        return Array.from(total, (sum) => sum / count);
      });
      const whole = [1, roles.length, ...shape];
      cache.add(hook, new Tensor(Float32Array.from(values), whole, ["batch", ...axes]), [0]);
    }
    return cache;
  };
}

export interface AblateTextOptions {
  /** The nodes that are ablated at once, each list in runs of its own. */
  readonly nodes: readonly (readonly Node[])[];
  readonly methods: readonly Method[];
  readonly role: Role | "all";
  /** All distinct pairs of the data, for means. */
  readonly all: readonly AlignedPair[];
  readonly images: Embeddings;
  /** Holds, by a row's id, S in the order method, node, sentence; new values are added. */
  readonly kept?: KeptRows | undefined;
  readonly progress?: Progress | undefined;
}

const PAIRS_AT_ONCE = SENTENCES_AT_ONCE / SIDES.length;

/**
 * Ablates every node in both sentences of every distinct pair. Returns for each row d with each node ablated, in the order method, node;
 * null if no token of the pair has the role.
 */
export async function ablateText(
  text: TextTower,
  rows: readonly ScoredPair[],
  { nodes, methods: chosen, role, images, all, kept, progress }: AblateTextOptions,
): Promise<(readonly (number | null)[])[]> {
  const runBy = (method: Method) => ONE_SIDED.has(method) ? "twin" : method;
  const methods = [...new Set(chosen.map(runBy))];
  const hooks = [...new Set(nodes.flat().map(nodeHook))];
  const means = methods.includes("mean") ? await roleMeans(text, all, hooks) : undefined;
  const placesOf = (pair: AlignedPair) => {
    const roles = rolesOf(pair);
    return SIDES.map((of) => {
      const position = [...roles[of].keys()].filter((at) =>
        role === "all" || roles[of][at] === role
      );
      return { of, roles: roles[of], position };
    });
  };
  const hasRole = (pair: AlignedPair) => placesOf(pair).some(({ position }) => position.length > 0);
  const runsOf = (pair: AlignedPair) =>
    methods.flatMap((method) => {
      const sides = placesOf(pair).map(({ of, roles, position }) => {
        const twin = of === "negated" ? "affirmative" : "negated";
        return { of, position, from: method === "mean" ? means!(roles) : twin };
      });
      return nodes.flatMap((own) =>
        sides.map(({ of, position, from }): ChangedRun => ({
          of,
          changes: changesOf(own, (hook, heads) =>
            method === "zero"
              ? zero(hook, { position, ...heads })
              : patch(hook, { position, ...heads, from })),
        }))
      );
    });
  const run = (pairs: readonly AlignedPair[]) =>
    runChanges(
      text,
      pairGroups(pairs, runsOf, (pair) => SIDES.map((of) => rolesOf(pair)[of]).join(" ")),
    );
  const numbers = await oncePerPair(rows, {
    ...{ text, images, kept, progress },
    sizeOf: (pair) => hasRole(pair) ? methods.length * nodes.length * SIDES.length : 0,
    run: (pairs) => means === undefined ? run(pairs) : inParts(pairs, PAIRS_AT_ONCE, run),
  });
  return rows.map(({ aligned, scores: { s_caption, s_foil, negation } }, row) => {
    const sign = signOf(negation);
    const unchanged = sign === 1 ? [s_caption, s_foil] : [s_foil, s_caption];
    const isMeasured = hasRole(aligned);
    return chosen.flatMap((method) =>
      nodes.map((_, node) => {
        if (!isMeasured) return null;
        const first = (methods.indexOf(runBy(method)) * nodes.length + node) * SIDES.length;
        const negated = method === "restore" ? unchanged[0]! : numbers[row]![first]!;
        const affirmative = method === "remove" ? unchanged[1]! : numbers[row]![first + 1]!;
        return sign * (negated - affirmative);
      })
    );
  });
}
