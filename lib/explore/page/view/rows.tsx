/** The rows of the data, to choose from. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { About, ExplorerRow, Scene } from "../../protocol.ts";
import { signed } from "../state/changes.ts";
import { Select } from "./select.tsx";

const MOST = 60;

const ORDERS = {
  "as in the data": () => 0,
  "caption wins most": (a: ExplorerRow, b: ExplorerRow) => b.d - a.d,
  "foil wins most": (a: ExplorerRow, b: ExplorerRow) => a.d - b.d,
};

type Order = keyof typeof ORDERS;

const NAMES = Object.keys(ORDERS) as Order[];

export function RowList({ about, at, onRow }: {
  readonly about: About;
  /** The place of the row that is shown; -1 if it is none. */
  readonly at: number;
  readonly onRow: (scene: Scene) => void;
}): JSX.Element {
  const { rows, more } = about;
  const [words, setWords] = useState("");
  const [order, setOrder] = useState<Order>("as in the data");
  const [isOpen, setOpen] = useState(false);
  const choose = ({ row, caption, foil, picture }: ExplorerRow) =>
    onRow({ row, caption, foil, picture });
  const go = (by: number) => choose(rows[(at + by + rows.length) % rows.length]!);
  const wanted = words.toLowerCase().split(/\s+/);
  const found = isOpen
    ? rows.filter(({ row, caption, foil }) => {
      const text = `${row} ${caption} ${foil}`.toLowerCase();
      return wanted.every((word) => text.includes(word));
    }).toSorted(ORDERS[order])
    : [];
  return (
    <div class="rows">
      <div class="buttons">
        <button type="button" aria-label="Previous row" onClick={() => go(at < 0 ? 0 : -1)}>
          ‹
        </button>
        <span>{at < 0 ? "Yours" : `Row ${at + 1} of ${rows.length}`}</span>
        <button type="button" aria-label="Next row" onClick={() => go(1)}>›</button>
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          All rows
        </button>
      </div>
      {isOpen && (
        <div class="list">
          <label>
            Words{" "}
            <input
              type="search"
              value={words}
              onInput={(event) => setWords(event.currentTarget.value)}
            />
          </label>
          <Select label="Order" value={order} names={NAMES} onChoose={setOrder} />
          <ul>
            {found.slice(0, MOST).map((row) => (
              <li key={row.row}>
                <button
                  type="button"
                  aria-current={row.row === rows[at]?.row}
                  onClick={() => choose(row)}
                >
                  <span>{row.caption}</span> <b>{signed(row.d, 1)}</b>
                </button>
              </li>
            ))}
          </ul>
          <p class="hint">
            {found.length > MOST
              ? `${found.length - MOST} more: type a word`
              : found.length === 0
              ? "No row has these words"
              : ""}
            {more > 0 && ` ${more} rows of the data are not in this page`}
          </p>
        </div>
      )}
    </div>
  );
}
