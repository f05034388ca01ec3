/**
 * The OpenAI facade, held to the official client: its types say what we may be given and what has to come back, its own
 * stream reader, tool runner and parser read what we send.
 */
import OpenAI from 'openai';
import type { ChatCompletionCreateParams, ChatCompletionTool } from 'openai/resources/chat/completions';
import { expect, test } from 'vitest';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import { createOpenAI } from '../../../src/facade/openai/create-openai.ts';
import { createOpenAIFetch } from '../../../src/facade/openai/openai-fetch.ts';
import { scriptedModel } from './scripted-model.ts';

const weather: ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
};

const call = '{"name":"get_weather","arguments":{"city":"Oslo"}}';
const question = [{ role: 'user', content: 'What is the weather in Oslo?' }] as const;

function client(...replies: readonly (string | ScriptedStep)[]): {
  readonly openai: OpenAI;
  readonly model: ReturnType<typeof scriptedModel>;
} {
  const model = scriptedModel(...replies);
  const openai = new OpenAI({
    apiKey: '-',
    baseURL: 'https://local.invalid/v1',
    fetch: createOpenAIFetch(model),
    dangerouslyAllowBrowser: true,
  });
  return { openai, model };
}

test('the official client gets a whole answer, with tokens counted', async () => {
  const { openai, model } = client('Four.');
  const answer = await openai.chat.completions.create({
    model: 'any',
    messages: [
      { role: 'developer', content: 'Be short.' },
      { role: 'user', content: [{ type: 'text', text: 'What is 2 + 2?' }] },
    ],
    temperature: 0.5,
    seed: 7,
    max_completion_tokens: 20,
  });
  expect(answer.choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { role: 'assistant', content: 'Four.' },
  });
  expect(answer.model).toBe('scripted');
  expect(answer.usage?.total_tokens).toBe(
    (answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0),
  );
  expect(model.engine.requests[0]).toMatchObject({
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'What is 2 + 2?' },
    ],
    sampling: { temperature: 0.5, seed: 7, maxTokens: 20 },
  });
});

test('it streams, in the pieces that the model writes, and usage comes last where it is asked for', async () => {
  const { openai } = client('A longer answer in several pieces.');
  const stream = await openai.chat.completions.create({
    model: 'any',
    messages: [...question],
    stream: true,
    stream_options: { include_usage: true },
  });
  const deltas: string[] = [];
  let last: OpenAI.ChatCompletionChunk | undefined;
  for await (const chunk of stream) {
    const text = chunk.choices[0]?.delta.content ?? '';
    if (text !== '') deltas.push(text);
    last = chunk;
  }
  expect(deltas.length).toBeGreaterThan(1);
  expect(deltas.join('')).toBe('A longer answer in several pieces.');
  expect(last?.choices).toEqual([]);
  expect(last?.usage?.completion_tokens).toBeGreaterThan(0);
});

test("the client's stream helper puts calls together", async () => {
  const { openai } = client(call);
  const completion = await openai.chat.completions
    .stream({ model: 'any', messages: [...question], tools: [weather] })
    .finalChatCompletion();
  expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
  expect(completion.choices[0]?.message.tool_calls?.[0]).toMatchObject({
    type: 'function',
    function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
  });
});

test("the client's tool runner goes round the loop: call, result, answer", async () => {
  const { openai, model } = client(call, {
    expect: ['Result of get_weather: {"celsius":4}'],
    reply: '{"answer":"It is 4 degrees in Oslo."}',
  });
  const asked: unknown[] = [];
  const runner = openai.chat.completions.runTools({
    model: 'any',
    messages: [...question],
    tools: [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          description: 'The weather of a city.',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
          parse: JSON.parse,
          function: (values: unknown) => {
            asked.push(values);
            return { celsius: 4 };
          },
        },
      },
    ],
  });
  expect(await runner.finalContent()).toBe('It is 4 degrees in Oslo.');
  expect(asked).toEqual([{ city: 'Oslo' }]);
  model.engine.assertDone();
});

