import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileKernel, compileLogits, kernelFile, logitsFile } from '../../../scripts/build-kernel.mjs';

test('the kernel that is kept is the one that its source compiles to', async () => {
  const compiled = await compileKernel();
  expect(Buffer.compare(compiled, readFileSync(kernelFile))).toBe(0);
});

test('so is the program of logits', async () => {
  expect(readFileSync(logitsFile, 'utf8')).toBe(await compileLogits());
});
