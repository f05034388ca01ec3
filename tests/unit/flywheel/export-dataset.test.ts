import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderChat } from '../../../src/decode/chat-template.ts';
import { parseOutput, renderOutput } from '../../../src/decode/output.ts';
import { exportDataset, exportToStream } from '../../../src/flywheel/export-dataset.ts';
import type { DatasetFormat } from '../../../src/flywheel/format-row.ts';
import { trainingRows } from '../../../src/flywheel/training-row.ts';
import type { Episode, Feedback } from '../../../src/protocol/record.ts';
import type { RunOutcome, StepOutput } from '../../../src/protocol/task-event.ts';
import type { ToolCall } from '../../../src/protocol/tool.ts';
import { arbitraryOutput } from '../../fixtures/journal/arbitrary-event.ts';
import { sampleFeedback, sampleId, samplePrompt, sampleRun } from '../../fixtures/journal/sample-run.ts';
import type { SampleStep } from '../../fixtures/journal/sample-run.ts';

const formats: readonly DatasetFormat[] = ['trl', 'openai', 'rendered'];
const answered: RunOutcome = { type: 'answered', answer: 'Done.' };

function calling(...calls: readonly ToolCall[]): StepOutput {
  return { type: 'calls', calls };
}

const oslo = calling({ name: 'weather', arguments: { city: 'Oslo' } });
const milk = calling({ name: 'todo_add', arguments: { text: 'milk' } });
const rightCalls: readonly ToolCall[] = [{ name: 'weather', arguments: { city: 'Bergen' } }];

interface EpisodeOptions {
  readonly number?: number;
  readonly steps: readonly SampleStep[];
  /** `null`: the run was cut off. */
  readonly outcome?: RunOutcome | null;
  readonly feedback?: readonly Feedback[];
  readonly dependencies?: readonly (readonly [number, number])[];
}

function episode(options: EpisodeOptions): Episode {
  const { number = 1, steps, outcome = answered, feedback = [], dependencies = [] } = options;
  const run = { number, steps, dependencies, ...(outcome === null ? {} : { outcome }) };
  return { runId: sampleId(number, 'run'), events: sampleRun(run), feedback };
}

function corrected(step: number): Feedback {
  const correction = { stepId: sampleId(1, 'step', step), calls: rightCalls };
  return sampleFeedback(1, step, { verdict: 'bad', correction });
}

async function* stream(...episodes: readonly Episode[]): AsyncGenerator<Episode, void> {
  yield* episodes;
}

async function linesOf(format: DatasetFormat, ...episodes: readonly Episode[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportDataset({ episodes: stream(...episodes), format })) lines.push(line);
  return lines;
}

/** Outputs of the rows, with the step each came from. */
function taught(one: Episode): [number, StepOutput][] {
  return trainingRows(one).map((row) => [Number.parseInt(row.id.slice(-12), 16), row.output]);
}

