/** The tabs: the circuit and the rows of a run, maps of the row that is shown, attention, and the ranking of pictures. */

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { changer, hasChange, headsOf, type Page, type View, viewsOf, without } from "./state.ts";
import type { Change, Explorer } from "../protocol.ts";
import {
  Button,
  HeatMap,
  Picture,
  plain,
  savePicture,
  Select,
  signed,
  tokenText,
  useAnswer,
} from "./elements.tsx";
import { Circuit, RunRows } from "./run.tsx";

interface Tab {
  readonly name: string;
  readonly text: string;
  readonly pick?: string;
}

interface MapTab extends Tab {
  /** What stands beside the rows, and below the columns. */
  readonly titles: readonly [string, string];
  readonly cell: (row: string, column: string) => string;
  readonly value?: (value: number | null) => string;
  readonly change?: (row: string, column: string, at: number) => Change;
}

const shareOfD = (value: number | null) =>
  `: ${value === null ? "cannot be measured" : `${plain(value)} of d`}`;

const TABS = {
  circuit: {
    name: "Circuit",
    text:
      "The parts that carry “no” from its word (bottom left) to the score (top), and who reads whom. Heads move information between words; MLPs work on each alone.",
    pick: "Click a head to knock it out, an MLP to replace it, an arrow to cut it.",
  },
  run: {
    name: "Rows of the run",
    text: "What the run measured. A number is the mean over the rows of one side.",
    pick: "Click a cell to see its rows, sorted by their values.",
  },
  knockouts: {
    name: "Who reads “no”",
    text:
      "Each layer has several heads, which copy information from one word to another. A number is the share of d that is lost when this head no longer sees “no”: 1 is all of d, 0 none.",
    pick: "Click a head to knock it out.",
    titles: ["head", "layer"],
    cell: (head, layer) => `Head ${layer}.${head}`,
    change: (head, layer) => ({ kind: "knock_out", head: `${layer}.${head}` }),
  },
  map: {
    name: "Where “no” is",
    text:
      "Each word has a residual stream: numbers that every layer reads and adds to. A cell is the stream of one word after one layer. Its number is the share of d that comes back when this cell of the negated sentence is put into the other sentence.",
    pick: "Click a cell to patch it.",
    titles: ["token", "layer"],
    cell: (token, layer) => `${layer === "0" ? "Embedding" : `Layer ${layer}`} at “${token}”`,
    change: (_, layer, position) => ({ kind: "patch", layer: Number(layer), position }),
  },
  direct: {
    name: "Who writes d",
    text:
      "What each head and MLP itself adds to the score difference at the end token, in shares of d. A part can matter without writing: when others read it.",
    pick: "Click a part to give it what it has in the negated sentence.",
    titles: ["head or MLP", "layer"],
    cell: (part, layer) => `Layer ${layer}, ${part === "MLP" ? part : `head ${part}`}`,
    change: (part, layer) => (
      { kind: "replace", part: part === "MLP" ? `mlp ${layer}` : `${layer}.${part}` }
    ),
  },
  d: {
    name: "What d rests on",
    text:
      "A number is what the difference of the scores loses, in units of S, without this word or square of the picture, in the model without your changes. Those with a frame have the largest effects.",
  },
  attention: {
    name: "Attention",
    text:
      "Where a head looks. Each row is a word that reads; its weights on the words that it reads sum to 1.",
    pick: "Click a row to see what makes its word look at “no”.",
    titles: ["reads", "is read"],
    cell: (reader, read) => `“${reader}” reads “${read}”`,
    value: (value) => ` with weight ${plain(value ?? 0)}`,
  },
  pictures: {
    name: "Pictures",
    text:
      "The pictures of the data that fit the sentence best, by S. After a change of the model they can be others.",
    pick: "Click a picture to take it.",
  },
} as const satisfies Readonly<Record<View, Tab> & Record<MapView, MapTab>>;

type MapView = "knockouts" | "map" | "direct" | "attention";

/** What the engine answers, asked after S and d, which are wanted first; or, until there is anything, what stands there instead. */
function useAsked<Value>(
  { measured, state: { now: { scene, changes }, view, side, head } }: Page,
  noMap: string | undefined,
  ask: () => Promise<Value>,
  from?: number,
): { readonly value: Value; readonly isBusy: boolean } | JSX.Element {
  const isReady = !measured.isBusy && measured.value !== undefined && noMap === undefined;
  const key = isReady ? JSON.stringify([scene, changes, view, side, head, from]) : undefined;
  const { value, problem, isBusy } = useAnswer(key, ask);
  if (noMap !== undefined) return <p class="problem">{noMap}.</p>;
  if (problem !== undefined && !isBusy) return <p class="problem" role="alert">{problem}</p>;
  if (value !== undefined) return { value, isBusy };
  return measured.problem === undefined
    ? <p class="wait" role="status">Computing…</p>
    : <p class="hint">There is nothing to show before S is known.</p>;
}

