/** What a server can do to a remote engine, each over a real socket, and what becomes of it. */
import { describe, expect, test } from 'vitest';
import { RemoteEngine } from '../../../src/bridge/remote/remote-engine.ts';
import type { RemoteEngineOptions } from '../../../src/bridge/remote/remote-engine.ts';
import type { GenerateResult } from '../../../src/protocol/engine.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import { answers, chunk, ending, streams } from '../../fixtures/http-script.ts';
import type { Answer, HttpScript } from '../../fixtures/http-script.ts';
import { remoteModel } from '../../fixtures/remote-model.ts';
import { openHttpScript } from './open-http-script.ts';

const key = 'sk-very-secret-0123456789';
const hello = streams(chunk({ content: 'Hel' }), chunk({ content: 'lo.' }), ending());
const noList = answers(404, 'no such page');
const slow: Answer = () => undefined;
const hangUp: Answer = (response) => void response.destroy();
const half: Answer = async (response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(chunk({ content: 'Half an ans' }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  response.destroy();
};
const stalls: Answer = (response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(chunk({ content: 'And then' }));
};
const drips: Answer = (response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const timer = setInterval(() => response.write(chunk({ content: 'x' })), 20);
  response.on('close', () => clearInterval(timer));
};
const leads: Answer = (response) => {
  response.writeHead(302, { Location: '/elsewhere' });
  response.end();
};

interface Outcome {
  readonly result?: GenerateResult;
  readonly fault?: Fault;
  readonly pieces: readonly string[];
  readonly requests: number;
  readonly server: HttpScript;
}

/** Loads against a server without a list of models, and asks it one thing. */
async function ask(script: readonly Answer[], options: Partial<RemoteEngineOptions> = {}): Promise<Outcome> {
  const server = await openHttpScript(noList, ...script);
  const engine = new RemoteEngine({
    baseUrl: `${server.origin}/v1`,
    allowOrigins: [server.origin],
    mask: (texts) => ({ texts, originals: new Map() }),
    getKey: () => Promise.resolve(key),
    retry: { attempts: 3, baseMs: 5 },
    timeouts: { connectMs: 2000, idleMs: 2000, totalMs: 8000 },
    ...options,
  });
  await engine.load({ model: remoteModel, modelsUrl: '', contextTokens: 2048, slots: 1 });
  const pieces: string[] = [];
  const outcome = await engine
    .generate(
      { messages: [{ role: 'user', content: 'Say hello.' }], sampling: { temperature: 0, maxTokens: 64 } },
      { onEvent: (event) => (event.type === 'text-generated' ? pieces.push(event.text) : undefined) },
    )
    .then(
      (result) => ({ result }),
      (error: unknown) => ({ fault: error as Fault }),
    );
  if ('fault' in outcome) {
    expect(outcome.fault).toBeInstanceOf(Fault);
    expect(JSON.stringify(outcome.fault.toData())).not.toContain(key);
  }
  return { ...outcome, pieces, requests: server.seen.length - 1, server };
}

describe('a server that answers well', () => {
  test('however its bytes are cut, also within a letter', async () => {
    const bytes = new TextEncoder().encode(
      [
        chunk({ role: 'assistant', content: '' }),
        chunk({ content: 'Größe 😀 ' }),
        chunk({ content: '漢字' }),
        ending(),
      ].join(''),
    );
    const { result, requests } = await ask([streams(...Array.from(bytes, (byte) => Uint8Array.of(byte)))]);
    expect(result?.text).toBe('Größe 😀 漢字');
    expect(result?.finishReason).toBe('stop');
    expect(result?.usage).toMatchObject({ promptTokens: 10, decodeTokens: 2, cachedTokens: 0 });
    expect(requests).toBe(1);
  });

  test('with comments, named events, bare carriage returns and no usage', async () => {
    const text = `: keep-alive\r\r${chunk({ content: 'Hello.' }).replaceAll('\n', '\r')}event: x\rid: 1\r\r${chunk({}, { finish_reason: 'length' }).replaceAll('\n', '\r\n')}`;
    const { result } = await ask([streams(text)]);
    expect(result).toMatchObject({ text: 'Hello.', finishReason: 'length' });
    expect(result?.usage.decodeTokens).toBe(2);
  });

  test.each([
    [
      'OpenAI',
      [
        '{"choices":[],"prompt_filter_results":[]}',
        '{"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}],"usage":null}',
        '{"choices":[{"index":0,"delta":{"content":"Hi."},"logprobs":null,"finish_reason":null}],"usage":null}',
        '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}',
        '{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}',
      ],
    ],
    [
      'llama-server',
      [
        '{"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}]}',
        '{"choices":[{"finish_reason":null,"index":0,"delta":{"reasoning_content":"Greet."}}]}',
        '{"choices":[{"finish_reason":null,"index":0,"delta":{"content":"Hi."}}]}',
        '{"choices":[{"finish_reason":"stop","index":0,"delta":{}}]}',
        '{"choices":[],"usage":{"completion_tokens":2,"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":4}},"timings":{"prompt_n":5}}',
      ],
    ],
    [
      'a gateway that tells usage with the last text',
      [
        '{"choices":[{"delta":{"content":"Hi."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}',
      ],
    ],
  ])('in the form of %s', async (_name, events) => {
    const { result } = await ask([streams(...events.map((data) => `data: ${data}\n\n`), 'data: [DONE]\n\n')]);
    expect(result).toMatchObject({ text: 'Hi.', finishReason: 'stop' });
    expect(result?.usage).toMatchObject({ promptTokens: 9, cachedTokens: 4, decodeTokens: 2 });
  });

  test('after it was busy, was broken, and hung up', async () => {
    const { result, requests } = await ask(
      [
        answers(429, { error: { message: 'Slow down.' } }, { 'Retry-After': '0' }),
        answers(503, 'Bad gateway'),
        hangUp,
        hello,
      ],
      { retry: { attempts: 4, baseMs: 5 } },
    );
    expect(result?.text).toBe('Hello.');
    expect(requests).toBe(4);
  });

  test('after a stream that broke off before its first text', async () => {
    const { result, requests, pieces } = await ask([streams(chunk({ role: 'assistant' })), hello]);
    expect(result?.text).toBe('Hello.');
    expect(pieces).toEqual(['Hel', 'lo.']);
    expect(requests).toBe(2);
  });

  test('after it was too slow to begin', async () => {
    const { result, requests } = await ask([slow, hello], {
      timeouts: { connectMs: 100, idleMs: 2000, totalMs: 8000 },
    });
    expect(result?.text).toBe('Hello.');
    expect(requests).toBe(2);
  });
});

describe('a server that fails', () => {
  const table: readonly (readonly [
    what: string,
    script: readonly Answer[],
    code: string,
    requests: number,
    says: RegExp,
    options?: Partial<RemoteEngineOptions>,
  ])[] = [
    [
      'refuses the key',
      [answers(401, { error: { message: `Incorrect API key provided: ${key}` } })],
      'remote-refused',
      1,
      /\[key\]/,
    ],
    [
      'forbids the model',
      [answers(403, { error: { message: 'Not yours.' } })],
      'remote-refused',
      1,
      /Not yours/,
    ],
    [
      'has no such model',
      [answers(404, { error: { message: 'No model.' } })],
      'model-unavailable',
      1,
      /remote-model/,
    ],
    [
      'does not know a field',
      [answers(400, { error: { message: 'Unknown field.' } })],
      'engine-failed',
      1,
      /Unknown field/,
    ],
    [
      'is out of quota',
      [answers(429, { error: { message: 'Pay.', code: 'insufficient_quota' } })],
      'remote-refused',
      1,
      /Pay/,
    ],
    ['stays busy', [answers(429, 'Later.')], 'remote-unreachable', 3, /Later/],
    [
      'asks for a wait that is too long',
      [answers(429, 'Later.', { 'Retry-After': '9999' })],
      'remote-unreachable',
      1,
      /Later/,
    ],
    ['stays broken', [answers(500, '<html>Oops</html>')], 'remote-unreachable', 3, /Oops/],
    ['hangs up on every request', [hangUp], 'remote-unreachable', 3, /connect-src/],
    ['leads elsewhere', [leads], 'remote-unreachable', 3, /cannot be reached/],
    ['breaks off in mid-answer', [half, hello], 'remote-unreachable', 1, /broke off/],
    [
      'ends without a finish',
      [streams(chunk({ content: 'Half' })), hello],
      'remote-unreachable',
      1,
      /broke off/,
    ],
    [
      'breaks off within a line',
      [streams(chunk({ content: 'Half' }), 'data: {"choices":[{"del'), hello],
      'remote-unreachable',
      1,
      /broke off/,
    ],
    ['sends no JSON', [streams('data: hello\n\n')], 'engine-failed', 1, /not a JSON object/],
    ['sends other JSON', [streams('data: {"pong":true}\n\n')], 'engine-failed', 1, /no choices/],
    [
      'answers with a page',
      [answers(200, '<!doctype html><p>Welcome</p>')],
      'remote-unreachable',
      3,
      /broke off/,
    ],
    [
      'fails within its stream',
      [
        streams(chunk({ content: 'A' }), 'data: {"error":{"message":"CUDA out of memory","code":500}}\n\n'),
        hello,
      ],
      'remote-unreachable',
      1,
      /CUDA/,
    ],
    [
      'withholds the answer',
      [streams(chunk({ content: 'A' }), chunk({}, { finish_reason: 'content_filter' }))],
      'engine-failed',
      1,
      /withheld/,
    ],
    [
      'never answers',
      [slow],
      'remote-unreachable',
      3,
      /within 80 ms/,
      { timeouts: { connectMs: 80, idleMs: 2000, totalMs: 8000 } },
    ],
    [
      'stops in mid-answer',
      [stalls, hello],
      'remote-unreachable',
      1,
      /nothing more within 80 ms/,
      { timeouts: { connectMs: 2000, idleMs: 80, totalMs: 8000 } },
    ],
    [
      'never ends',
      [drips],
      'remote-unreachable',
      1,
      /not whole within 300 ms/,
      { timeouts: { connectMs: 2000, idleMs: 2000, totalMs: 300 } },
    ],
  ];

  for (const [what, script, code, requests, says, options = {}] of table) {
    test(what, async () => {
      const outcome = await ask(script, options);
      expect(outcome.fault?.code).toBe(code);
      const { message, reason = '', remedy = '' } = outcome.fault!;
      expect([message, reason, remedy].join(' ')).toMatch(says);
      expect(outcome.requests).toBe(requests);
    });
  }

  test.each([
    [
      'OpenAI',
      {
        error: {
          message:
            "This model's maximum context length is 4096 tokens. However, your messages resulted in 5000 tokens.",
          code: 'context_length_exceeded',
        },
      },
    ],
    [
      'llama-server',
      {
        error: {
          code: 400,
          message: 'the request exceeds the available context size, try increasing it',
          type: 'exceed_context_size_error',
          n_prompt_tokens: 5000,
          n_ctx: 4096,
        },
      },
    ],
    [
      'vLLM',
      {
        object: 'error',
        message:
          "This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens.",
        code: 400,
      },
    ],
  ])('%s says that the prompt is too long', async (_name, body) => {
    const { fault, requests } = await ask([answers(400, body)]);
    expect(fault?.code).toBe('context-overflow');
    expect(fault?.details).toMatchObject({ promptTokens: 5000, contextWindow: 4096 });
    expect(requests).toBe(1);
  });
});

describe('a stop', () => {
  test('does not wait for a key or a mask that never comes', async () => {
    const server = await openHttpScript(noList);
    const never = new Promise<never>(() => undefined);
    const stuck: readonly Partial<RemoteEngineOptions>[] = [{ getKey: () => never }, { mask: () => never }];
    for (const options of stuck) {
      let isLoaded = false;
      const engine = new RemoteEngine({
        baseUrl: `${server.origin}/v1`,
        allowOrigins: [server.origin],
        mask: (texts) => ({ texts, originals: new Map() }),
        timeouts: { totalMs: 2000 },
        ...options,
        ...(options.getKey === undefined ? {} : { getKey: () => (isLoaded ? never : Promise.resolve('')) }),
      });
      await engine.load({ model: remoteModel, modelsUrl: '', contextTokens: 2048, slots: 1 });
      isLoaded = true;
      const stopping = new AbortController();
      const request = { messages: [], sampling: { temperature: 0, maxTokens: 8 } };
      const running = engine.generate(request, { signal: stopping.signal });
      setTimeout(() => stopping.abort(), 5);
      await expect(running).rejects.toMatchObject({ code: 'aborted' });
    }
  });

  test.each([
    ['while the server thinks', slow],
    ['while it asks for patience', answers(503, 'Later.', { 'Retry-After': '30' })],
  ])('%s is felt', async (_when, answer) => {
    const server = await openHttpScript(noList, answer);
    const engine = new RemoteEngine({
      baseUrl: `${server.origin}/v1`,
      allowOrigins: [server.origin],
      mask: (texts) => ({ texts, originals: new Map() }),
    });
    await engine.load({ model: remoteModel, modelsUrl: '', contextTokens: 2048, slots: 1 });
    const stopping = new AbortController();
    const request = { messages: [], sampling: { temperature: 0, maxTokens: 8 } };
    const running = engine.generate(request, { signal: stopping.signal });
    while (server.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    stopping.abort();
    await expect(running).rejects.toMatchObject({ code: 'aborted' });

    const again = engine.generate(request);
    while (server.seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    engine.dispose();
    await expect(again).rejects.toMatchObject({ code: 'worker-died' });
  });
});
