/** Checks that interventions and options have the parts that they need and no others, before any hook point is looked up. */

import { NegscopeError, shown, wrongValue } from "../errors.ts";
import { nearestName } from "../errors/nearest.ts";
import { ActivationCache } from "./cache.ts";
import type { Intervention } from "./interventions.ts";

type Rule = readonly [expected: string, fits: (value: unknown) => boolean];

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number";
const isList = (value: unknown) => Array.isArray(value) || ArrayBuffer.isView(value);
const isIndices = (value: unknown) => isNumber(value) || isList(value);
const isCache = (value: unknown) => value instanceof ActivationCache;
const isRun = (value: unknown) =>
  typeof value === "object" && value !== null && "of" in value && isText(value.of);

const CACHE = "the cache that runWithCache() or a sentence's cache() gives";
const HOOK: Rule = ["the name of a hook point", isText];
const INDEX: Rule = ["a whole number", isNumber];
const INDICES: Rule = ["a whole number or a list of them", isIndices];
const PLACE: Rule = [
  "a whole number, a list of them or a role",
  (value) => isText(value) || isIndices(value),
];
const SOURCE: Rule = [
  `${CACHE}, the name of a sentence, or a run { of, changes }`,
  (value) => isCache(value) || isText(value) || isRun(value),
];

const SELECTION = {
  row: INDICES,
  position: PLACE,
  head: INDICES,
  query: PLACE,
  key: PLACE,
  neuron: INDICES,
};

type Rules = Readonly<Record<string, Rule>>;

const PARTS: Readonly<
  Record<Intervention["kind"], { readonly needs?: Rules; readonly may?: Rules }>
> = {
  patch: {
    needs: { from: SOURCE },
    may: { ...SELECTION, fromRow: INDEX, fromPosition: INDEX, fromQuery: INDEX, fromKey: INDEX },
  },
  zero: { may: SELECTION },
  mean: { may: { ...SELECTION, from: [CACHE, isCache] } },
  scale: { needs: { factor: ["a number", isNumber] }, may: SELECTION },
  add: { needs: { vector: ["a list of numbers", isList] }, may: SELECTION },
  knockOut: {
    may: { ...SELECTION, renormalize: ["true or false", (value) => typeof value === "boolean"] },
  },
  edit: { needs: { apply: ["a function", (value) => typeof value === "function"] } },
};

/** Checks that a run's interventions are a list, and that each has the parts that its kind needs and no others. */
export function checkInterventions(given: unknown): asserts given is readonly Intervention[] {
  if (!Array.isArray(given)) {
    throw new NegscopeError("value-wrong", {
      problem: "Cannot use the interventions",
      subject: typeof given,
      reason: `they are ${shown(given)}`,
      expected: "a list",
      fix: "put a single intervention in brackets",
    });
  }
  given.forEach((intervention: unknown, i) => {
    if (isIntervention(intervention)) return checkParts(intervention);
    throw new NegscopeError("value-wrong", {
      problem: `Cannot use intervention ${i + 1}`,
      subject: i + 1,
      reason: `it is ${shown(intervention)}`,
      expected: "what patch(), zero(), mean(), scale(), add(), knockOut() or edit() gives",
    });
  });
}

function isIntervention(value: unknown): value is Intervention {
  return typeof value === "object" && value !== null && "kind" in value &&
    Object.hasOwn(PARTS, String(value.kind));
}

function checkParts(intervention: Intervention): void {
  const { needs = {}, may = {} } = PARTS[intervention.kind];
  const { kind: _, ...given } = intervention;
  const parts: Readonly<Record<string, unknown>> = given;
  const call = `use ${intervention.kind}(${isText(given.hook) ? `"${given.hook}"` : ""})`;
  for (const [name, [expected, fits]] of Object.entries({ hook: HOOK, ...needs, ...may })) {
    const value = parts[name];
    if (fits(value) || value === undefined && Object.hasOwn(may, name)) continue;
    throw new NegscopeError("value-wrong", {
      problem: `Cannot ${call}`,
      subject: name,
      reason: `its ${name} is ${shown(value)}`,
      expected,
    });
  }
  checkKnown(call, Object.keys(given), ["hook", ...Object.keys(may), ...Object.keys(needs)]);
}

export function checkOptions(options: unknown, known: readonly string[]): void {
  const isObject = typeof options === "object" && options !== null;
  if (!isObject) throw wrongValue("run with", options, `an object with ${listed(known)}`);
  checkKnown("run with these options", Object.keys(options), known);
}

function checkKnown(doing: string, names: readonly string[], known: readonly string[]): void {
  const other = names.find((name) => !known.includes(name));
  if (other === undefined) return;
  const near = nearestName(other, known);
  throw new NegscopeError("name-unknown", {
    problem: `Cannot ${doing}`,
    subject: other,
    reason: `there is no "${other}"`,
    expected: listed(known.filter((name) => name !== "hook")),
    ...near !== undefined && { fix: `the nearest is ${near}` },
  });
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
