/** Other models for tests of transplants: disturbed copies of the committed ones. */

import type { ChangedWeight } from "../../../lib/engine/weights/changed_weights.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import { studySource } from "../../../lib/opening/load_study.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import type { StudyChoice } from "../../../lib/study/choice/study_options.ts";
import { Study } from "../../../lib/study/study.ts";

export function arraysOf(bytes: Uint8Array): Map<string, Float32Array<ArrayBuffer>> {
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size)));
  return new Map(
    Object.entries<{ data_offsets: [number, number] }>(header).flatMap(
      ([name, { data_offsets }]) => {
        if (name === "__metadata__") return [];
        const own = bytes.slice(...data_offsets.map((at) => 8 + size + at) as [number, number]);
        return [[name, new Float32Array(own.buffer)] as const];
      },
    ),
  );
}

/** Opens a study beside which there is one other model, whatever it is called: this one with other numbers in some weights. */
export async function studyBeside(
  choice: StudyChoice,
  changedWeights: readonly ChangedWeight[],
): Promise<Study> {
  const inputs = await openInputs(choice);
  const source = studySource(inputs, { runtime: nodeRuntime() });
  return await Study.load(inputs, {
    ...source,
    other: () =>
      Promise.resolve({
        inputs,
        source: { ...source, load: (tower) => source.load(tower, { changedWeights }) },
        files: [],
        hasSameImages: false,
      }),
  });
}
