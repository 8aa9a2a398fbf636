/** Labels an axis once where panels side by side repeat it. */

export type Part = Record<string, unknown>;

const WITHIN = ["concat", "vconcat", "hconcat", "layer", "spec"];

export function mapViews(view: Part, change: (view: Part) => Part): Part {
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

/** Labels axes that small multiples repeat once: below the lowest panel of a column, beside the first of a row. They are the same with the same explicit domains. */
export function shareAxes(spec: object, columns: number): object {
  const { concat, columns: explicit } = spec as Part;
  if (!Array.isArray(concat)) return spec;
  const across = typeof explicit === "number" ? explicit : columns;
  const panels = withAllLabels(concat as readonly Part[]);
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
    const position = positionIn(view, channel);
    if (hasDomain(position)) axes.push(position);
    return view;
  });
  return axes.length === 0 ? undefined : JSON.stringify(axes);
}

/** What an axis without labels has in place of them; the labels are those of a panel with the same scale. */
const SHARED = { labels: false, title: null };

function withoutLabels(panel: Part, channel: string): Part {
  return mapAxes(panel, channel, (position) => ({
    ...position,
    axis: { ...position["axis"] as Part | undefined, ...SHARED },
  }));
}

/** The panels with the labels that they had before their axes were shared: those of the nearest panel with the same scales. */
function withAllLabels(panels: readonly Part[]): readonly Part[] {
  return panels.map((panel) =>
    ["x", "y"].reduce((labelled, channel) => {
      if (!isShared(labelled, channel)) return labelled;
      const source = panels.find((other) =>
        !isShared(other, channel) && scalesOf(other, channel) === scalesOf(labelled, channel)
      );
      if (source === undefined) return labelled;
      const axes = positionsOf(source, channel);
      let i = 0;
      return mapAxes(labelled, channel, (position) => {
        const { axis: _, ...rest } = position;
        const { axis } = axes[i++]!;
        return axis === undefined ? rest : { ...rest, axis };
      });
    }, panel)
  );
}

function isShared(panel: Part, channel: string): boolean {
  return positionsOf(panel, channel).some(({ axis }) => {
    const { labels, title } = (axis ?? {}) as Part;
    return labels === SHARED.labels && title === SHARED.title;
  });
}

function scalesOf(panel: Part, channel: string): string {
  return JSON.stringify(positionsOf(panel, channel).map(({ axis: _, ...position }) => position));
}

function positionsOf(panel: Part, channel: string): readonly Part[] {
  const positions: Part[] = [];
  mapAxes(panel, channel, (position) => {
    positions.push(position);
    return position;
  });
  return positions;
}

function mapAxes(panel: Part, channel: string, change: (position: Part) => Part): Part {
  return mapViews(panel, (view) => {
    const position = positionIn(view, channel);
    if (position === undefined || position["axis"] === null) return view;
    return { ...view, encoding: { ...view["encoding"] as Part, [channel]: change(position) } };
  });
}

function positionIn(view: Part, channel: string): Part | undefined {
  return (view["encoding"] as Record<string, Part> | undefined)?.[channel];
}

function hasDomain(position: Part | undefined): boolean {
  return (position?.["scale"] as Part | null | undefined)?.["domain"] !== undefined;
}
