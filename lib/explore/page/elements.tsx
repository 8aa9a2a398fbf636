/** What several views of the page show. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { colourBound, colourRange } from "../../charts/value_map.ts";
import type { Explorer, Grid } from "../protocol.ts";

const CELL = { height: 32, least: 34, most: 92 };

const LONGEST = 18;

const KEYS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ...{ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] },
  ...{ Home: [0, -Infinity], End: [0, Infinity] },
};

/** The shares of the largest value from which a colour is so strong that numbers on it have the other ink, light and dark. */
const STRONG = { light: 0.832, dark: 0.611 };

export function HeatMap(
  { grid, label, titles, text, isChanged, onPick, isBusy, picture }: {
    readonly grid: Grid;
    readonly label: string;
    /** What stands beside the rows, and below the columns. */
    readonly titles: readonly [string, string];
    readonly text: (row: number, column: number, value: number | null) => string;
    readonly isChanged?: (row: number, column: number) => boolean;
    readonly onPick?: ((row: number, column: number) => void) | undefined;
    readonly isBusy: boolean;
    /** The address of a picture behind square cells. @default {none} */
    readonly picture?: string | undefined;
  },
): JSX.Element {
  const { rows, columns, values } = grid;
  const [box, width] = useWidth();
  const [[row, column], setAt] = useState(() => strongest(values));
  const [pointed, setPointed] = useState<readonly [number, number]>();
  const svg = useRef<SVGSVGElement>(null);
  const bound = colourBound(colourRange(values.flat().filter((value) => value !== null)));
  const left = 32 + 7.2 * Math.max(...rows.map(({ length }) => Math.min(length, LONGEST)));
  const cell = Math.min(CELL.most, Math.max(CELL.least, (width - left - 2) / columns.length));
  const high = picture === undefined ? CELL.height : cell;
  const isTurned = columns.some(({ length }) => 7.2 * length > cell - 4);
  const longest = Math.max(...columns.map(({ length }) => Math.min(length, LONGEST)));
  const below = isTurned ? 16 + 5.2 * longest : 20;
  const size = {
    width: left + cell * columns.length + 2,
    height: high * rows.length + below + 20,
  };
  const yOf = (row: number) => high * row;
  const [here, there] = [Math.min(row, rows.length - 1), Math.min(column, columns.length - 1)];
  const walk = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return onPick?.(here, there);
    }
    const by = KEYS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const to = [
      clamp(here + by[0], rows.length),
      clamp(there + by[1], columns.length),
    ] as const;
    setAt(to);
    svg.current!.querySelector<SVGGElement>(`[data-cell="${to.join(" ")}"]`)!.focus();
  };
  const [saidRow, saidColumn] = pointed ?? [here, there];
  const said = values[saidRow]?.[saidColumn];
  return (
    <div class={`map${isBusy ? " busy" : ""}`} aria-busy={isBusy}>
      <div class="scroll" ref={box}>
        <svg
          ref={svg}
          class={onPick === undefined ? "picture" : "picture live"}
          {...size}
          role="grid"
          aria-label={label}
          onKeyDown={walk}
          onPointerLeave={() => setPointed(undefined)}
        >
          {picture && <image href={picture} x={left} width={cell * columns.length} />}
          {rows.map((name, i) => (
            <g role="row" key={i}>
              <g role="rowheader">
                <text x={left - 8} y={yOf(i) + high / 2 + 5} text-anchor="end">{cut(name)}</text>
              </g>
              {columns.map((_, j) => {
                const value = values[i]![j]!;
                const share = value === null ? 0 : Math.abs(value) / bound;
                return (
                  <g
                    key={j}
                    role="gridcell"
                    data-cell={`${i} ${j}`}
                    tabindex={i === here && j === there ? 0 : -1}
                    aria-label={text(i, j, value)}
                    aria-selected={isChanged?.(i, j) ?? false}
                    class="cell"
                    onFocus={() => setAt([i, j])}
                    onPointerEnter={() => setPointed([i, j])}
                    onClick={() => {
                      setAt([i, j]);
                      onPick?.(i, j);
                    }}
                  >
                    <rect
                      x={left + j * cell + 1}
                      y={yOf(i) + 1}
                      width={cell - 2}
                      height={high - 2}
                      rx="3"
                      fill-opacity={picture && 0.6}
                      style={{ fill: value === null ? "none" : colourOf(value, bound) }}
                    />
                    {value !== null && (
                      <text
                        x={left + (j + 0.5) * cell}
                        y={yOf(i) + high / 2 + 4.5}
                        text-anchor="middle"
                        style={{ fill: inkOf(share) }}
                      >
                        {Math.abs(value) < 0.005 ? "0" : plain(value)}
                      </text>
                    )}
                  </g>
                );
              })}
            </g>
          ))}
          <g aria-hidden="true" class="names">
            {columns.map((name, j) => {
              const [x, y] = [left + (j + 0.5) * cell, high * rows.length + 15];
              const place = isTurned
                ? {
                  x: x + 5,
                  "text-anchor": "end",
                  transform: `rotate(-42 ${x + 5} ${y})`,
                } as const
                : { x, "text-anchor": "middle" } as const;
              return <text key={j} y={y} {...place}>{cut(name)}</text>;
            })}
            {[
              `translate(12 ${high * rows.length / 2}) rotate(-90)`,
              `translate(${left + cell * columns.length / 2} ${size.height - 5})`,
            ].map((transform, i) => (
              <text key={i} class="title" {...{ transform }} text-anchor="middle">{titles[i]}</text>
            ))}
          </g>
        </svg>
      </div>
      <p class="readout">{said === undefined ? "" : text(saidRow, saidColumn, said)}</p>
    </div>
  );
}

