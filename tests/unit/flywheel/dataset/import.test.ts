import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importEpisodes, importRecords } from '../../../../src/flywheel/dataset/index.ts';
import type { DatasetRecord, ImportItem } from '../../../../src/flywheel/dataset/index.ts';
import { flywheelLine } from '../../../../src/flywheel/dataset/export/flywheel-row.ts';
import { rowLine } from '../../../../src/flywheel/dataset/export/formats.ts';
import type { Episode } from '../../../../src/protocol/record.ts';
import { bytesOf, gather, sampleRecord } from '../../../fixtures/dataset-records.ts';
import { sampleFeedback, sampleId, sampleRun } from '../../../fixtures/journal/sample-run.ts';

async function read(text: string, size?: number): Promise<ImportItem[]> {
  return gather(importRecords({ name: 'log', bytes: bytesOf(text, size) }));
}

async function recordsOf(value: object): Promise<DatasetRecord[]> {
  const items = await read(`${JSON.stringify(value)}\n`);
  return items.map((item) => {
    if (item.type === 'quarantined') throw new Error(item.reason);
    return item.record;
  });
}

const tools = [
  {
    type: 'function',
    function: { name: 'weather', description: 'Weather.', parameters: { type: 'object', properties: {} } },
  },
];
const asked = { role: 'user', content: 'Weather in Oslo?' };
const called = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
};
const told = { role: 'tool', tool_call_id: 'c1', content: '{"degrees":4}' };
const oslo = { type: 'calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] };
const good = JSON.stringify({ messages: [asked, called], tools });

const reply = (content: string) => ({ messages: [asked, { role: 'assistant', content }], tools });

const attribute = (key: string, value: unknown) => ({
  key,
  value: { stringValue: typeof value === 'string' ? value : JSON.stringify(value) },
});

const otlp = (...spans: object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

const span = (input: string) => ({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              traceId: 't',
              spanId: 's',
              attributes: Object.entries({
                'ai.operationId': 'ai.generateText.doGenerate',
                'ai.model.id': 'm',
                'ai.prompt.messages': JSON.stringify([
                  { role: 'user', content: [{ type: 'text', text: 'Weather in Oslo?' }] },
                ]),
                'ai.response.toolCalls': JSON.stringify([
                  { toolCallId: 'c1', toolName: 'weather', [input]: { city: 'Oslo' } },
                ]),
              }).map(([key, value]) => ({ key, value: { stringValue: value } })),
            },
          ],
        },
      ],
    },
  ],
});

