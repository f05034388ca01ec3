/** Which addresses a page of the site loads code from. */
import { expect, test } from 'vitest';
import { ownScriptUrl } from '../../../src/app/trusted-scripts.ts';

const page = 'https://example.org/smallworks/demos/lab/index.html';

test.each([
  'https://example.org/smallworks/assets/engine.worker.js',
  '/elsewhere/on/the/same/host.js',
  './beside.js',
  'blob:https://example.org/0b3a',
])('%s is taken as it is', (url) => {
  expect(ownScriptUrl(url, page)).toBe(url);
});

test.each([
  'https://other.example/engine.js',
  'http://example.org/engine.js',
  '//other.example/engine.js',
  'blob:https://other.example/0b3a',
  'data:text/javascript,alert(1)',
  'javascript:alert(1)',
])('%s is refused', (url) => {
  expect(() => ownScriptUrl(url, page)).toThrow(TypeError);
});