/** The cell of the largest absolute value, at which keyboard and readout begin. */
function strongest(values: Grid["values"]): readonly [number, number] {
  const sizes = values.map((row) => row.map((value) => Math.abs(value ?? 0)));
  const most = Math.max(...sizes.flat());
  const row = sizes.findIndex((own) => own.includes(most));
  return [row, sizes[row]!.indexOf(most)];
}

export function inkOf(share: number): string {
  const [light, dark] = [
    share > STRONG.light ? "#fff" : "#000",
    share > STRONG.dark ? "#000" : "#fff",
  ];
  return `light-dark(${light}, ${dark})`;
}

function colourOf(value: number, bound: number): string {
  const share = Math.round(100 * Math.min(1, Math.abs(value) / bound));
  return `color-mix(in srgb, var(--${value < 0 ? "below" : "above"}) ${share}%, var(--zero))`;
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(320);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) =>
      setWidth(Math.floor(entry!.contentRect.width))
    );
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}

function clamp(at: number, length: number): number {
  return Math.max(0, Math.min(length - 1, at));
}

function cut(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}

export function Select<Name extends string>({ label, value, names, onChoose }: {
  readonly label: string;
  readonly value: Name;
  readonly names: readonly Name[];
  readonly onChoose: (name: Name) => void;
}): JSX.Element {
  return (
    <label>
      {label}{" "}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value as Name)}>
        {names.map((name) => <option key={name}>{name}</option>)}
      </select>
    </label>
  );
}

const STYLES = [
  ...["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity"],
  ...["font-family", "font-size", "font-weight", "visibility"],
];

const OF_THE_PAGE = [
  ...["style", "class", "tabindex", "aria-selected", "aria-pressed", "aria-disabled"],
];

