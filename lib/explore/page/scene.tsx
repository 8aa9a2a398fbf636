/** What is looked at: a row of the data, sentences, and a picture of the data, dropped or drawn. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ExplorerRow, Side, Token } from "../protocol.ts";
import { Button, Picture, problemOf, Select, signed, tokenText } from "./elements.tsx";
import { type Page, sceneOf } from "./state.ts";
import { roleLabel } from "../../charts/texts.ts";
import { Drawing, drawingBytes, type Placed } from "./drawing.tsx";

const MOST = 60;

const ORDERS = {
  "as in the data": () => 0,
  "caption wins most": (a: ExplorerRow, b: ExplorerRow) => b.scores.d - a.scores.d,
  "foil wins most": (a: ExplorerRow, b: ExplorerRow) => a.scores.d - b.scores.d,
};

type Order = keyof typeof ORDERS;

function RowList({ about: { rows, more }, choose, state: { now: { scene } } }: Page): JSX.Element {
  const at = rows.findIndex(({ row }) => row === scene.row); // -1 for the reader's own sentences
  const [words, setWords] = useState("");
  const [order, setOrder] = useState<Order>("as in the data");
  const [isOpen, setOpen] = useState(false);
  const take = (row: ExplorerRow) => choose({ scene: sceneOf(row) });
  const go = (by: number) => take(rows[(at + by + rows.length) % rows.length]!);
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
        <Button aria-label="Previous row" onClick={() => go(at < 0 ? 0 : -1)}>‹</Button>
        <span>{at < 0 ? "Yours" : `Row ${at + 1} of ${rows.length}`}</span>
        <Button aria-label="Next row" onClick={() => go(1)}>›</Button>
        <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>All rows</Button>
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
          <Select
            label="Order"
            value={order}
            names={Object.keys(ORDERS) as Order[]}
            onChoose={setOrder}
          />
          <ul>
            {found.slice(0, MOST).map((row) => (
              <li key={row.row}>
                <Button aria-current={row.row === scene.row} onClick={() => take(row)}>
                  <span>{row.caption}</span> <b>{signed(row.scores.d, 1)}</b>
                </Button>
              </li>
            ))}
          </ul>
          <p class="hint">
            {found.length > MOST && `${found.length - MOST} more: type a word`}
            {found.length === 0 && "No row has these words"}
            {more > 0 && ` ${more} rows of the data are not in this page`}
          </p>
        </div>
      )}
    </div>
  );
}

export function SceneView(page: Page): JSX.Element {
  const { about: { live }, explorer, choose, other } = page;
  const { scene, drawing } = page.state.now;
  const [problem, setProblem] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const isDrawing = isOpen && drawing !== undefined;
  const [taking, setTaking] = useState(0);
  const [isOver, setOver] = useState(false);
  const take = async (bytes: Promise<Uint8Array>, drawn?: readonly Placed[]) => {
    setTaking((count) => count + 1);
    try {
      const picture = await explorer.addPicture(await bytes);
      const { caption, foil } = scene;
      choose(
        { scene: { caption, foil, picture }, ...drawn !== undefined && { drawing: drawn } },
        drawn && "drawing",
      );
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setTaking((count) => count - 1);
    }
  };
  const takeFile = (file: File | undefined) => {
    if (file !== undefined) void take(file.arrayBuffer().then((buffer) => new Uint8Array(buffer)));
  };
  const draw = (drawn: readonly Placed[]) => void take(drawingBytes(drawn), drawn);
  return (
    <section class="scene" aria-labelledby="scene" aria-busy={taking > 0}>
      <h2 id="scene">A picture and two sentences</h2>
      <p class="hint">
        The <b>caption</b> is true of the picture, the <b>foil</b> not.
      </p>
      <RowList {...page} />
      {!isDrawing && (
        <figure
          class={isOver ? "over" : ""}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            if (live) takeFile(event.dataTransfer?.files[0]);
          }}
        >
          <div class="pictures">
            <Picture
              explorer={explorer}
              name={scene.picture}
              alt={`The picture: ${scene.caption}`}
            />
            {other !== undefined && (
              <Button onClick={() => choose({ scene: sceneOf(other) })}>
                <Picture
                  explorer={explorer}
                  name={other.picture}
                  alt={`The other picture: ${other.caption}`}
                />
                <small>Here the foil is true</small>
              </Button>
            )}
          </div>
          {live && (
            <figcaption>
              <label class="button">
                Your picture…
                <input
                  class="unseen"
                  type="file"
                  accept="image/png,image/jpeg,image/webp"
                  onChange={(event) => takeFile(event.currentTarget.files?.[0])}
                />
              </label>
              <Button
                onClick={() => {
                  setOpen(true);
                  if (drawing === undefined) draw([]);
                }}
              >
                Draw shapes
              </Button>
            </figcaption>
          )}
        </figure>
      )}
      {isDrawing && (
        <Drawing
          scene={drawing}
          isTaking={taking > 0}
          onDraw={draw}
          onClose={() => setOpen(false)}
        />
      )}
      {taking > 0 && <p class="hint" role="status">Looking at the picture…</p>}
      {problem !== undefined && <p class="problem" role="alert">{problem}</p>}
      <Sentence side="caption" {...page} />
      <Sentence side="foil" {...page} />
    </section>
  );
}

function Sentence({ about, side, state, measured, choose }: Page & { readonly side: Side }) {
  const { scene } = state.now;
  const { tokens, negated } = measured.value ?? {};
  const field = useRef<HTMLInputElement>(null);
  const showScene = () => void (field.current!.value = scene[side]);
  useEffect(showScene, [scene[side]]); // a value of its props would take what is being typed
  const type = (text: string) => {
    if (text.trim() === "") return showScene();
    const { caption, foil, picture } = scene;
    choose({ scene: { caption, foil, picture, [side]: text } });
  };
  return (
    <div class="sentence">
      <label for={side}>{side === "caption" ? "Caption" : "Foil"}</label>
      <input
        id={side}
        ref={field}
        readOnly={!about.live}
        maxLength={500}
        spellcheck={false}
        autocomplete="off"
        onChange={(event) => type(event.currentTarget.value)}
      />
      <ol class="tokens" aria-label={`Tokens of the ${side}`}>
        {tokens?.[side].map(({ text, role }, i) => (
          <li key={i} class={role === "negator" && negated === side ? "negator" : ""}>
            <span>{tokenText(text)}</span>
            <small>{roleText(role, negated === side)}</small>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** A role as it is called below a token; what the other sentence has in the negator's place is no negator. */
function roleText(role: Token["role"], isNegated: boolean): string {
  if (role === "negator" && !isNegated) return "in its place";
  return role === undefined ? "–" : roleLabel(role);
}
