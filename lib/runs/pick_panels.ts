/** Some panels of a chart, by what their titles say: a side, a segment, a method. */

import { joinedLines } from "../charts/panels.ts";
import { unknownName } from "../errors/errors.ts";

interface Panels {
  readonly concat: readonly { readonly title?: { readonly text?: string | string[] } }[];
  readonly description?: string;
}

/**
 * Leaves out the other panels of charts.
 *
 * Names that are parts of titles in one place, such as two segments, add up; those in different places, such as a side and a segment,
 * must all be there. `foil` is enough for `foil-negated`.
 *
 * @param charts Vega-Lite specs by their names.
 * @param names The parts of titles.
 * @returns The charts with such panels, under their names and those of the panels.
 * @throws {NegscopeError} If no panel has one of the names, or none has all.
 */
export function pickPanels(
  charts: ReadonlyMap<string, object>,
  names: readonly string[],
): Map<string, object> {
  const drawn = [...charts].flatMap(([chart, spec]) =>
    "concat" in spec ? [{ chart, spec: spec as Panels }] : []
  );
  const all = drawn.flatMap(({ spec }) => spec.concat.map(partsOf));
  const unknown = names.find((name) => !all.some((parts) => placeIn(parts, name) >= 0));
  if (unknown !== undefined) {
    const known = [...new Set(all.flat())];
    throw unknownName({ doing: "draw panels", name: unknown, known });
  }
  const picked = drawn.flatMap(({ chart, spec }): [string, object][] => {
    const titles = spec.concat.map(partsOf);
    const known = names.filter((name) => titles.some((parts) => placeIn(parts, name) >= 0));
    const places = Map.groupBy(
      known,
      (name) => Math.max(...titles.map((parts) => placeIn(parts, name))),
    );
    const isPicked = titles.map((parts) =>
      known.length > 0 &&
      [...places.values()].every((some) => some.some((name) => placeIn(parts, name) >= 0))
    );
    if (!isPicked.includes(true)) return [];
    return [[
      [chart, ...known.map((name) => name.replaceAll(/[^\w.]+/g, "_"))].join("-"),
      {
        ...spec,
        concat: spec.concat.filter((_, i) => isPicked[i]),
        ...spec.description !== undefined && {
          description: without(spec.description, spec.concat.filter((_, i) => !isPicked[i])),
        },
      },
    ]];
  });
  if (picked.length > 0) return new Map(picked);
  throw unknownName({
    doing: "draw panels",
    name: names.join(","),
    known: all.map((parts) => parts.join(",")),
  });
}

/** The parts of a panel's title, without the number of rows. */
function partsOf({ title }: Panels["concat"][number]): string[] {
  return joinedLines(title?.text ?? [])
    .flatMap((line) => line.replaceAll(/\(n = \d+\)/g, "").split(/[,:]/))
    .map((part) => part.trim()).filter((part) => part !== "");
}

/** The place of the part with this name; -1 if there is none. */
function placeIn(parts: readonly string[], name: string): number {
  return parts.findIndex((part) =>
    part === name || part.startsWith(`${name}-`) ||
    part.startsWith(`${name} `)
  );
}

/** The alt text without what it says of some panels. */
function without(description: string, panels: Panels["concat"]): string {
  const titles = panels.map(({ title }) => `${joinedLines(title?.text ?? []).join(", ")}: `);
  return description.split(/(?<=\.) /)
    .filter((sentence) => !titles.some((title) => sentence.startsWith(title))).join(" ");
}
