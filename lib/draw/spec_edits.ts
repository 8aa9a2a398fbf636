/** Changes to a Vega-Lite spec that make it fit: each returns a new spec and leaves the old one as it is. */

type Part = Record<string, unknown>;

/** The keys under which a view holds other views. */
const WITHIN = ["concat", "vconcat", "hconcat", "layer", "spec"];

/** Replaces the lines of every view's title and subtitle, in order; a text of several lines is mapped line by line. */
export function mapTitles(spec: object, lines: (text: string) => readonly string[]): object {
  const mapped = (text: unknown) => [text].flat().flatMap((line) => lines(`${line}`));
  return mapViews(spec as Part, (view) => {
    const { title } = view;
    if (typeof title === "string" || Array.isArray(title)) return { ...view, title: mapped(title) };
    if (typeof title !== "object" || title === null) return view;
    const { text, subtitle } = title as Part;
    return {
      ...view,
      title: {
        ...title,
        text: mapped(text),
        ...(subtitle !== undefined && { subtitle: mapped(subtitle) }),
      },
    };
  });
}

/** Multiplies the sizes that views state themselves; a view that states both width and height keeps its proportions. */
export function resizeViews(
  spec: object,
  { stretch, squeeze }: { readonly stretch: number; readonly squeeze: number },
): object {
  return mapViews(spec as Part, (view) => {
    const { width, height } = view;
    const resized = { ...view };
    if (typeof width === "number") resized["width"] = width * stretch;
    if (typeof height === "number") {
      resized["height"] = height * (typeof width === "number" ? stretch : squeeze);
    }
    return resized;
  });
}

/** Leaves out the layers whose mark has a style. */
export function withoutStyle(spec: object, style: string): object {
  return mapViews(
    spec as Part,
    (view) =>
      Array.isArray(view["layer"])
        ? { ...view, layer: view["layer"].filter((layer) => !isStyled(layer, style)) }
        : view,
  );
}

/** Whether a layer's mark has a style. */
export function hasStyle(spec: object, style: string): boolean {
  let found = false;
  mapViews(spec as Part, (view) => {
    found ||= isStyled(view, style);
    return view;
  });
  return found;
}

function isStyled({ mark }: Part, style: string): boolean {
  return typeof mark === "object" && mark !== null && "style" in mark && mark.style === style;
}

/** Maps a view, then the views within it. */
function mapViews(view: Part, change: (view: Part) => Part): Part {
  const changed = { ...change(view) };
  for (const key of WITHIN) {
    const within = changed[key];
    if (Array.isArray(within)) changed[key] = within.map((inner) => mapViews(inner, change));
    else if (typeof within === "object" && within !== null) {
      changed[key] = mapViews(within as Part, change);
    }
  }
  return changed;
}
