/**
 * Rows for the demo's own tools: what an `act` step of a run sees, with calls that were run for real. A row has tools of
 * its own, or shares them with a few others: a trainer then reads the list once for all of them.
 * Knows how rows are put together; what is asked stands in requests and the groups.
 */
import type { DataRow, DataTool, Draft } from '../data-row.ts';
import { rowsOf } from '../data-row.ts';
import { Draw } from '../draw.ts';
import type { Split } from '../draw.ts';
import { offerSome, offerTools } from './offered.ts';
import { couldServe } from './refusal-rows.ts';
import { converse, kinds } from './requests.ts';
import type { Dialogue, Kind } from './requests.ts';
import type { Verifier } from './verifier.ts';

export interface BuiltInRowsOptions {
  readonly seed: number;
  readonly split: Split;
  /** Rows that share their tools. */
  readonly share: number;
  readonly verifier: Verifier;
  /** Told of each draft that did not hold. */
  readonly dropped: (reason: string) => void;
}

function draftOf(kind: Kind, { messages, calls, reply }: Dialogue, tools: readonly DataTool[]): Draft {
  return { category: `built_in_${kind}`, messages, tools, calls, reply };
}

/** Yields rows without end, those that share their tools one after the other. */
export async function* builtInRows(options: BuiltInRowsOptions): AsyncGenerator<DataRow, never> {
  const { seed, split, share, dropped } = options;
  const draw = new Draw(options);
  for (let number = 1; ; number += 1) {
    const drafts = share === 1 ? await alone(draw, options) : await together(draw, options);
    const context = `built-in-${split}-${seed}-${number}`;
    yield* rowsOf({ context, share, drafts, dropped });
  }
}

function drawKind(draw: Draw): Kind {
  return draw.weighted(Object.entries(kinds[draw.split]) as [Kind, number][]);
}

async function alone(draw: Draw, { verifier, dropped }: BuiltInRowsOptions): Promise<readonly Draft[]> {
  const kind = drawKind(draw);
  const made = await converse(kind, { draw, verifier, isOpen: () => true });
  if (typeof made === 'string') {
    dropped(made);
    return [];
  }
  const { messages, about } = made;
  const [absent] = kind === 'not_offered' ? about : [];
  const specs = verifier.specs.filter(({ name }) => absent === undefined || !couldServe(absent, name));
  const tools = offerTools({
    draw,
    request: messages[0]?.content ?? '',
    specs,
    needed: absent === undefined ? about : [],
  });
  return [draftOf(kind, made, tools)];
}

/** A few tools that most requests are for, and in most contexts one that is asked for and not there. */
async function together(
  draw: Draw,
  { share, verifier, dropped }: BuiltInRowsOptions,
): Promise<readonly Draft[]> {
  const names = verifier.specs.map(({ name }) => name);
  const absent = draw.chance(0.6) ? draw.pick(names) : undefined;
  const free = verifier.specs.filter(({ name }) => absent === undefined || !couldServe(absent, name));
  const active = draw.sample(
    free.map(({ name }) => name),
    draw.integer(3, 6),
  );
  const dialogues: (readonly [Kind, Dialogue])[] = [];
  for (let index = 0; index < share; index += 1) {
    const drawn = drawKind(draw);
    const asked = index === 0 && absent !== undefined ? 'not_offered' : drawn;
    const kind = absent === undefined && asked === 'not_offered' ? 'single' : asked;
    const isOpen = (tool: string): boolean =>
      kind === 'not_offered' ? tool === absent : active.includes(tool);
    const made = await converse(kind, { draw, verifier, isOpen });
    if (typeof made === 'string') dropped(made);
    else dialogues.push([kind, made]);
  }
  const needed = dialogues.flatMap(([kind, { about }]) => (kind === 'not_offered' ? [] : about));
  const more = draw.chance(0.1) ? free.length : draw.integer(0, 4);
  const tools = offerSome({ draw, specs: free, needed, more });
  return draw.shuffle(dialogues).map(([kind, dialogue]) => draftOf(kind, dialogue, tools));
}
