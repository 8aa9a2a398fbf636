/** What a run measured: a map of means, the rows behind the cell that was clicked, and the map of the row that is chosen. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { segmentOf } from "../../../study/rows/score_rows.ts";
import type { ExplorerRow, Grid, RunMap } from "../../protocol.ts";
import { plain, signed } from "../state/changes.ts";
import type { Page } from "../state/state.ts";
import { HeatMap } from "./grid.tsx";
import { Picture } from "./scene.tsx";
import { Select } from "./select.tsx";

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
  const rows = about.rows.filter(({ row, negated, d }) =>
    negated === side && (group === "all" || segmentOf(d) === group) && map.values[row] !== undefined
  );
  const valuesAt = (at: number) =>
    rows.map(({ row }) => map.values[row]![at]!).filter((value) => value !== null);
  const means = gridOf(map, (at) => meanOf(valuesAt(at)));
  const own = scene.row === undefined ? undefined : map.values[scene.row];
  const shared = {
    titles: ["layer", map.across] as const,
    isUpwards: true,
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
          text={said((at) => `mean of ${valuesAt(at).length} rows`)}
        />
      )}
      {cell !== undefined && rows.length > 0 && (
        <section aria-labelledby="behind">
          <h3 id="behind">{placeOf(map, cell)} in single rows</h3>
          <Select label="Order" value={order} names={ORDERS} onChoose={setOrder} />
          <ol class="behind">
            {behind(map, rows, { cell, isUp: order === ORDERS[1] }).map(({ row, value }) => (
              <li key={row.row}>
                <button
                  type="button"
                  aria-current={row.row === scene.row}
                  onClick={() => {
                    const { row: id, caption, foil, picture } = row;
                    choose({ scene: { row: id, caption, foil, picture } });
                  }}
                >
                  <Picture explorer={explorer} name={row.picture} alt="" />
                  <span>
                    <b>{plain(value)}</b> <small>d {signed(row.d, 1)}</small>
                    <br />
                    {row.caption}
                    <br />
                    <small>{row.foil}</small>
                  </span>
                </button>
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

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function placeOf({ rows, columns }: RunMap, [row, column]: Cell): string {
  return `Layer ${rows[row]}, ${columns[column]}`;
}

/** The rows with the largest or smallest values of a cell. */
function behind(
  { columns, values }: RunMap,
  rows: readonly ExplorerRow[],
  { cell: [row, column], isUp }: { readonly cell: Cell; readonly isUp: boolean },
): { readonly row: ExplorerRow; readonly value: number }[] {
  return rows.flatMap((own) => {
    const value = values[own.row]![row * columns.length + column]!;
    return value === null ? [] : [{ row: own, value }];
  }).sort((a, b) => isUp ? a.value - b.value : b.value - a.value).slice(0, MOST);
}
