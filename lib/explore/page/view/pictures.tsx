/** The pictures of the data that fit a sentence best. */

import type { JSX } from "preact";
import type { Explorer, Scene } from "../../protocol.ts";
import { plain } from "../state/changes.ts";
import { Picture } from "./scene.tsx";

const MOST = 12;

export function Pictures({ explorer, ranking, scene, isBusy, onPick }: {
  readonly explorer: Explorer;
  readonly ranking: readonly { readonly picture: string; readonly score: number }[];
  readonly scene: Scene;
  readonly isBusy: boolean;
  readonly onPick: (picture: string) => void;
}): JSX.Element {
  const at = ranking.findIndex(({ picture }) => picture === scene.picture);
  return (
    <div class={isBusy ? "busy" : ""} aria-busy={isBusy}>
      <ol class="pictures">
        {ranking.slice(0, MOST).map(({ picture, score }, i) => (
          <li key={picture}>
            <button type="button" aria-current={i === at} onClick={() => onPick(picture)}>
              <Picture explorer={explorer} name={picture} alt={`Take picture ${i + 1}`} />
              <small>{plain(score)}</small>
            </button>
          </li>
        ))}
      </ol>
      <p class="readout">
        {at < 0
          ? `${ranking.length} pictures`
          : `Your picture is number ${at + 1} of ${ranking.length}, with S = ${
            plain(ranking[at]!.score)
          }`}
      </p>
    </div>
  );
}