describe('formats', () => {
  test('OpenAI fine-tuning: every turn that is to be learned', async () => {
    const records = await recordsOf({
      messages: [asked, called, told, { role: 'assistant', content: '4 degrees.' }],
      tools,
    });
    expect(records).toMatchObject([
      {
        id: 'log:1#1',
        expected: oslo,
        ran: 'ok',
        lineage: { episode: 'log:1' },
        source: { format: 'openai' },
      },
      { id: 'log:1#2', expected: { type: 'answer', text: '4 degrees.' }, lineage: { episode: 'log:1' } },
    ]);
    expect(records[1]?.messages).toEqual([
      { role: 'user', content: 'Weather in Oslo?' },
      { role: 'assistant', content: '', calls: oslo.calls },
      { role: 'tool', content: '{"degrees":4}', name: 'weather' },
    ]);
    const weighed = {
      messages: [asked, { ...called, weight: 0 }, told, { role: 'assistant', content: '4.' }],
    };
    expect(await recordsOf(weighed)).toHaveLength(1);
  });

  test('a question in place of a call is a refusal; an answer is none', async () => {
    expect((await recordsOf(reply('Which Oslo do you mean?')))[0]?.expected.type).toBe('refusal');
    expect((await recordsOf(reply('It is cold.')))[0]?.expected.type).toBe('answer');
  });

  test('OpenAI logs and preference rows', async () => {
    const response = { id: 'chat-1', model: 'm', choices: [{ index: 0, message: called }] };
    expect(await recordsOf({ request: { model: 'm', messages: [asked], tools }, response })).toMatchObject([
      { expected: oslo, lineage: { records: ['chat-1'] }, source: { model: 'm' } },
    ]);
    const pair = {
      input: { messages: [asked], tools },
      preferred_output: [called],
      non_preferred_output: [{ role: 'assistant', content: 'No.' }],
    };
    expect(await recordsOf(pair)).toMatchObject([
      { expected: oslo, rejected: { type: 'answer', text: 'No.' }, feedback: 'corrected' },
    ]);
  });

  test('data flywheel: five keys, no other, none missing', async () => {
    const row = JSON.parse(
      flywheelLine(sampleRecord(1, { task: 'weather', at: 1_700_000_000_000 }), 'client'),
    ) as object;
    expect(await recordsOf(row)).toMatchObject([
      { task: 'weather', at: 1_700_000_000_000, source: { format: 'data-flywheel' } },
    ]);
    const [extra] = await read(JSON.stringify({ ...row, user: 'x' }));
    expect(extra).toMatchObject({
      type: 'quarantined',
      reason: expect.stringContaining('The key user') as string,
    });
    const [missing] = await read(JSON.stringify({ ...row, client_id: undefined }));
    expect(missing).toMatchObject({ type: 'quarantined', reason: 'The key client_id is missing.' });
  });

  test('OpenTelemetry: GenAI spans, and whether their tools ran', async () => {
    const chat = {
      traceId: 't1',
      spanId: 's1',
      name: 'chat m',
      startTimeUnixNano: '1700000000000000000',
      attributes: [
        attribute('gen_ai.operation.name', 'chat'),
        attribute('gen_ai.response.model', 'm'),
        attribute('gen_ai.system_instructions', [{ type: 'text', content: 'Be brief.' }]),
        attribute('gen_ai.input.messages', [
          { role: 'user', parts: [{ type: 'text', content: 'Weather in Oslo?' }] },
        ]),
        attribute('gen_ai.output.messages', [
          {
            role: 'assistant',
            parts: [{ type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Oslo' } }],
            finish_reason: 'tool_call',
          },
        ]),
        attribute('gen_ai.tool.definitions', [{ ...tools[0]?.function, type: 'function' }]),
      ],
    };
    const tool = (status: object) => ({
      traceId: 't1',
      spanId: 's2',
      name: 'execute_tool weather',
      status,
      attributes: [
        attribute('gen_ai.operation.name', 'execute_tool'),
        attribute('gen_ai.tool.call.id', 'c1'),
      ],
    });
    expect(await recordsOf(otlp(chat, tool({})))).toMatchObject([
      {
        messages: [{ role: 'system', content: 'Be brief.' }, asked],
        expected: oslo,
        ran: 'ok',
        at: 1_700_000_000_000,
        source: { format: 'otel-genai', model: 'm' },
        lineage: { episode: 't1', records: ['s1'] },
      },
    ]);
    expect(await recordsOf(otlp(chat, tool({ code: 2 })))).toMatchObject([{ ran: 'error' }]);
    const silent = {
      ...chat,
      attributes: chat.attributes.filter(({ key }) => key !== 'gen_ai.input.messages'),
    };
    const items = await read(JSON.stringify(otlp(silent, { ...chat, spanId: 's3' })));
    expect(items.map(({ type }) => type)).toEqual(['quarantined', 'record']);
  });

  test('AI SDK telemetry, of old and new names', async () => {
    for (const name of ['args', 'input']) {
      expect(await recordsOf(span(name))).toMatchObject([
        { expected: oslo, source: { format: 'ai-sdk', model: 'm' } },
      ]);
    }
  });

  test('Langfuse: a trace with its score, and rows of a table', async () => {
    const generation = {
      id: 'g1',
      traceId: 't1',
      type: 'GENERATION',
      model: 'm',
      startTime: '2026-03-01T00:00:00.000Z',
      input: { messages: [asked], tools },
      output: called,
    };
    const trace = {
      id: 't1',
      sessionId: 'session',
      observations: [{ id: 'x', type: 'SPAN' }, generation],
      scores: [{ name: 'user-feedback', value: 0 }],
    };
    expect(await recordsOf(trace)).toMatchObject([
      { expected: oslo, feedback: 'bad', lineage: { episode: 'session', records: ['g1'] } },
    ]);
    const row = {
      id: 'g1',
      trace_id: 't1',
      type: 'GENERATION',
      input: JSON.stringify([asked]),
      output: JSON.stringify({ role: 'assistant', content: 'Cold.' }),
    };
    expect(await recordsOf(row)).toMatchObject([{ expected: { text: 'Cold.' }, lineage: { episode: 't1' } }]);
  });

  test('what the OpenAI export wrote is read as the record it was written from', async () => {
    const record = sampleRecord(1);
    const line = rowLine(record, 'openai', { index: 0, name: 'n', prompts: 'plain' }) ?? '';
    const [item] = await read(line);
    expect(item).toMatchObject({ record: { messages: record.messages, expected: record.expected } });
  });
});

describe('the own log', () => {
  test('steps, what became of their calls, and what stood before a correction', async () => {
    const output = { type: 'calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] } as const;
    const calls = [{ name: 'weather', arguments: { city: 'Bergen' } }];
    const correction = { stepId: sampleId(1, 'step', 0), calls };
    const episode = (number: number, feedback: Episode['feedback'], ended: boolean): Episode => ({
      runId: sampleId(number, 'run'),
      events: sampleRun({
        number,
        steps: [{ output }],
        ...(ended ? { outcome: { type: 'answered', answer: 'Cold.' } } : {}),
      }),
      feedback,
    });
    async function* episodes(): AsyncGenerator<Episode, void> {
      yield episode(1, [sampleFeedback(1, 0, { verdict: 'bad', correction })], true);
      yield episode(2, [], true);
      yield episode(3, [], false);
    }
    const items = await gather(importEpisodes({ episodes: episodes(), name: 'own' }));
    expect(items).toMatchObject([
      { record: { feedback: 'corrected', expected: { calls }, rejected: output, outcome: 'unknown' } },
      { record: { outcome: 'succeeded', ran: 'unknown', lineage: { episode: sampleId(2, 'run') } } },
      { type: 'quarantined', line: 3 },
    ]);
  });
});

async function* bytes(): AsyncGenerator<Uint8Array, void> {
  yield* bytesOf(`${good}\n`);
  yield Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d, 10);
  yield* bytesOf(`${good}\n`);
}

describe('a poisoned row', () => {
  const poisons: readonly (readonly [string, string, RegExp])[] = [
    ['wrong types', JSON.stringify({ messages: [{ role: 'user', content: 5 }] }), /content must be a list/],
    [
      '10 MB of text',
      JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(1e7) }] }),
      /10,000,0\d\d|10,000,000 characters/,
    ],
    ['prototype keys', '{"messages":[{"role":"user","content":"a","__proto__":{"x":1}}]}', /__proto__/],
    ['half a surrogate pair', String.raw`{"messages":[{"role":"user","content":"a\ud800"}]}`, /surrogate/],
    ['broken JSON', '{"messages":[{"role":', /not JSON/],
    ['a number beyond all', '{"messages":[],"x":1e999}', /beyond what JSON can hold/],
    ['deep nesting', `{"messages":${'['.repeat(5000)}${']'.repeat(5000)}}`, /nested/],
    ['another form', '{"hello":"world"}', /none of the logs/],
    ['nothing to learn', JSON.stringify({ messages: [asked] }), /to be learned/],
    ['arguments that are no JSON', good.replace(String.raw`\"Oslo\"}`, 'Oslo'), /not JSON/i],
  ];

  test.each(poisons)(
    '%s: quarantined with its line and reason, and nothing else is lost',
    async (_what, row, reason) => {
      const items = await read(`${good}\n${row}\n\n${good}\n`);
      expect(items.map(({ type }) => type)).toEqual(['record', 'quarantined', 'record']);
      expect(items[1]).toMatchObject({ line: 2, source: 'log' });
      expect(items[1]?.type === 'quarantined' ? items[1].reason : '').toMatch(reason);
      expect(items[2]).toMatchObject({ record: { id: 'log:4' } });
    },
  );

  test('bytes that are no UTF-8', async () => {
    const items = await gather(importRecords({ name: 'log', bytes: bytes() }));
    expect(items.map(({ type }) => type)).toEqual(['record', 'quarantined', 'record']);
    expect(items[1]).toMatchObject({ reason: 'It is not UTF-8.' });
  });

  test('an object is not changed by what is read', async () => {
    await read('{"messages":[{"role":"user","content":"a","__proto__":{"polluted":1}}]}');
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('documents', () => {
  test('a list, a written-out object and lines give the same, however the bytes are cut', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 97 }), async (size) => {
        const row = JSON.parse(good) as object;
        const forms = [
          `${good}\n${good}`,
          JSON.stringify([row, row]),
          JSON.stringify([row, row], undefined, 2),
          `${JSON.stringify(row, undefined, 2)}\n${JSON.stringify(row, undefined, 2)}\n`,
        ];
        for (const form of forms) {
          const items = await read(form, size);
          expect(items.map(({ type }) => type)).toEqual(['record', 'record']);
        }
      }),
      { numRuns: 20 },
    ));
});
