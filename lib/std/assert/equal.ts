import { isDeepStrictEqual, types } from "node:util";

/**
 * Whether two values are deeply equal.
 *
 * Numbers by `Object.is`, but 0 equals -0; objects by prototype, own properties and the accessors of their class, so private
 * state counts as far as a class shows it; typed arrays by element; maps and sets by entry.
 */
export function equal(a: unknown, b: unknown): boolean {
  return equalWithin(a, b, new Map());
}

/** @param seen Pairs already being compared: a cycle is judged where it began. */
function equalWithin(a: unknown, b: unknown, seen: Map<object, object>): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b) || prototype(a) !== prototype(b)) return false;
  if (hasHiddenValue(a)) return isDeepStrictEqual(a, b);
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  const inside = (x: unknown, y: unknown) => equalWithin(x, y, seen);
  if (isTypedArray(a) && isTypedArray(b)) {
    return a.length === b.length && a.every((value, i) => inside(value, b[i]));
  }
  if (a instanceof Set && b instanceof Set) {
    return a.size === b.size && [...a].every((x) => b.has(x) || [...b].some((y) => inside(x, y)));
  }
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size &&
      [...a].every(([key, value]) =>
        b.has(key)
          ? inside(value, b.get(key))
          : [...b].some(([otherKey, other]) => inside(key, otherKey) && inside(value, other))
      );
  }
  const keys = propertyKeys(a);
  return keys.size === propertyKeys(b).size &&
    [...keys].every((key) => key in b && inside(Reflect.get(a, key), Reflect.get(b, key)));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** An object without a prototype counts as a plain one. */
function prototype(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

/** What node compares by a value that no property shows. */
function hasHiddenValue(value: object): boolean {
  return types.isDate(value) || types.isRegExp(value) || types.isNativeError(value) ||
    types.isAnyArrayBuffer(value) || types.isBoxedPrimitive(value);
}

/** By index all typed arrays read alike, so two of their types stand for all. */
function isTypedArray(value: object): value is Float64Array | BigInt64Array {
  return types.isTypedArray(value);
}

/** Own properties and those of the classes above, up to `Object` or `Array`. */
function propertyKeys(value: object): Set<string | symbol> {
  const keys = new Set(Reflect.ownKeys(value));
  let level = prototype(value);
  while (level !== Object.prototype && level !== Array.prototype) {
    Reflect.ownKeys(level).forEach((key) => keys.add(key));
    level = prototype(level);
  }
  return keys;
}
