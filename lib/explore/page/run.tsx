/** The tabs of a finished run: the circuit of an atlas, and the values of single rows. */

import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { Change, Grid, RunMap } from "../protocol.ts";
import { Button, HeatMap, Picture, plain, Select, signed } from "./elements.tsx";
import { changer, cutOf, hasChange, meanOver, type Page, sceneOf } from "./state.ts";
import { BOTTOM, roleLines } from "../../charts/circuit/layout.ts";
import { pathsInOrder, placeCircuit } from "../../charts/circuit/sides.ts";
import { headSize } from "../../charts/circuit/routes.ts";

const MOST = 30;

const GROUPS = ["all", "correct", "ambiguous", "incorrect"] as const;

const ORDERS = ["largest first", "smallest first"] as const;

type Cell = readonly [row: number, column: number];

export function RunRows({ about, explorer, state, choose }: Page): JSX.Element {
  const { side, now: { scene } } = state;
  const { maps } = about.run!;
  const [name, setName] = useState(maps[0]!.name);
  const [group, setGroup] = useState<typeof GROUPS[number]>("all");
  const [order, setOrder] = useState<typeof ORDERS[number]>(ORDERS[0]);
  const [cell, setCell] = useState<Cell>();
  const map = maps.find((map) => map.name === name)!;
  const rows = about.rows.filter(({ row, negated, scores: { segment } }) =>
    negated === side && ["all", segment].includes(group) && map.values[row] !== undefined
  );
  const meanAt = (at: number) => meanOver(map, rows.map(({ row }) => row), at);
  const means = gridOf(map, (at) => meanAt(at)?.mean ?? null);
  const sign = order === ORDERS[1] ? 1 : -1;
  const picked = cell && cell[0] * map.columns.length + cell[1];
  const behind = rows.flatMap((row) => {
    const value = picked === undefined ? null : map.values[row.row]![picked]!;
    return value === null ? [] : [{ row, value }];
  }).sort((a, b) => sign * (a.value - b.value)).slice(0, MOST);
  const own = scene.row === undefined ? undefined : map.values[scene.row];
  const shared = {
    titles: [map.of, "layer"] as const,
    isBusy: false,
    isChanged: (row: number, column: number) => cell?.[0] === row && cell[1] === column,
    onPick: (row: number, column: number) => setCell([row, column]),
  };
  const said =
    (what: (at: number) => string) => (row: number, column: number, value: number | null) => {
      const at = row * map.columns.length + column;
      const number = value === null ? "not measured" : `${plain(value)}, ${what(at)}`;
      return `${placeOf(map, [row, column])}: ${number}`;
    };
  return (
    <>
      <div class="buttons looks">
        <Select
          label="Value"
          value={name}
          names={maps.map(({ name }) => name)}
          onChoose={(name) => {
            setName(name);
            setCell(undefined);
          }}
        />
        <Select label="Rows" value={group} names={GROUPS} onChoose={setGroup} />
      </div>
      <p class="hint">{map.about}</p>
      {rows.length === 0 ? <p class="hint">The run measured none of these rows.</p> : (
        <HeatMap
          {...shared}
          key={name}
          grid={means}
          label={`Means of ${name}`}
          text={said((at) => `mean of ${meanAt(at)!.of}`)}
        />
      )}
      {cell !== undefined && rows.length > 0 && (
        <section aria-labelledby="behind">
          <h3 id="behind">{placeOf(map, cell)} in single rows</h3>
          <Select label="Order" value={order} names={ORDERS} onChoose={setOrder} />
          <ol class="behind">
            {behind.map(({ row, value }) => (
              <li key={row.row}>
                <Button
                  aria-current={row.row === scene.row}
                  onClick={() => choose({ scene: sceneOf(row) })}
                >
                  <Picture explorer={explorer} name={row.picture} alt="" />
                  <span>
                    <b>{plain(value)}</b> <small>d {signed(row.scores.d, 1)}</small>
                    <br />
                    {row.caption}
                    <br />
                    <small>{row.foil}</small>
                  </span>
                </Button>
              </li>
            ))}
          </ol>
        </section>
      )}
      {own !== undefined && (
        <section aria-labelledby="own">
          <h3 id="own">The row that is shown, {scene.row}</h3>
          <HeatMap
            {...shared}
            grid={gridOf(map, (at) => own[at]!)}
            label={`${name} of the row that is shown`}
            text={said(() => "this row")}
          />
        </section>
      )}
    </>
  );
}

