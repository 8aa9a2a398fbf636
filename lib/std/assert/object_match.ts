import { assertEquals } from "./equality.ts";

/** Fails unless `actual` has the properties of `expected`, also in nested objects; lists are compared up to the length in `expected`. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  if (typeof actual !== "object" || actual === null) {
    const found = actual === null ? "null" : `type ${typeof actual}`;
    throw new TypeError(`Cannot assertObjectMatch ${found}`);
  }
  assertEquals(shared(actual, expected), shared(expected, expected), msg);
}

/** The part of `value` that `mask` also has, as plain objects and lists. */
function shared(value: object, mask: object): unknown {
  const seen = new Map<object, Map<object, unknown>>();
  const inside = (value: unknown, mask: unknown): unknown =>
    isNested(value) && isNested(mask) ? part(value, mask) : value;

  function part(value: object, mask: object): unknown {
    const known = seen.get(value)?.get(mask);
    if (known !== undefined) return known;
    const remember = <T>(result: T): T => {
      seen.set(value, (seen.get(value) ?? new Map()).set(mask, result));
      return result;
    };
    if (value instanceof Set && mask instanceof Set) return value.intersection(mask);
    if (value instanceof Map && mask instanceof Map) {
      const result = remember(new Map<unknown, unknown>());
      for (const [key, item] of value) {
        if (mask.has(key)) result.set(key, inside(item, mask.get(key)));
      }
      return result;
    }
    if (Array.isArray(value) && Array.isArray(mask)) {
      const result = remember<unknown[]>([]);
      value.slice(0, mask.length).forEach((item, i) => result.push(inside(item, mask[i])));
      return result;
    }
    const result = remember({});
    const keys = Reflect.ownKeys(value);
    const common = keys.filter((key) => Object.hasOwn(mask, key));
    const isDisjoint = common.length === 0 && Reflect.ownKeys(mask).length > 0;
    for (const key of isDisjoint ? keys : common) {
      const item: unknown = Reflect.get(value, key);
      Object.defineProperty(result, key, {
        value: isDisjoint ? item : inside(item, Reflect.get(mask, key)),
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    return result;
  }
  return part(value, mask);
}

/** Dates and patterns are compared whole. */
function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null &&
    !(value instanceof Date) && !(value instanceof RegExp);
}
