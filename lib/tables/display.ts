/** How tables, charts and what a study gives show themselves as the last expression of a notebook's cell. */

type Display = (this: object) => Promise<object>;

/** One function for all objects, so that two of the same content are equal. */
let display: Display | undefined;

/** Says how all values are shown: lib/show does, since it imports the rooms that they are from. */
export function displayBy(own: Display): void {
  display = own;
}

/** Gives an object, or all that have it as their prototype, the method that Deno's kernel asks for; a copy of an object lacks it. */
export function showsItself<Value extends object>(value: Value): Value {
  return Object.defineProperty(value, Symbol.for("Jupyter.display"), { get: () => display });
}
