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

/** Leaves out the title of the whole chart; views within it keep theirs. */
export function withoutChartTitle(spec: object): object {
  const { title: _, ...others } = spec as Part;
  return others;
}

/**
 * Labels an axis once where small multiples repeat it: the lowest panel of a column has the labels of its horizontal axis, the first
 * panel of a row those of its vertical axis. Axes are the same if the views have the same explicit domains, titles and labels.
 *
 * @param spec A chart.
 * @param columns The number of panels side by side, unless the chart says so itself.
 */
export function shareAxes(spec: object, columns: number): object {
  const { concat, columns: own } = spec as Part;
  if (!Array.isArray(concat)) return spec;
  const across = typeof own === "number" ? own : columns;
  const panels = concat as readonly Part[];
  const horizontal = panels.map((panel) => axesOf(panel, "x"));
  const vertical = panels.map((panel) => axesOf(panel, "y"));
  const isSame = (a: string | undefined, b: string | undefined) => a !== undefined && a === b;
  const shared = panels.map((panel, i) => {
    const below = isSame(horizontal[i], horizontal[i + across]);
    const before = i % across > 0 && isSame(vertical[i], vertical[i - 1]);
    return [...(below ? ["x"] : []), ...(before ? ["y"] : [])].reduce(withoutLabels, panel);
  });
  return { align: "each", ...spec, concat: shared };
}

/** A text that is the same for panels with the same axes; undefined for axes whose domain is left to their data. */
function axesOf(panel: Part, channel: string): string | undefined {
  const axes: unknown[] = [];
  mapViews(panel, (view) => {
    const { encoding } = view as { encoding?: Part };
    if (hasDomain(encoding?.[channel])) axes.push(encoding![channel]);
    return view;
  });
  return axes.length === 0 ? undefined : JSON.stringify(axes);
}

function hasDomain(position: unknown): boolean {
  const { scale } = (position ?? {}) as { scale?: Part | null };
  return scale?.["domain"] !== undefined;
}

function withoutLabels(panel: Part, channel: string): Part {
  return mapViews(panel, (view) => {
    const { encoding } = view as { encoding?: Record<string, Part> };
    const position = encoding?.[channel];
    if (position === undefined || position["axis"] === null) return view;
    const axis = { ...position["axis"] as Part | undefined, labels: false, title: null };
    return { ...view, encoding: { ...encoding, [channel]: { ...position, axis } } };
  });
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
