/**
 * The AI SDK provider, held to the SDK's own functions: text, streams, tool loops, agents, structured output.
 */
import {
  DirectChatTransport,
  generateText,
  isStepCount,
  jsonSchema,
  Output,
  streamText,
  tool,
  ToolLoopAgent,
} from 'ai';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import { createProvider } from '../../../src/facade/ai-sdk/create-provider.ts';
import { scriptedModel } from './scripted-model.ts';

const call = '{"name":"get_weather","arguments":{"city":"Oslo"}}';
const answer = { expect: ['Result of get_weather: {"celsius":4}'], reply: '{"answer":"4 degrees."}' };

const weather = tool({
  description: 'The weather of a city.',
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => Promise.resolve({ celsius: city === 'Oslo' ? 4 : 20 }),
});

function languageModel(...replies: readonly (string | ScriptedStep)[]) {
  const scripted = scriptedModel(...replies);
  return { scripted, model: createProvider(scripted).languageModel('local') };
}

test('generateText gives the text, the tokens and why it ended', async () => {
  const { model, scripted } = languageModel('Four.');
  const { text, finishReason, usage, response } = await generateText({
    model,
    system: 'Be short.',
    prompt: 'What is 2 + 2?',
    temperature: 0,
    maxOutputTokens: 20,
  });
  expect({ text, finishReason }).toEqual({ text: 'Four.', finishReason: 'stop' });
  expect(usage.outputTokens).toBeGreaterThan(0);
  expect(response.modelId).toBe('scripted');
  expect(scripted.engine.requests[0]?.messages).toEqual([
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'What is 2 + 2?' },
  ]);
});

test('streamText streams the pieces that the model writes', async () => {
  const { model } = languageModel('A longer answer in several pieces.');
  const { textStream } = streamText({ model, prompt: 'Go on.' });
  const pieces: string[] = [];
  for await (const piece of textStream) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join('')).toBe('A longer answer in several pieces.');
});

test('a tool loop goes round in generateText', async () => {
  const { model, scripted } = languageModel(call, answer);
  const { text, steps } = await generateText({
    model,
    prompt: 'How warm is it in Oslo?',
    tools: { get_weather: weather },
    stopWhen: isStepCount(3),
  });
  expect(text).toBe('4 degrees.');
  expect(steps[0]?.finishReason).toBe('tool-calls');
  expect(steps[0]?.toolCalls[0]?.input).toEqual({ city: 'Oslo' });
  scripted.engine.assertDone();
});

test('and in streamText', async () => {
  const { model, scripted } = languageModel(call, answer);
  const result = streamText({
    model,
    prompt: 'How warm is it in Oslo?',
    tools: { get_weather: weather },
    stopWhen: isStepCount(3),
  });
  const types: string[] = [];
  for await (const part of result.fullStream) types.push(part.type);
  expect(types).toEqual(
    expect.arrayContaining(['tool-input-start', 'tool-call', 'tool-result', 'text-delta']),
  );
  expect(types).not.toContain('error');
  expect(await result.text).toBe('4 degrees.');
  scripted.engine.assertDone();
});

test('an agent answers a chat over the direct transport, as useChat asks it', async () => {
  const { model, scripted } = languageModel(call, answer);
  const agent = new ToolLoopAgent({ model, tools: { get_weather: weather } });
  const transport = new DirectChatTransport({ agent });
  const stream = await transport.sendMessages({
    chatId: 'one',
    messageId: undefined,
    trigger: 'submit-message',
    abortSignal: undefined,
    messages: [{ id: 'm', role: 'user', parts: [{ type: 'text', text: 'How warm is it in Oslo?' }] }],
  });
  let text = '';
  for await (const chunk of stream) if (chunk.type === 'text-delta') text += chunk.delta;
  expect(text).toBe('4 degrees.');
  scripted.engine.assertDone();
});

test('structured output is held to its schema', async () => {
  const { model, scripted } = languageModel('{"city":"Oslo","days":3}');
  const { output } = await generateText({
    model,
    prompt: 'Three days in Oslo',
    output: Output.object({ schema: z.object({ city: z.string(), days: z.int() }) }),
  });
  expect(output).toEqual({ city: 'Oslo', days: 3 });
  expect(scripted.engine.requests[0]?.constraint?.gbnf).toContain('days');
});

test('settings without effect are told, files are refused', async () => {
  const { model } = languageModel('Yes.');
  const { warnings } = await generateText({ model, prompt: 'Well?', topP: 0.5, topK: 3 });
  expect(warnings).toMatchObject([
    { type: 'unsupported', feature: 'topP' },
    { type: 'unsupported', feature: 'topK' },
  ]);
  const file = { type: 'file', mediaType: 'image/png', data: new Uint8Array([1]) } as const;
  await expect(generateText({ model, messages: [{ role: 'user', content: [file] }] })).rejects.toThrow(
    'image/png',
  );
});

test('a call whose tool has no code here ends the loop with the call', async () => {
  const { model } = languageModel(call);
  const { toolCalls, finishReason } = await generateText({
    model,
    prompt: 'How warm is it in Oslo?',
    tools: {
      get_weather: tool({
        inputSchema: jsonSchema({
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
        }),
      }),
    },
    toolChoice: 'required',
  });
  expect(finishReason).toBe('tool-calls');
  expect(toolCalls[0]).toMatchObject({ toolName: 'get_weather', input: { city: 'Oslo' } });
});

test('an abort reaches the engine', async () => {
  const { model, scripted } = languageModel({ reply: 'A very long answer indeed.', delayMs: 20 });
  const controller = new AbortController();
  const { fullStream } = streamText({ model, prompt: 'Go on.', abortSignal: controller.signal });
  for await (const part of fullStream) if (part.type === 'text-delta') controller.abort();
  await expect.poll(() => scripted.stopped).toBe(true);
});