function gridOf({ rows, columns }: RunMap, valueAt: (at: number) => number | null): Grid {
  const values = rows.map((_, i) => columns.map((_, j) => valueAt(i * columns.length + j)));
  return { rows, columns, values };
}

function placeOf({ rows, columns }: RunMap, [row, column]: Cell): string {
  return `Layer ${columns[column]}, ${rows[row]}`;
}

/** Units of the picture to an em; the style sheet says how large it is drawn. */
const EM = 10;

const CENTRED = { dy: "0.35em", "text-anchor": "middle" } as const;

export function Circuit(page: Page): JSX.Element {
  const { about: { circuit, layers, live }, state: { side: negation, now: { changes } } } = page;
  const { sides, roles, title } = circuit!;
  const side = Math.max(0, sides.findIndex((own) => own.negation === negation));
  const onChange = live ? changer(page) : undefined;
  const placed = useMemo(() => placeCircuit(sides, { layers, roles }), [circuit]);
  const { layout: { width, height, columns, ...layout }, shown } = placed;
  const { boxes, marks, arrows, letters } = shown[side]!;
  const paths = useMemo(() => pathsInOrder(sides[side]!), [circuit, side]);
  const [at, setAt] = useState(0);
  const [pointed, setPointed] = useState<string>();
  const svg = useRef<SVGSVGElement>(null);
  const x = (ems: number) => ems * EM;
  const y = (ems: number) => (height - ems) * EM;
  const ofPart = (label: string): Change =>
    label.startsWith("MLP")
      ? { kind: "replace", part: label.replace("MLP", "mlp") }
      : { kind: "knock_out", head: label };
  const items = [
    ...boxes.map(({ label, kind, tip }) => ({
      tip,
      change: kind === "end" ? undefined : ofPart(label),
    })),
    ...arrows.map(({ tip }, i) => ({ tip, change: cutOf(paths[i]!) })),
  ];
  const item = (i: number) => {
    const { tip, change } = items[i]!;
    const pick = () => {
      setAt(i);
      if (change !== undefined) onChange?.(change);
    };
    return {
      role: "button",
      "data-item": i,
      tabindex: i === at ? 0 : -1,
      "aria-label": tip,
      "aria-pressed": change !== undefined && hasChange(changes, change),
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
      <div class="scroll">
        <svg
          ref={svg}
          class={onChange === undefined ? "picture circuit" : "picture circuit live"}
          viewBox={`0 0 ${x(width)} ${y(0)}`}
          role="group"
          aria-label={`${title}: parts and arrows`}
        >
          <g aria-hidden="true">
            {layout.layers.map(({ y1, y2 }, i) => (
              <g key={i}>
                {i % 2 === 0 && (
                  <rect class="band" x="0" y={y(y2)} width={x(width)} height={y(y1) - y(y2)} />
                )}
                <text x={x(0.75)} y={y((y1 + y2) / 2)} {...CENTRED}>{i + 1}</text>
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
                class={share < 0 ? "arrow below" : "arrow"}
              >
                <path class="reach" d={line} />
                <path class="line" d={line} stroke-width={x(width)} />
                <path
                  class="head"
                  d={`M${x(end.x)},${y(end.y)}l${-x(head) / 2},${x(head)}h${x(head)}z`}
                />
              </g>
            );
          })}
          {boxes.map(({ x1, x2, y1, y2, label, kind }, i) => (
            <g key={label} {...item(i)} class={`part ${kind}`}>
              <rect x={x(x1)} y={y(y2)} width={x(x2 - x1)} height={y(y1) - y(y2)} rx={x(0.25)} />
              <path class="strike" d={`M${x(x1)},${y(y1)}L${x(x2)},${y(y2)}`} />
              <text x={x((x1 + x2) / 2)} y={y((y1 + y2) / 2)} {...CENTRED}>{label}</text>
            </g>
          ))}
          <g aria-hidden="true">
            {letters.map((letter, i) => (
              <text key={i} x={x(letter.x)} y={y(letter.y)} {...CENTRED}>{letter.label}</text>
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
  "Wide arrows carry much of d; blue, dashed ones work against it. q, k, v: into a head’s queries, keys, values. Dashed boxes: not beyond their control. Dots: all other heads and MLPs.";
