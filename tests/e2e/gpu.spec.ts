/**
 * The built site on a GPU, in the way it is served: ONNX Runtime's WebGPU build within the site's policy. The GPU is
 * Chromium's software one, which is used when it is asked for by name.
 */
import { serveTinyModel } from './serve-tiny-model.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

test.use({ serviceWorkers: 'block' });

const row = {
  id: 'one',
  category: 'made',
  messages: [{ role: 'user', content: 'Play something by Nina Simone' }],
  tools: [
    {
      type: 'function',
      function: {
        name: 'PlayMusic',
        description: 'Plays music.',
        parameters: {
          type: 'object',
          properties: { artist: { type: 'string', enum: ['Nina Simone', 'Arvo Part'] } },
          required: ['artist'],
        },
      },
    },
  ],
  expected: [{ name: 'PlayMusic', arguments: { artist: 'Nina Simone' } }],
};

test('a model answers on WebGPU under the policy of the site', async ({ page }) => {
  const watched = watchPage(page);
  await serveTinyModel(page.context(), 'transformers');
  await page.goto('demos/lab/');
  const gpu = await page.evaluate(async () => {
    const adapter = await navigator.gpu?.requestAdapter();
    return adapter ? `${adapter.info.vendor} ${adapter.info.architecture}` : '';
  });
  test.skip(gpu === '', 'this browser has no WebGPU adapter');
  console.log(`WebGPU adapter: ${gpu}`);
  const loaded = await page.evaluate(() =>
    window.lab.load({ model: undefined, engine: 'transformers', backend: 'webgpu', adapter: undefined }),
  );
  expect(loaded).toMatchObject({ engine: 'transformers', backend: 'webgpu' });
  const [scored] = await page.evaluate(
    (text) => window.lab.evaluate([{ number: 1, text }]),
    JSON.stringify(row),
  );
  expect(scored?.grade.valid).toBe(true);
  expect(scored?.usage.decodeTokens).toBeGreaterThan(0);
  expect(watched.troubles).toEqual([]);
});
