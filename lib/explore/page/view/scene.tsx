/** What is looked at: a row of the data, sentences, and a picture of the data, dropped or drawn. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Explorer, Side, Token } from "../../protocol.ts";
import { roleLabel } from "../../../charts/texts.ts";
import { Drawing, drawingBytes } from "../draw/drawing.tsx";
import type { Placed } from "../draw/shapes.ts";
import { problemOf } from "../state/answers.ts";
import { tokenText } from "../state/changes.ts";
import type { Page } from "../state/state.ts";
import { RowList } from "./rows.tsx";

export function SceneView(page: Page): JSX.Element {
  const { about, explorer, choose, state: { now: { scene, drawing } } } = page;
  const [problem, setProblem] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const isDrawing = isOpen && drawing !== undefined;
  const [taking, setTaking] = useState(0);
  const [isOver, setOver] = useState(false);
  const at = about.rows.findIndex(({ row }) => row === scene.row);
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
        The <b>caption</b> is true of the picture, the <b>foil</b> is not. One of them says “no”.
      </p>
      <RowList about={about} at={at} onRow={(row) => choose({ scene: row })} />
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
            if (about.live) takeFile(event.dataTransfer?.files[0]);
          }}
        >
          <Picture explorer={explorer} name={scene.picture} alt={`The picture: ${scene.caption}`} />
          {about.live && (
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
              <button
                type="button"
                onClick={() => {
                  setOpen(true);
                  if (drawing === undefined) draw([]);
                }}
              >
                Draw shapes
              </button>
              <small>or drop a file here</small>
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
  const showScene = () => {
    field.current!.value = scene[side];
  };
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

/** A picture of the engine's; its address is given back when it is no longer shown. */
export function Picture(
  { explorer, name, alt }: {
    readonly explorer: Explorer;
    readonly name: string;
    readonly alt: string;
  },
): JSX.Element {
  const [address, setAddress] = useState<string>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    let isGone = name === "";
    if (!isGone) {
      explorer.picture(name).then((blob) => {
        if (isGone) return;
        setAddress(made = URL.createObjectURL(blob));
        setProblem(undefined);
      }).catch((error) => isGone || setProblem(problemOf(error)));
    }
    return () => {
      isGone = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [name]);
  if (problem !== undefined) return <p class="problem">{problem}</p>;
  return address === undefined ? <span class="blank" /> : <img src={address} alt={alt} />;
}
