/** The page: what is looked at, its scores, the maps, and the changes. */

import { type JSX, render } from "preact";
import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { GLOSSARY } from "../../study/glossary.ts";
import { connect } from "../connect.ts";
import { type About, type Explorer, LEAD, TITLE } from "../protocol.ts";
import { drawingBytes } from "./drawing.tsx";
import { Button, problemOf, useAnswer } from "./elements.tsx";
import { after, firstState, linkOf, type Page, readLink, type State } from "./state.ts";
import { Maps } from "./maps.tsx";
import { ChangeList, ScoreBar } from "./changes.tsx";
import { SceneView } from "./scene.tsx";

const WORDS: readonly { readonly word: string; readonly means: string }[] = [
  ...GLOSSARY.filter(({ word }) => ["S", "d", "segment", "negator"].includes(word)),
  { word: "understanding", means: "gamma: what a sentence gains with the picture it is true of" },
  { word: "bias", means: "alpha: half of what the sentence without “no” gains with any picture" },
  { word: "head 5.3", means: "the third head of layer 5; layers and heads are counted from 1" },
  { word: "EOT", means: "the end token, where CLIP reads the embedding; SOT: the start token" },
  { word: "share of d", means: "an effect divided by d of the row: 1 is all of it" },
];

async function showPage(root: HTMLElement): Promise<void> {
  const line = root.querySelector<HTMLElement>(".wait")!;
  line.textContent = "Opening the model…";
  try {
    const explorer = await connect();
    const about = await explorer.about();
    root.replaceChildren();
    render(<App explorer={explorer} about={about} />, root);
  } catch (error) {
    line.textContent = `The page cannot open its model: ${problemOf(error)}`;
    Object.assign(line, { className: "problem", role: "alert" });
  }
}

/** A button that makes all as large as the window allows, for a room, and leaves out what a speaker says. */
function Present(): JSX.Element {
  const [isOn, setOn] = useState(() => new URLSearchParams(location.search).has("present"));
  const fit = () => {
    const most = Math.min(innerWidth / 1280, innerHeight / 720);
    document.documentElement.toggleAttribute("data-present", isOn);
    document.documentElement.style.setProperty("--zoom", `${isOn ? Math.max(1, most) : 1}`);
  };
  useEffect(fit, [isOn]);
  useListener("resize", fit, [isOn]);
  return <Button aria-pressed={isOn} onClick={() => setOn(!isOn)}>Present</Button>;
}

function App(
  { explorer, about }: { readonly explorer: Explorer; readonly about: About },
): JSX.Element {
  const [opened] = useState(() => readLink(location.hash, about));
  const [notice, setNotice] = useState(typeof opened === "string" ? opened : undefined);
  const [state, act] = useReducer(after, typeof opened === "object" ? opened : firstState(about));
  const { now, now: { scene, changes, drawing } } = state;
  const open = (state: State) => act({ do: "open", state });
  useEffect(() => {
    if (drawing === undefined || scene.picture !== "") return;
    drawingBytes(drawing).then((bytes) => explorer.addPicture(bytes))
      .then((picture) => open({ ...state, now: { ...now, scene: { ...scene, picture } } }))
      .catch((error) => setNotice(problemOf(error)));
  }, [now]);
  useEffect(() => {
    const isFirst = state.past.length === 0 && state.future.length === 0 && location.hash === "";
    if (isFirst) return;
    const write = () => history.replaceState(null, "", linkOf(state, about));
    const timer = setTimeout(write, PAUSE);
    return () => clearTimeout(timer);
  }, [now, state.view, state.side, state.head]);
  useListener("hashchange", () => {
    const read = readLink(location.hash, about);
    setNotice(typeof read === "string" ? read : undefined);
    open(typeof read === "object" ? read : firstState(about));
  });
  useListener("keydown", (event) => {
    const isText = event.target instanceof HTMLInputElement && event.target.type !== "range" ||
      event.target instanceof HTMLTextAreaElement;
    if (!(event.ctrlKey || event.metaKey) || isText || !/^[zy]$/i.test(event.key)) return;
    event.preventDefault();
    act({ do: event.key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo" });
  });
  const own = about.rows.find(({ row, picture }) => row === scene.row && picture === scene.picture);
  const other = about.rows.find(({ row }) => row === own?.other);
  const key = scene.picture === "" || !about.live ? undefined : JSON.stringify([scene, changes]);
  const asked = useAnswer(key, () => explorer.measure(scene, changes));
  const measured = about.live ? asked : { isBusy: false };
  const negated = about.live ? asked.value?.negated : own?.negated;
  const was = useRef(negated);
  useEffect(() => {
    if (was.current !== undefined && negated !== undefined && was.current !== negated) {
      act({ do: "look", look: { side: negated } });
    }
    was.current = negated ?? was.current;
  }, [negated]);
  const page: Page = {
    ...{ about, explorer, state, measured, own, other, act },
    choose: (choice, going) => act({ do: "choose", choice, ...going !== undefined && { going } }),
    look: (look) => act({ do: "look", look }),
  };
  return (
    <>
      <header>
        <h1>{TITLE}</h1>
        <p>{LEAD}</p>
        <Present />
      </header>
      {notice !== undefined && <p class="problem" role="alert">{notice}</p>}
      {!about.live && (
        <p class="hint">
          This page shows finished runs of {about.model}: all can be looked at, nothing changed.
        </p>
      )}
      <main>
        <ScoreBar {...page} />
        <SceneView {...page} />
        <Maps {...page} />
        {about.live && <ChangeList {...page} />}
      </main>
      <footer>
        {about.findings !== undefined && (
          <details>
            <summary>What the run found</summary>
            {about.findings.map((finding) => <p key={finding}>{finding}</p>)}
          </details>
        )}
        <details>
          <summary>Words</summary>
          <dl>
            {WORDS.map(({ word, means }) => (
              <div key={word}>
                <dt>{word}</dt>
                <dd>{means}</dd>
              </div>
            ))}
          </dl>
        </details>
        <p class="hint">{about.model} · {about.data} · negscope {about.version}</p>
      </footer>
    </>
  );
}

function useListener<Type extends keyof WindowEventMap>(
  type: Type,
  listen: (event: WindowEventMap[Type]) => void,
  given: readonly unknown[] = [],
): void {
  useEffect(() => {
    addEventListener(type, listen);
    return () => removeEventListener(type, listen);
  }, given);
}

/** Milliseconds after which the address follows: browsers refuse more than 100 addresses in half a minute. */
const PAUSE = 350;

await showPage(document.getElementById("page")!);