describe('which steps teach', () => {
  test('accepted ones, with the tools they were offered', () => {
    const one = episode({
      steps: [{ output: oslo, offered: ['weather'] }, { output: milk, accepted: false }, { output: milk }],
    });
    const rows = trainingRows(one);
    expect(rows.map((row) => row.output)).toEqual([oslo, milk]);
    expect(rows[0]).toMatchObject({ id: sampleId(1, 'step', 0), runId: one.runId, modelId: 'sample-model' });
    expect(rows[0]?.tools.map((tool) => tool.name)).toEqual(['weather']);
    expect(rows[0]?.messages.at(-1)?.content).toBe(samplePrompt(0));
    expect(rows[0]).not.toHaveProperty('feedback');
  });

  test('answers and refusals too', () => {
    const refusal: StepOutput = { type: 'refusal', text: 'Which city?' };
    const one = episode({
      steps: [{ output: refusal }],
      outcome: { type: 'refused', answer: 'Which city?' },
    });
    expect(taught(one)).toEqual([[0, refusal]]);
  });

  test.each<[string, RunOutcome | null]>([
    ['failed', { type: 'failed', fault: { code: 'unexpected', message: 'No.' } }],
    ['was stopped', { type: 'stopped' }],
    ['was cut off', null],
  ])('none of a run that %s, but for a corrected step', (_what, outcome) => {
    const steps = [{ output: oslo }, { output: milk }];
    expect(taught(episode({ steps, outcome }))).toEqual([]);
    expect(taught(episode({ steps, outcome, feedback: [corrected(1)] }))).toEqual([
      [1, calling(...rightCalls)],
    ]);
  });

  test('none of a run called bad, unless corrected; the last word counts', () => {
    const steps = [{ output: oslo }];
    const [good, bad] = (['good', 'bad'] as const).map((verdict, index) =>
      sampleFeedback(1, 8 + index, { verdict }),
    );
    expect(taught(episode({ steps, feedback: [good!, bad!] }))).toEqual([]);
    expect(trainingRows(episode({ steps, feedback: [bad!, good!] }))).toMatchObject([{ feedback: 'good' }]);
    expect(trainingRows(episode({ steps, feedback: [bad!, corrected(0)] }))).toMatchObject([
      { feedback: 'corrected', output: calling(...rightCalls) },
    ]);
  });

  test('a correction sets a rejected step right', () => {
    const one = episode({ steps: [{ output: oslo, accepted: false }], feedback: [corrected(0)] });
    expect(taught(one)).toEqual([[0, calling(...rightCalls)]]);
  });

  test('not what followed a corrected step, there and in subtasks that read its result', () => {
    const one = episode({
      steps: [0, 1, 1, 2, 3].map((subtask) => ({ output: oslo, subtask })),
      dependencies: [
        [1, 2],
        [2, 3],
      ],
      feedback: [corrected(1)],
    });
    expect(taught(one).map(([step]) => step)).toEqual([0, 1]);
  });

  test('not a correction that names no call, or a tool that was not offered', () => {
    const steps = [{ output: oslo, offered: ['todo_add'] }];
    expect(taught(episode({ steps, feedback: [corrected(0)] }))).toEqual([]);
    const empty = sampleFeedback(1, 0, { correction: { stepId: sampleId(1, 'step', 0), calls: [] } });
    expect(taught(episode({ steps: [{ output: oslo }], feedback: [empty] }))).toEqual([]);
  });

  test('nothing of a log without its beginning', () => {
    const whole = episode({ steps: [{ output: oslo }] });
    expect(trainingRows({ ...whole, events: whole.events.slice(1) })).toEqual([]);
    expect(trainingRows({ runId: 'r', events: [], feedback: [] })).toEqual([]);
  });
});

