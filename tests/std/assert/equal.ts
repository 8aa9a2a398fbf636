import { types } from "node:util";

/**
 * Whether two values are deeply equal.
 *
 * Numbers are compared by `Object.is`, except that 0 equals -0; objects by prototype, own properties and the accessors of their class,
 * so private state counts as far as accessors show it; typed arrays and buffers by element; maps and sets by entry.
 */
export function equal(a: unknown, b: unknown): boolean {
  return equalWithin(a, b, new Map());
}

/** @param seen Pairs already being compared, so that cycles end. */
function equalWithin(a: unknown, b: unknown, seen: Map<object, object>): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (prototype(a) !== prototype(b)) return false;
  const inside = (x: unknown, y: unknown) => equalWithin(x, y, seen);
  if (types.isTypedArray(a)) return equalElements(a, b as typeof a);
  if (types.isAnyArrayBuffer(a)) {
    return equalElements(new Uint8Array(a), new Uint8Array(b as typeof a));
  }
  if (seen.get(a) === b) return true;
  if (Object.keys(a).length !== Object.keys(b).length) return false;
  seen.set(a, b);
  if (a instanceof Set || a instanceof Map) return equalEntries(a, b as typeof a, inside);
  if (TEXTUAL.has(prototype(a))) return String(a) === String(b);
  const keys = propertyKeys(a);
  return propertyKeys(b).isSubsetOf(keys) &&
    [...keys].every((key) => key in b && inside(Reflect.get(a, key), Reflect.get(b, key)));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** An object without a prototype counts as a plain one. */
function prototype(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

/** Classes whose value shows only as text and not in properties. */
const TEXTUAL: ReadonlySet<object> = new Set([RegExp.prototype, URL.prototype]);

type Elements = ArrayLike<number | bigint>;

function equalElements(a: Elements, b: Elements): boolean {
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false;
  }
  return a.length === b.length;
}

type Entries = ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>;

/** Compares entries in any order; an entry is looked up by its key unless the key is an object. */
function equalEntries(
  a: Entries,
  b: Entries,
  inside: (x: unknown, y: unknown) => boolean,
): boolean {
  const others = new Map(b.entries());
  return a.size === b.size &&
    [...a.entries()].every(([key, value]) =>
      isObject(key)
        ? [...others].some(([otherKey, other]) => inside(key, otherKey) && inside(value, other))
        : others.has(key) && inside(value, others.get(key))
    );
}

/** Own properties and those of the classes above, up to `Object` or `Array`. */
function propertyKeys(value: object): Set<string | symbol> {
  const keys = new Set(Reflect.ownKeys(value));
  for (
    let level = prototype(value);
    level !== Object.prototype && level !== Array.prototype;
    level = prototype(level)
  ) {
    Reflect.ownKeys(level).forEach((key) => keys.add(key));
  }
  return keys;
}
