/**
 * The same requests asked of the model as it is and with an adapter, each judged by the call that is right. Knows the lab, which
 * loads and scores; nothing of the page.
 */
import { builtinTools } from '../../src/index.ts';
import { Lab } from '../lab/lab-api.ts';
import type { ScoredRow } from '../lab/score-row.ts';
import { judgingCalls } from './sample-log.ts';
import { msg, str } from '../../src/ui/translate.ts';

interface ComparedSide {
  /** What the model wrote. */
  readonly text: string;
  readonly isRight: boolean;
}

export interface ComparedRow {
  readonly request: string;
  readonly before: ComparedSide;
  readonly after: ComparedSide;
}

/** Rejects with a Fault where the model cannot be loaded or asked. `say` is told how far it is. */
export async function compareSides(
  adapter: string,
  say: (text: string) => void,
): Promise<readonly ComparedRow[]> {
  const lab = new Lab();
  say(msg('Loading the model…'));
  await lab.load({ model: undefined, engine: undefined, adapter });
  const { rows } = lab.read(
    judgingCalls.map(([content, name, values], index) => ({
      number: index + 1,
      text: JSON.stringify({
        id: `judge-${index + 1}`,
        messages: [{ role: 'user', content }],
        tools: builtinTools()
          .map(({ spec }) => spec)
          .filter((spec) => judgingCalls.some(([, tool]) => tool === spec.name))
          .map((spec) => ({
            type: 'function',
            function: { name: spec.name, description: spec.description, parameters: spec.parameters },
          })),
        expected: [{ name, arguments: values }],
      }),
    })),
  );
  const side = async (name: string, id: string | undefined): Promise<readonly ScoredRow[]> => {
    let done = 0;
    const count = (): void => say(msg(str`${name}: ${(done += 1)} of ${rows.length}`));
    say(msg(str`${name}: ${0} of ${rows.length}`));
    return await lab.score(rows, { adapter: id, grammar: true, onRow: count });
  };
  const before = await side(msg('Before'), undefined);
  const after = await side(msg('After'), adapter);
  return judgingCalls.map(([request], index) => ({
    request,
    before: sideOf(before[index]),
    after: sideOf(after[index]),
  }));
}

function sideOf(scored: ScoredRow | undefined): ComparedSide {
  return { text: scored?.text ?? '', isRight: scored?.grade.exact === true };
}