describe('formats', () => {
  const both = episode({ steps: [{ output: oslo }, { output: { type: 'answer', text: 'Rain.' } }] });

  test('trl: prompt, completion and tools', async () => {
    const rows = (await linesOf('trl', both)).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows[0]).toEqual({
      prompt: [
        { role: 'system', content: 'Use the tools.' },
        { role: 'user', content: 'step 0' },
      ],
      completion: [
        {
          role: 'assistant',
          content: '',
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: { city: 'Oslo' } } },
          ],
          weight: 1,
        },
      ],
      tools: expect.any(String) as string,
    });
    expect(rows[1]?.['completion']).toEqual([{ role: 'assistant', content: 'Rain.' }]);
    expect(JSON.parse(rows[0]?.['tools'] as string)).toMatchObject([
      { type: 'function', function: { name: 'weather', parameters: { type: 'object' } } },
      { type: 'function', function: { name: 'todo_add' } },
    ]);
  });

  test('trl: completions next to each other never have the same keys, so no loader settles on their types', async () => {
    const steps = Array.from({ length: 9 }, () => ({ output: oslo }));
    const rows = await linesOf('trl', episode({ steps }), episode({ number: 2, steps }));
    const keys = rows.map((line) =>
      Object.keys((JSON.parse(line) as { completion: [object] }).completion[0]).join(),
    );
    expect(keys).toHaveLength(18);
    for (const [index, own] of keys.entries()) expect(own).not.toBe(keys[index + 1]);
  });

  test('openai: arguments are text; an answer is content; no empty list of tools', async () => {
    const none = episode({ number: 2, steps: [{ output: { type: 'answer', text: 'Hi.' }, offered: [] }] });
    const rows = (await linesOf('openai', both, none)).map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    expect(rows[0]).toMatchObject({ parallel_tool_calls: true, tools: [{ type: 'function' }, {}] });
    expect((rows[0]!['messages'] as object[]).at(-1)).toEqual({
      role: 'assistant',
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
      ],
    });
    expect((rows[1]!['messages'] as object[]).at(-1)).toEqual({ role: 'assistant', content: 'Rain.' });
    expect(Object.keys(rows[2] ?? {})).toEqual(['messages']);
  });

  test('rendered: what the runtime sends, and what it reads', async () => {
    const [first, second] = (await linesOf('rendered', both)).map((line) => JSON.parse(line) as object);
    expect(first).toEqual({
      prompt: renderChat('chatml', trainingRows(both)[0]!.messages),
      completion: `${renderOutput(oslo)}<|im_end|>`,
    });
    expect(second).toMatchObject({ completion: '{"answer":"Rain."}<|im_end|>' });
  });

  test('half a surrogate pair does not reach the file', async () => {
    const broken = calling({ name: 'weather', arguments: { city: 'a\uD800b', nested: [{ day: '\uDC00' }] } });
    for (const format of formats) {
      const [line] = await linesOf(format, episode({ steps: [{ output: broken }] }));
      const texts: string[] = [];
      JSON.parse(line!, (_key, value: unknown) => (typeof value === 'string' ? texts.push(value) : 0));
      expect(texts.filter((text) => /\p{Surrogate}/u.test(text))).toEqual([]);
      // In `rendered` the output is JSON text within the line, and an escape is plain text there.
      expect(line).toContain(format === 'rendered' ? String.raw`a\\ud800b` : 'a\uFFFDb');
    }
  });

  test('any output comes back from every format as it went in', () => {
    return fc.assert(
      fc.asyncProperty(fc.array(arbitraryOutput, { minLength: 1, maxLength: 4 }), async (outputs) => {
        const one = episode({ steps: outputs.map((output) => ({ output })) });
        for (const format of formats) {
          const lines = await linesOf(format, one);
          expect(lines).toHaveLength(outputs.length);
          for (const [index, line] of lines.entries()) {
            expect(line.indexOf('\n')).toBe(line.length - 1);
            expect(callsIn(format, JSON.parse(line) as ParsedLine)).toEqual(
              expectedCalls(format, outputs[index]!),
            );
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

interface ParsedLine {
  /** Messages in `trl`, text in `rendered`. */
  readonly completion: readonly ParsedMessage[] | string;
  readonly messages: readonly ParsedMessage[];
}

interface ParsedMessage {
  readonly content?: string;
  readonly tool_calls?: readonly {
    readonly function: { readonly name: string; readonly arguments: unknown };
  }[];
}

/** The calls of a line, or its text, as a reader of that format finds them. */
function callsIn(format: DatasetFormat, line: ParsedLine): unknown {
  const { completion, messages } = line;
  if (typeof completion === 'string') return parseOutput(completion.slice(0, -'<|im_end|>'.length));
  const message = (format === 'trl' ? completion : messages).at(-1);
  return (
    message?.tool_calls?.map((call) => ({
      name: call.function.name,
      arguments: format === 'trl' ? call.function.arguments : JSON.parse(call.function.arguments as string),
    })) ?? message?.content
  );
}

function expectedCalls(format: DatasetFormat, output: StepOutput): unknown {
  if (format !== 'rendered') return output.type === 'calls' ? output.calls : output.text;
  // The chat template takes the bars of control markers away, within an output too.
  const clean = JSON.parse(
    JSON.stringify(output).replaceAll(/<\|(im_start|im_end|endoftext)\|>/g, '<$1>'),
  ) as StepOutput;
  return { type: 'read', output: clean };
}

function countedEpisodes(total: number): {
  episodes: AsyncGenerator<Episode, void>;
  made: () => number;
  ended: () => boolean;
} {
  let made = 0;
  let ended = false;
  async function* make(): AsyncGenerator<Episode, void> {
    try {
      for (; made < total;) {
        made += 1;
        yield episode({ number: made, steps: [{ output: oslo }, { output: milk }] });
      }
    } finally {
      ended = true;
    }
  }
  return { episodes: make(), made: () => made, ended: () => ended };
}

async function* breakingOff(): AsyncGenerator<Episode, void> {
  yield episode({ steps: [{ output: oslo }] });
  throw new Error('the disk is gone');
}

describe('streaming', () => {
  test('no episode is read before its lines are wanted', async () => {
    const { episodes, made } = countedEpisodes(1000);
    let lines = 0;
    for await (const line of exportDataset({ episodes, format: 'rendered' })) {
      expect(line).toContain('prompt');
      lines += 1;
      expect(made()).toBe(Math.ceil(lines / 2));
    }
    expect(lines).toBe(2000);
  });

  test('the stream waits for its reader, ends, and holds the same lines', async () => {
    const { episodes, made } = countedEpisodes(3);
    const reading = exportToStream({ episodes, format: 'openai' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(made()).toBe(0);
    const text = await new Response(reading).text();
    expect(text.trim().split('\n')).toHaveLength(6);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('cancelling stops the reading of the log', async () => {
    const { episodes, made, ended } = countedEpisodes(1000);
    const reader = exportToStream({ episodes, format: 'trl' }).getReader();
    await reader.read();
    await reader.cancel();
    expect(made()).toBe(1);
    expect(ended()).toBe(true);
  });

  test('a log that breaks off breaks the stream, with its reason', async () => {
    await expect(
      new Response(exportToStream({ episodes: breakingOff(), format: 'trl' })).text(),
    ).rejects.toThrow('the disk is gone');
  });
});
