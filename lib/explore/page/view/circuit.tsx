/** The circuit of an atlas run as a map: its parts and arrows can be walked through and changed. */

import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { BOTTOM, roleLines } from "../../../charts/circuit/layout.ts";
import { pathsInOrder, placeCircuit } from "../../../charts/circuit/sides.ts";
import { headSize } from "../../../charts/circuit/routes.ts";
import type { About, Change } from "../../protocol.ts";
import { cutOf, hasChange } from "../state/changes.ts";
import { useWidth } from "./grid.tsx";

/** Pixels of an em: at least so many, and what is too wide can be scrolled; more would make the picture too high. */
const EM = { least: 10.5, most: 15.5 };

export interface CircuitProps {
  readonly circuit: NonNullable<About["circuit"]>;
  readonly side: number;
  readonly layers: number;
  readonly changes: readonly Change[];
  readonly onChange: ((change: Change) => void) | undefined;
}

export function Circuit({ circuit, side, layers, changes, onChange }: CircuitProps): JSX.Element {
  const { sides, roles } = circuit;
  const placed = useMemo(() => placeCircuit(sides, { layers, roles }), [circuit]);
  const { layout: { width, height, columns, ...layout }, shown } = placed;
  const { boxes, marks, arrows, letters } = shown[side]!;
  const paths = useMemo(() => pathsInOrder(sides[side]!), [circuit, side]);
  const [box, space] = useWidth();
  const [at, setAt] = useState(0);
  const [pointed, setPointed] = useState<string>();
  const svg = useRef<SVGSVGElement>(null);
  const em = Math.min(EM.most, Math.max(EM.least, space / width));
  const x = (ems: number) => ems * em;
  const y = (ems: number) => (height - ems) * em;
  const items = [
    ...boxes.map(({ label, kind, tip }) => ({
      tip,
      change: kind === "end" ? undefined : changeOf(label),
    })),
    ...arrows.map(({ tip }, i) => ({ tip, change: cutOf(paths[i]!) })),
  ];
  const item = (i: number) => {
    const { tip, change } = items[i]!;
    const isChanged = change !== undefined && hasChange(changes, change);
    const pick = () => {
      setAt(i);
      if (change !== undefined) onChange?.(change);
    };
    return {
      role: "button",
      "data-item": i,
      tabindex: i === at ? 0 : -1,
      "aria-label": tip,
      "aria-pressed": isChanged,
      "aria-disabled": change === undefined || onChange === undefined,
      onClick: pick,
      onFocus: () => {
        setAt(i);
        setPointed(tip);
      },
      onPointerEnter: () => setPointed(tip),
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key === "Enter" || event.key === " ") pick();
        else if (/^Arrow(Right|Up)$/.test(event.key)) focus(i + 1);
        else if (/^Arrow(Left|Down)$/.test(event.key)) focus(i - 1);
        else return;
        event.preventDefault();
      },
    } as const;
  };
  const focus = (i: number) => {
    const next = (i + items.length) % items.length;
    svg.current!.querySelector<SVGGElement>(`[data-item="${next}"]`)!.focus();
  };
  return (
    <div class="map">
      <div class="scroll" ref={box}>
        <svg
          ref={svg}
          class={onChange === undefined ? "picture circuit" : "picture circuit live"}
          width={x(width)}
          height={y(0)}
          role="group"
          aria-label={`${circuit.title}: parts and arrows`}
          style={{ fontSize: `${0.92 * em}px` }}
        >
          <g aria-hidden="true">
            {layout.layers.map(({ y1, y2 }, i) => (
              <g key={i}>
                {i % 2 === 0 && (
                  <rect class="band" x="0" y={y(y2)} width={x(width)} height={y(y1) - y(y2)} />
                )}
                <text x={x(0.75)} y={y((y1 + y2) / 2)} dy="0.35em" text-anchor="middle">
                  {i + 1}
                </text>
              </g>
            ))}
            <text x={x(0)} y={y(height - 0.9)} dy="0.35em">layer</text>
            {columns.map(({ role, x1, x2 }) => (
              <text key={role} text-anchor="middle">
                {roleLines(role).map((line, i) => (
                  <tspan key={i} x={x((x1 + x2) / 2)} y={y(BOTTOM - 1.35 - 1.15 * i)}>{line}</tspan>
                ))}
              </text>
            ))}
            {marks.map(({ isHead, tip, ...mark }, i) => (
              <rect
                key={i}
                class="mark"
                x={x(mark.x - 0.14)}
                y={y(mark.y + 0.14)}
                width={x(0.28)}
                height={x(0.28)}
                rx={isHead ? x(0.14) : 0}
                onPointerEnter={() => setPointed(tip)}
              />
            ))}
          </g>
          {arrows.map(({ way, end, share, width }, i) => {
            const head = headSize({ width });
            const line = `M${
              way.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join("L")
            }`;
            return (
              <g
                key={i}
                {...item(boxes.length + i)}
                class={share < 0 ? "arrow below" : "arrow above"}
              >
                <path class="reach" d={line} />
                <path class="line" d={line} stroke-width={x(width)} />
                <path
                  class="head"
                  d={`M${x(end.x)},${y(end.y)}l${-head * em / 2},${head * em}h${head * em}z`}
                />
              </g>
            );
          })}
          {boxes.map(({ x1, x2, y1, y2, label, kind }, i) => (
            <g key={label} {...item(i)} class={`part ${kind}`}>
              <rect x={x(x1)} y={y(y2)} width={x(x2 - x1)} height={y(y1) - y(y2)} rx={0.25 * em} />
              <path class="strike" d={`M${x(x1)},${y(y1)}L${x(x2)},${y(y2)}`} />
              <text x={x((x1 + x2) / 2)} y={y((y1 + y2) / 2)} dy="0.35em" text-anchor="middle">
                {label}
              </text>
            </g>
          ))}
          <g aria-hidden="true">
            {letters.map((letter, i) => (
              <text key={i} x={x(letter.x)} y={y(letter.y)} dy="0.35em" text-anchor="middle">
                {letter.label}
              </text>
            ))}
          </g>
        </svg>
      </div>
      <p class="readout">{pointed ?? "Point at a part or an arrow to read its numbers."}</p>
      <p class="hint">{LEGEND}</p>
    </div>
  );
}

const LEGEND =
  "Wide arrows carry much of d; blue ones work against it. q, k, v: into a head’s queries, keys, values. Dashed: not beyond its control. Dots: all other heads and MLPs.";

/** What a click on a part does: a head is knocked out, an MLP replaced. */
function changeOf(label: string): Change {
  return label.startsWith("MLP")
    ? { kind: "replace", part: label.replace("MLP", "mlp") }
    : { kind: "knock_out", head: label };
}
