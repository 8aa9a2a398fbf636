/** How tables, charts and what a study gives show themselves as the last expression of a notebook's cell. */

/** Values by media type; `text/plain` is always there. */
export interface MimeBundle {
  readonly "text/plain": string; // for a terminal, and for front ends that support nothing else
  readonly "text/markdown"?: string;
  readonly "text/html"?: string;
  readonly "image/svg+xml"?: string; // chart or an image as a picture
  readonly "image/png"?: string; // image file in Base64
  readonly "image/jpeg"?: string; // image file in Base64
  /** A chart as a Vega-Lite spec with the house style in it. */
  readonly "application/vnd.vegalite.v5+json"?: object;
}

type Display = (value: object) => Promise<MimeBundle>;

/** The method that Deno's kernel asks for. */
const DISPLAY = Symbol.for("Jupyter.display");

let display: Display | undefined;

/** Says how all values are shown: lib/show does, since it imports the rooms that they are from. */
export function displayBy(own: Display): void {
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
