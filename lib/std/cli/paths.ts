/** Values of flags with dotted names: `a.b` is `b` in the object `a`. */

/** An object that may hold others. */
export type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}

/** Whether there is a value under a dotted name. */
export function hasPath(tree: unknown, name: string): boolean {
  return name.split(".").every((key) => {
    const isThere = isTree(tree) && Object.hasOwn(tree, key);
    if (isThere) tree = (tree as Tree)[key];
    return isThere;
  });
}

/**
 * Puts a value under a dotted name; does nothing if the name would reach an object's prototype or constructor.
 *
 * @param collect Whether the value is added to a list of earlier values.
 */
export function setPath(tree: Tree, name: string, value: unknown, collect = false): void {
  const path = name.split(".");
  const last = path.pop()!;
  const isForbidden = (at: Tree, key: string) =>
    key === "__proto__" || (key === "constructor" && !Object.hasOwn(at, key));
  for (const key of path) {
    if (isForbidden(tree, key)) return;
    const inner = Object.hasOwn(tree, key) ? tree[key] : undefined;
    tree = isTree(inner) ? inner : tree[key] = {};
  }
  if (isForbidden(tree, last)) return;
  const present = Object.hasOwn(tree, last) ? tree[last] : undefined;
  if (!collect) tree[last] = value;
  else if (Array.isArray(present)) present.push(value);
  else tree[last] = present ? [present, value] : [value];
}