function MapOf({ view, ...page }: Page & { readonly view: MapView }): JSX.Element {
  const tab: MapTab = TABS[view];
  const [from, setFrom] = useState<number>();
  const { about, explorer, measured, state: { side, head, now: { scene, changes } } } = page;
  const noMap = view === "attention" ? undefined : measured.value?.noMap;
  const asked = useAsked(
    page,
    noMap,
    () =>
      view === "attention"
        ? explorer.grid(scene, without(changes, { kind: "knock_out", head }), { side, head })
        : explorer.grid(scene, changes, view),
  );
  if (!("value" in asked)) return asked;
  const { value: { rows: names, columns: others, values }, isBusy } = asked;
  const rows = names.map((name) => name === "mlp" ? "MLP" : tokenText(name));
  const columns = others.map(tokenText);
  const { cell, value = shareOfD, titles, change } = tab;
  const changeAt = change && ((row: number, at: number) => change(rows[row]!, columns[at]!, row));
  const act = changer(page);
  const isPicked = (row: number, at: number) =>
    changeAt === undefined ? row === from : hasChange(changes, changeAt(row, at));
  const pick = (row: number, at: number) => changeAt ? act(changeAt(row, at)) : setFrom(row);
  return (
    <>
      <HeatMap
        grid={{ rows, columns, values }}
        label={`${tab.name}: ${titles.join(" and ")}`}
        {...{ titles, isBusy }}
        text={(row, column, own) => cell(rows[row]!, columns[column]!) + value(own)}
        isChanged={isPicked}
        onPick={about.live ? pick : undefined}
      />
      {from !== undefined && from < rows.length && <Look {...page} from={from} />}
      {view === "direct" && <p class="hint">These sum to 1.</p>}
      {changes.length > 0 && <p class="hint">{noteOf(view, measured.value!.after.d)}</p>}
    </>
  );
}

function Look({ from, ...page }: Page & { readonly from: number }): JSX.Element {
  const { explorer, measured, state: { side, head, now: { scene, changes } } } = page;
  const shown = without(changes, { kind: "knock_out", head });
  const ask = () => explorer.grid(scene, shown, { side, head, from });
  const asked = useAsked(page, measured.value?.noMap, ask, from);
  if (!("value" in asked)) return asked;
  const { value: { rows, columns: [no, reader], values }, isBusy } = asked;
  const names = rows.map((name) =>
    name.replace(/^(?=\d)/, "head ").replace("mlp", "MLP").replace("rest", "your changes")
      .replace("scale", "layer norm’s scale")
  );
  const columns = [no, reader].map((token) => `at “${tokenText(token!)}”`);
  const sum = values.flat().reduce<number>((sum, value) => sum + value!, 0);
  return (
    <>
      <p class="teach">
        From “{tokenText(reader!)}”, head {head} scores “{no}” {plain(Math.abs(sum))}{" "}
        {sum < 0 ? "lower" : "higher"}, before softmax, than the word in its place in the other
        sentence. What makes the difference:
      </p>
      <HeatMap
        {...{ isBusy, grid: { rows: names, columns, values }, titles: ["sender", "writes"] }}
        label={`Why head ${head} looks`}
        text={(row, column, value) => `${names[row]} ${columns[column]} adds ${signed(value ?? 0)}`}
      />
    </>
  );
}

function noteOf(view: MapView, d: number): string {
  if (view === "attention") {
    return "With your changes; a head that is knocked out is shown as it looked before.";
  }
  const warning = Math.abs(d) < 1 ? "; it is small now, so that they say little" : "";
  return `Shares of d as it is after your changes${warning}.`;
}

function Rests(page: Page): JSX.Element {
  const { explorer, state: { now: { scene } } } = page;
  const asked = useAsked(page, undefined, async () => {
    const found = await explorer.explain(scene);
    return { ...found, picture: await greyAddress(found.greys) };
  });
  if (!("value" in asked)) return asked;
  const { value: { words, squares, picture, said }, isBusy } = asked;
  const mapOf = (of: string, name: string, { rows, named }: typeof words) => {
    const lines = [...Map.groupBy(rows.filter((own) => own.of === of), ({ row }) => row).values()];
    const grid = {
      rows: lines.map((_, i) => name || `${i + 1}`),
      columns: lines[0]?.map(({ word, column }) => word || `${column}`) ?? [],
      values: lines.map((line) => line.map(({ effect }) => effect)),
    };
    const least = Math.abs(named.at(-1)?.effect ?? Infinity);
    return (
      <HeatMap
        {...{ grid, isBusy, label: name || "Squares of the picture" }}
        titles={name === "" ? ["row", "column"] : ["", "word"]}
        picture={name === "" ? picture : undefined}
        text={(i, j, value) =>
          `${name ? `“${grid.columns[j]}”` : `Row ${i + 1}, column ${j + 1}`}: ${plain(value!)}`}
        isChanged={(i, j) => Math.abs(grid.values[i]![j]!) >= least}
      />
    );
  };
  return (
    <>
      {said.map((sentence) => <p class="told" key={sentence}>{sentence}.</p>)}
      {mapOf("sentence 1", "caption", words)}
      {mapOf("sentence 2", "foil", words)}
      {mapOf("picture", "", squares)}
    </>
  );
}