export async function savePicture(
  picture: SVGSVGElement,
  as: "svg" | "png",
  name: string,
): Promise<void> {
  const text = new Blob([standAlone(picture)], { type: "image/svg+xml" });
  const link = document.createElement("a");
  const saved = as === "svg" ? text : await drawn(text, picture.getBoundingClientRect());
  link.href = URL.createObjectURL(saved);
  link.download = `${name}.${as}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function standAlone(picture: SVGSVGElement): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const elementsOf = (root: SVGElement) => [root, ...root.querySelectorAll<SVGElement>("*")];
  const targets = elementsOf(copy);
  for (const [i, element] of elementsOf(picture).entries()) {
    const style = getComputedStyle(element);
    for (const name of STYLES) {
      targets[i]!.setAttribute(name, inBytes(style.getPropertyValue(name)));
    }
    for (const name of OF_THE_PAGE) targets[i]!.removeAttribute(name);
  }
  const ground = document.createElementNS(SVG, "rect");
  const fill = getComputedStyle(document.body).backgroundColor;
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill })) {
    ground.setAttribute(name, value);
  }
  copy.prepend(ground);
  const { width, height } = picture.getBoundingClientRect();
  for (const [name, value] of Object.entries({ width, height, role: "img", xmlns: SVG })) {
    copy.setAttribute(name, `${value}`);
  }
  return new XMLSerializer().serializeToString(copy);
}

function inBytes(value: string): string {
  const [, ...parts] = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)\)$/.exec(value) ?? [];
  return parts.length === 0 ? value : `rgb(${parts.map((part) => Math.round(255 * Number(part)))})`;
}

const SVG = "http://www.w3.org/2000/svg";

const DENSITY = 3;

async function drawn(svg: Blob, { width, height }: DOMRect): Promise<Blob> {
  const address = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = new OffscreenCanvas(Math.ceil(DENSITY * width), Math.ceil(DENSITY * height));
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob();
  } finally {
    URL.revokeObjectURL(address);
  }
}

export interface Answer<Value> {
  /** The newest answer, which may still be about what was asked before. */
  readonly value?: Value;
  readonly problem?: string;
  /** Whether the answer to what is asked now is still to come. */
  readonly isBusy: boolean;
}

/**
 * Asks anew whenever the key is another. One question is open at a time; of those that come up meanwhile only the last is asked, so no
 * answer comes after that to a later question. Without a key the view keeps what it has, and waits.
 */
export function useAnswer<Value>(
  key: string | undefined,
  ask: () => Promise<Value>,
): Answer<Value> {
  const [answer, setAnswer] = useState<Omit<Answer<Value>, "isBusy"> & { readonly key?: string }>(
    {},
  );
  const [open, setOpen] = useState<string>();
  const isBusy = key === undefined || key !== answer.key;
  useEffect(() => {
    if (key === undefined || !isBusy || open !== undefined) return;
    setOpen(key);
    ask().then(
      (value) => setAnswer({ key, value }),
      (error: unknown) => setAnswer({ key, problem: problemOf(error) }),
    ).finally(() => setOpen(undefined));
  }, [key, open]);
  return { ...answer, isBusy };
}

const addresses = new Map<string, Promise<string>>();

export function Picture({ explorer, name, alt }: {
  readonly explorer: Explorer;
  readonly name: string;
  readonly alt: string;
}): JSX.Element {
  const { value, problem } = useAnswer(name === "" ? undefined : name, () => {
    const known = addresses.get(name) ?? explorer.picture(name).then(URL.createObjectURL);
    addresses.set(name, known);
    return known;
  });
  if (problem !== undefined) return <p class="problem">{problem}</p>;
  return value === undefined ? <span class="blank" /> : <img src={value} alt={alt} />;
}

export function Button(given: JSX.IntrinsicElements["button"]): JSX.Element {
  return <button type="button" {...given} />;
}

/** A token as the page writes it: those of the start and the end have names in angle brackets, which are long. */
export function tokenText(text: string): string {
  return /^<\|?(start|end)of/.exec(text)?.[1] ?? text;
}

export function signed(value: number, digits = 2): string {
  const text = plain(Math.abs(value), digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

export function plain(value: number, digits = 2): string {
  return value.toFixed(digits).replace(/^-(?=0(\.0*)?$)/, "").replace("-", "−");
}

export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