test('a JSON schema becomes the grammar of the answer, and the client parses it', async () => {
  const { openai, model } = client('{"city":"Oslo","days":3}');
  const schema = {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city', 'days'],
    additionalProperties: false,
  };
  const answer = await openai.chat.completions.parse({
    model: 'any',
    messages: [{ role: 'user', content: 'Three days in Oslo' }],
    response_format: { type: 'json_schema', json_schema: { name: 'trip', schema, strict: true } },
  });
  expect(answer.choices[0]?.message.parsed).toEqual({ city: 'Oslo', days: 3 });
  const [request] = model.engine.requests;
  expect(request?.constraint?.jsonSchema).toEqual(schema);
  expect(request?.constraint?.gbnf).toContain('root ::=');
  expect(request?.messages[0]?.content).toBe('Answer in JSON: {city: string, days: integer}');
});

test('tools that must be called leave no way to answer', async () => {
  const { openai, model } = client(call);
  await openai.chat.completions.create({
    model: 'any',
    messages: [...question],
    tools: [weather],
    tool_choice: { type: 'function', function: { name: 'get_weather' } },
  });
  const gbnf = model.engine.requests[0]?.constraint?.gbnf ?? '';
  expect(gbnf).toContain('get_weather');
  expect(gbnf).not.toContain('answer');
});

test('a tool and a schema: what is no call is asked for again, held to the schema', async () => {
  const { openai, model } = client('{"answer":"Four degrees."}', {
    expect: ['Answer in JSON: {celsius: number}'],
    reply: '{"celsius":4}',
  });
  const answer = await openai.chat.completions.create({
    model: 'any',
    messages: [...question],
    tools: [weather],
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'weather',
        schema: { type: 'object', properties: { celsius: { type: 'number' } }, required: ['celsius'] },
      },
    },
  });
  expect(answer.choices[0]?.message.content).toBe('{"celsius":4}');
  model.engine.assertDone();
});

const refused: readonly (readonly [string, Partial<ChatCompletionCreateParams>])[] = [
  ['"n"', { n: 2 }],
  ['"logprobs"', { logprobs: true }],
  [
    '"image_url"',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }] },
  ],
  ['"a b"', { tools: [{ type: 'function', function: { name: 'a b' } }] }],
  [
    'schema',
    {
      tools: [
        {
          type: 'function',
          function: { name: 'a', parameters: { type: 'object', properties: { b: { $dynamicRef: '#x' } } } },
        },
      ],
    },
  ],
];

for (const [named, body] of refused) {
  test(`what cannot be given is refused by name: ${named}`, async () => {
    const { openai } = client('unused');
    const asking = openai.chat.completions.create({
      model: 'any',
      messages: [...question],
      ...body,
      stream: false,
    });
    await expect(asking).rejects.toThrow(OpenAI.BadRequestError);
    await expect(asking).rejects.toThrow(named);
  });
}

test('a failure of the engine is a server error, once, and in mid-stream an error of the stream', async () => {
  const fault = { code: 'engine-failed', message: 'The engine failed.' } as const;
  const { openai, model } = client({ reply: fault }, { reply: fault });
  const body = { model: 'any', messages: [...question] };
  await expect(openai.chat.completions.create(body)).rejects.toThrow(OpenAI.InternalServerError);
  const stream = await openai.chat.completions.create({ ...body, stream: true });
  await expect(
    (async () => {
      for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
    })(),
  ).rejects.toThrow('The engine failed.');
  model.engine.assertDone();
});

test('an abort reaches the engine', async () => {
  const { openai, model } = client({ reply: 'A very long answer indeed.', delayMs: 20 });
  const controller = new AbortController();
  const stream = await openai.chat.completions.create(
    { model: 'any', messages: [...question], stream: true },
    { signal: controller.signal },
  );
  let pieces = 0;
  for await (const chunk of stream) {
    pieces += chunk.choices.length;
    controller.abort();
  }
  expect(pieces).toBeLessThan(4);
  await expect.poll(() => model.stopped).toBe(true);
});

test('without the client: the same call, typed by it', async () => {
  const facade = createOpenAI(scriptedModel('Yes.', 'No.'));
  const answer: OpenAI.ChatCompletion = await facade.chat.completions.create({
    model: 'any',
    messages: [{ role: 'user', content: 'Well?' }],
  });
  expect(answer.choices[0]?.message.content).toBe('Yes.');
  let text = '';
  const chunks: AsyncIterable<OpenAI.ChatCompletionChunk> = await facade.chat.completions.create({
    model: 'any',
    messages: [{ role: 'user', content: 'Well?' }],
    stream: true,
  });
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? '';
  expect(text).toBe('No.');
});

test('the models that are there', async () => {
  const { openai } = client();
  const { data } = await openai.models.list();
  expect(data.map(({ id }) => id)).toEqual(['scripted']);
});