async function greyAddress(greys: readonly number[]): Promise<string> {
  const side = Math.sqrt(greys.length);
  const pixels = new ImageData(side, side);
  for (const [i, grey] of greys.entries()) pixels.data.set([grey, grey, grey, 255], 4 * i);
  const canvas = new OffscreenCanvas(side, side);
  canvas.getContext("2d")!.putImageData(pixels, 0, 0);
  return URL.createObjectURL(await canvas.convertToBlob());
}

const MOST = 12;

function Pictures(page: Page): JSX.Element {
  const { explorer, choose, state: { side, now: { scene, changes } } } = page;
  const ask = () => explorer.ranking(scene, changes, side);
  const asked = useAsked<Awaited<ReturnType<Explorer["ranking"]>>>(page, undefined, ask);
  if (!("value" in asked)) return asked;
  const { value: ranking, isBusy } = asked;
  const { caption, foil } = scene;
  const at = ranking.findIndex(({ picture }) => picture === scene.picture);
  const score = plain(ranking[at]?.score ?? 0);
  return (
    <div class={isBusy ? "busy" : ""} aria-busy={isBusy}>
      <ol class="ranking">
        {ranking.slice(0, MOST).map(({ picture, score }, i) => (
          <li key={picture}>
            <Button
              aria-current={i === at}
              onClick={() => choose({ scene: { caption, foil, picture } })}
            >
              <Picture explorer={explorer} name={picture} alt={`Take picture ${i + 1}`} />
              <small>{plain(score)}</small>
            </Button>
          </li>
        ))}
      </ol>
      <p class="readout">
        {at < 0
          ? `${ranking.length} pictures`
          : `Your picture is number ${at + 1} of ${ranking.length}, with S = ${score}`}
      </p>
    </div>
  );
}

export function Maps(page: Page): JSX.Element {
  const { about, state, look } = page;
  const { view, side, head } = state;
  const panel = useRef<HTMLDivElement>(null);
  const views = viewsOf(about);
  const { text, pick }: Tab = TABS[view];
  const walk = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const next = views[(views.indexOf(view) + by + views.length) % views.length]!;
    look({ view: next });
    document.getElementById(`tab-${next}`)!.focus();
  };
  const save = (as: "svg" | "png") => {
    const picture = panel.current!.querySelector<SVGSVGElement>("svg.picture");
    if (picture !== null) {
      void savePicture(picture, as, `${view} ${state.now.scene.row ?? ""}`.trim());
    }
  };
  const hasSides = ["attention", "pictures", "run"].includes(view) ||
    view === "circuit" && about.circuit!.sides.length > 1;
  return (
    <section class="maps" aria-label="Maps">
      <div role="tablist" aria-label="What is shown" onKeyDown={walk}>
        {views.map((name) => (
          <Button
            key={name}
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === view}
            aria-controls="panel"
            tabindex={name === view ? 0 : -1}
            onClick={() => look({ view: name })}
          >
            {TABS[name].name}
          </Button>
        ))}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${view}`} ref={panel}>
        <p class="teach">
          {text} {(about.live || view === "run") && pick !== undefined && <b>{pick}</b>}
        </p>
        {hasSides && (
          <div class="buttons looks">
            {view === "attention" && (
              <Select
                label="Head"
                value={head}
                names={headsOf(about)}
                onChoose={(head) => look({ head })}
              />
            )}
            {(["caption", "foil"] as const).map((name) => (
              <Button
                key={name}
                aria-pressed={name === side}
                onClick={() => look({ side: name })}
              >
                {view === "circuit" || view === "run" ? `“no” in the ${name}` : name}
              </Button>
            ))}
          </div>
        )}
        {view === "circuit"
          ? <Circuit {...page} />
          : view === "run"
          ? <RunRows {...page} />
          : view === "pictures"
          ? <Pictures {...page} />
          : view === "d"
          ? <Rests {...page} />
          : <MapOf {...page} view={view} key={view} />}
        {view !== "pictures" && view !== "d" && (
          <div class="buttons save">
            <span>Save this picture</span>
            <Button onClick={() => save("svg")}>SVG</Button>
            <Button onClick={() => save("png")}>PNG</Button>
          </div>
        )}
      </div>
    </section>
  );
}
