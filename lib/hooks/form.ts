/** Checks that interventions and options have the parts that they need and no others, before any hook point is looked up. */

import { NegscopeError } from "../errors.ts";
import { nearestName } from "../errors/nearest.ts";
import { ActivationCache } from "./cache.ts";
import type { Intervention } from "./interventions.ts";

interface Rule {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const isNumber = (value: unknown) => typeof value === "number";
const isList = (value: unknown) => Array.isArray(value) || ArrayBuffer.isView(value);

const HOOK: Rule = {
  expected: "the name of a hook point",
  fits: (value) => typeof value === "string",
};
const INDEX: Rule = { expected: "a whole number", fits: isNumber };
const INDICES: Rule = {
  expected: "a whole number or a list of them",
  fits: (value) => isNumber(value) || isList(value),
};
const PLACE: Rule = {
  expected: "a whole number, a list of them or a role",
  fits: (value) => typeof value === "string" || INDICES.fits(value),
};
const SOURCE: Rule = {
  expected:
    "the cache that runWithCache() or a sentence's cache() gives, the name of a sentence, or a run { of, changes }",
  fits: (value) =>
    value instanceof ActivationCache || typeof value === "string" ||
    (typeof value === "object" && value !== null && "of" in value && typeof value.of === "string"),
};
const CACHE: Rule = {
  expected: "the cache that runWithCache() or a sentence's cache() gives",
  fits: (value) => value instanceof ActivationCache,
};

const SELECTION = {
  row: INDICES,
  position: PLACE,
  head: INDICES,
  query: PLACE,
  key: PLACE,
  neuron: INDICES,
};

/** The required and the optional parts of each kind, besides its hook point. */
const PARTS: Readonly<
  Record<
    Intervention["kind"],
    { readonly needs: Readonly<Record<string, Rule>>; readonly may: Readonly<Record<string, Rule>> }
  >
> = {
  patch: {
    needs: { from: SOURCE },
    may: { ...SELECTION, fromRow: INDEX, fromPosition: INDEX, fromQuery: INDEX, fromKey: INDEX },
  },
  zero: { needs: {}, may: SELECTION },
  mean: { needs: {}, may: { ...SELECTION, from: CACHE } },
  scale: { needs: { factor: { expected: "a number", fits: isNumber } }, may: SELECTION },
  add: { needs: { vector: { expected: "a list of numbers", fits: isList } }, may: SELECTION },
  knockOut: {
    needs: {},
    may: {
      ...SELECTION,
      renormalize: { expected: "true or false", fits: (value) => typeof value === "boolean" },
    },
  },
  edit: {
    needs: { apply: { expected: "a function", fits: (value) => typeof value === "function" } },
    may: {},
  },
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
  const { needs, may } = PARTS[intervention.kind];
  const parts = new Map<string, unknown>(Object.entries(intervention));
  const hook = parts.get("hook");
  const call = `${intervention.kind}(${typeof hook === "string" ? `"${hook}"` : ""})`;
  for (const [name, { fits, expected }] of Object.entries({ hook: HOOK, ...needs, ...may })) {
    const value = parts.get(name);
    if (fits(value) || (value === undefined && Object.hasOwn(may, name))) continue;
    throw new NegscopeError("value-wrong", {
      problem: `Cannot use ${call}`,
      subject: name,
      reason: `its ${name} is ${shown(value)}`,
      expected,
    });
  }
  const known = [...Object.keys(may), ...Object.keys(needs)];
  const other = [...parts.keys()].find((name) => !["kind", "hook", ...known].includes(name));
  if (other === undefined) return;
  throw new NegscopeError("name-unknown", {
    problem: `Cannot use ${call}`,
    subject: other,
    reason: `it has no "${other}"`,
    expected: listed(known),
    fix: nearestIs(other, known),
  });
}

/** Checks that all options of a run exist. */
export function checkOptions(options: unknown, known: readonly string[]): void {
  const isObject = typeof options === "object" && options !== null;
  const other = isObject ? Object.keys(options).find((name) => !known.includes(name)) : options;
  if (isObject && other === undefined) return;
  throw new NegscopeError("name-unknown", {
    problem: `Cannot run with ${shown(other)}`,
    subject: String(other),
    reason: "there is no such option",
    expected: listed(known),
    fix: nearestIs(String(other), known),
  });
}

function nearestIs(name: string, known: readonly string[]): string | undefined {
  const near = nearestName(name, known);
  return near === undefined ? undefined : `the nearest is ${near}`;
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

/** A value in a message. */
function shown(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
