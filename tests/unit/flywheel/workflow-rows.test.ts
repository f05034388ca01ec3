/** The typed steps of a workflow as training rows: prompt, form and value, as the model had them. */
import { expect, test } from 'vitest';
import { trainingRows } from '../../../src/flywheel/training-row.ts';
import { withoutExamples } from '../../../src/flywheel/worked-examples.ts';
import type { Episode } from '../../../src/protocol/record.ts';
import { everyKind, everyKindInput, everyKindSteps, newWorld, openPage } from '../agent/workflow-fixtures.ts';

async function episodeOf(): Promise<Episode> {
  const world = newWorld();
  await openPage(world, { workflow: everyKind, input: everyKindInput, steps: everyKindSteps });
  return { runId: world.log[0]?.runId ?? '', events: world.log, feedback: [] };
}

test('each typed step is a row: its form is the tool, its value the call', async () => {
  const episode = await episodeOf();
  const rows = trainingRows(episode);
  const calls = rows.flatMap(({ output }) => (output.type === 'calls' ? output.calls : []));
  expect(calls).toEqual([
    { name: 'classify', arguments: { label: 'invoice' } },
    { name: 'extract', arguments: { amount: 41 } },
    { name: 'extract', arguments: { from: 'Ann' } },
    { name: 'file_note', arguments: { note: 'rent' } },
    { name: 'classify', arguments: { label: 'home' } },
    { name: 'classify', arguments: { label: 'work' } },
  ]);
  for (const { messages, output, tools } of rows) {
    const [tool] = tools;
    expect(output.type === 'calls' && output.calls[0]?.name).toBe(tool?.name);
    // What the row says of the tool is what stood in the prompt.
    expect(messages[0]?.content).toContain(`${tool?.name ?? 'none'}(`);
    expect(messages[0]?.content).toContain(tool?.description);
  }
});

test('without worked examples, the prompt begins with the text of the step', async () => {
  const episode = await episodeOf();
  for (const row of trainingRows(episode)) {
    const { messages } = withoutExamples(row, episode);
    const asked = row.tools[0]?.name === 'file_note' ? 'File the note' : undefined;
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(messages[1]?.content).toContain(asked ?? '');
  }
});

test('a typed step that was cut off, or whose run failed, teaches nothing', async () => {
  const { runId, events, feedback } = await episodeOf();
  const cut = events.findIndex(({ type }) => type === 'tool-called');
  expect(trainingRows({ runId, events: events.slice(0, cut), feedback })).toEqual([]);
});
