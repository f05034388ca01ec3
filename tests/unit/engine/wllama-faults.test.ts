/** What wllama throws, as people are told it. */
import { expect, test } from 'vitest';
import { completionFault, isFatal } from '../../../src/engine/wllama-faults.ts';
import { faultCodes } from '../../../src/protocol/fault.ts';

test.each([
  [
    new RangeError('Invalid typed array length: 1163217991'),
    faultCodes.engineFailed,
    /a model writes bytes that are no text/,
  ],
  [
    new Error('request (900 tokens) exceeds the available context size (512 tokens)'),
    faultCodes.contextOverflow,
    /900/,
  ],
  [new Error('std::bad_alloc'), faultCodes.outOfMemory, /bad_alloc/],
  [
    new Error('A valid external Instance reference no longer exists: GPUDevice'),
    faultCodes.deviceLost,
    /GPUDevice/,
  ],
  [new Error('failed to parse grammar'), faultCodes.engineFailed, /grammar/],
  [new Error('who knows'), faultCodes.engineFailed, /who knows/],
])('%s', (thrown, code, told) => {
  const fault = completionFault(thrown, 20);
  expect(fault.code).toBe(code);
  expect(`${fault.message} ${fault.reason ?? ''}`).toMatch(told);
  expect(fault.remedy).toMatch(/\.$/);
});

test('a module that is gone is told from one that goes on', () => {
  expect(isFatal(new WebAssembly.RuntimeError('unreachable'))).toBe(true);
  expect(isFatal('the module was aborted')).toBe(true);
  expect(isFatal(new RangeError('Invalid typed array length: 1163217991'))).toBe(false);
});
