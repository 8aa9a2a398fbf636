/** How tables, charts and what a study gives show themselves as the last expression of a notebook's cell. */

/** The method that Deno's kernel asks for. */
const DISPLAY = Symbol.for("Jupyter.display");

let display: ((value: object) => Promise<object>) | undefined;

/** Says how all values are shown: lib/show does, since it imports the rooms that they are from. */
export function displayBy(own: typeof display): void {
  display = own;
}

/** One function for all objects, so that two of the same content are equal. */
function show(this: object): Promise<MimeBundle> {
  return display!(this);
}

/** Makes an object show itself, or all that have it as their prototype; a copy of an object does not. */
export function showsItself<Value extends object>(value: Value): Value {
  return Object.defineProperty(value, DISPLAY, { get: () => display && show });
}
