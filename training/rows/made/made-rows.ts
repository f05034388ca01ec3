/**
 * Rows for made-up tools. A row has tools of its own, or shares them with a few others: a trainer then reads the list
 * once for all of them. Knows how rows are put together; what is asked stands in requests and the families.
 */
import type { DataRow } from '../data-row.ts';
import { rowsOf } from '../data-row.ts';
import { Draw } from '../draw.ts';
import type { Split } from '../draw.ts';
import type { Family } from './family.ts';
import { converse, kinds, suits } from './requests.ts';
import type { Dialogue, Kind } from './requests.ts';
import { drawScene, offerScene } from './scene.ts';

/** Numbers of tools in a scene, as often as they are listed. */
const sceneSizes = [1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 6, 7, 8];

/** Yields rows without end, those that share their tools one after the other; `dropped` is told of each that did not hold. */
export function* madeRows(options: {
  readonly seed: number;
  readonly split: Split;
  /** Rows that share their tools. */
  readonly share: number;
  readonly dropped: (reason: string) => void;
}): Generator<DataRow, never> {
  const { seed, split, share, dropped } = options;
  const draw = new Draw(options);
  for (let number = 1; ; number += 1) {
    const wanted = Array.from({ length: share }, () => draw.weighted(weights));
    const [first = 'single'] = wanted;
    // Only some scenes are large enough for requests to several tools.
    const least = first === 'other_tools' ? draw.pick([2, 2, 2, 3, 3, 4]) : share > 1 ? 2 : 1;
    const needs = wanted.map((kind) => (family: Family) => suits(family, kind, split));
    const scene = drawScene(needs, Math.max(least, draw.pick(sceneSizes)), draw);
    const dialogues: (readonly [Kind, Dialogue])[] = [];
    for (const kind of wanted) {
      const made = converse(kind, scene, draw);
      if (typeof made === 'string') dropped(made);
      else dialogues.push([kind, made]);
    }
    const used = new Map(
      scene.tools.map((tool) => [
        tool,
        new Set(dialogues.flatMap(([, dialogue]) => [...(dialogue.used.get(tool) ?? [])])),
      ]),
    );
    const tools = offerScene(scene, used, draw);
    const context = `made-${split}-${seed}-${number}`;
    const drafts = dialogues.map(([kind, { messages, calls, reply }]) => ({
      category: `made_${kind}`,
      messages,
      tools,
      calls,
      reply,
    }));
    yield* rowsOf({ context, share, drafts, dropped });
  }
}

const weights = Object.entries(kinds) as [Kind, number][];
