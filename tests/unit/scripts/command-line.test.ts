/** The command lines' own work: what was typed, files of rows, and the figures of the last line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { summariseArithmetic, summariseEvaluation } from '../../../scripts/eval-summary.mjs';
import { readAgentArguments, readEvalArguments, UsageError } from '../../../scripts/read-arguments.mjs';
import { readLines } from '../../../scripts/read-lines.mjs';
import { readMixArguments, readRowsArguments } from '../../../scripts/read-row-arguments.mjs';
import { runCommand } from '../../../scripts/run-command.mjs';

const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
const root = resolve(import.meta.dirname, '../../..');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is typed', () => {
  test('is read', () => {
    expect(readEvalArguments(['toolcall', 'a.jsonl', '--limit', '50', '--model', 'm'])).toEqual({
      kind: 'toolcall',
      file: 'a.jsonl',
      start: 0,
      limit: 50,
      model: 'm',
      adapter: undefined,
      engine: undefined,
      backend: undefined,
      toolGiven: false,
      copy: true,
      search: true,
      types: 'all',
      without: [],
      k: 'auto',
      out: undefined,
      fit: undefined,
      fitLimit: undefined,
      helps: [],
      learn: undefined,
    });
    expect(readEvalArguments(['schema', 'a'])).toMatchObject({ kind: 'schema', file: 'a' });
    expect(readEvalArguments(['toolcall', 'a', '--no-copy'])).toMatchObject({ copy: false, search: true });
    expect(readEvalArguments(['toolcall', 'a', '--tool-given'])).toMatchObject({ toolGiven: true });
    expect(readEvalArguments(['toolcall', 'a', '--no-search'])).toMatchObject({ copy: true, search: false });
    expect(readEvalArguments(['toolcall', 'a', '--out', 'b'])).toMatchObject({ out: 'b' });
    expect(readEvalArguments(['help', 'a', '--with', 'samples-3', '--learn', 'b'])).toMatchObject({
      helps: ['samples-3'],
      learn: 'b',
    });
    expect(readEvalArguments(['arithmetic', 'a', '--adapter', 'b'])).toMatchObject({
      kind: 'arithmetic',
      adapter: 'b',
    });
    expect(readEvalArguments(['toolcall', 'a', '--start', '60'])).toMatchObject({ start: 60 });
    expect(readEvalArguments(['toolcall', 'a', '--start', '0'])).toMatchObject({ start: 0 });
    expect(
      readMixArguments([
        'a.jsonl',
        '--out',
        'b',
        '--swap',
        'snips_train=0.6',
        '--times',
        'snips_train=2',
        '--times',
        'c=0.5',
      ]),
    ).toEqual({
      files: ['a.jsonl'],
      out: 'b',
      seed: '1',
      split: '1',
      testRows: 500,
      validRows: 40,
      times: new Map([
        ['snips_train', 2],
        ['c', 0.5],
      ]),
      swapped: new Map([['snips_train', 0.6]]),
      unseenServices: [],
    });
    expect(() => readMixArguments(['a', '--out', 'b', '--times', 'c=twice'])).toThrow(/as in snips_train=2/);
    expect(() => readMixArguments(['a', '--out', 'b', '--swap', 'c'])).toThrow(
      /--swap is .* as in snips_train=0\.5/,
    );
    expect(readAgentArguments(['do it', '--yes'])).toEqual({
      goal: 'do it',
      approve: true,
      json: false,
      model: undefined,
    });
    expect(readAgentArguments(['--help'])).toBe('help');
    expect(readRowsArguments(['made', '--out', 'a.jsonl', '--count', '50', '--split', 'test'])).toEqual({
      kind: 'made',
      out: 'a.jsonl',
      count: 50,
      seed: 1,
      share: 1,
      split: 'test',
    });
  });

  test.each([
    [[], /built-in or made/],
    [['other', '--out', 'a'], /built-in or made/],
    [['made', 'built-in', '--out', 'a'], /built-in or made/],
    [['made'], /Name the file/],
    [['made', '--out', 'a', '--split', 'half'], /not "half"/],
    [['made', '--out', 'a', '--seed', '-1'], /--seed/],
  ])('%j makes no rows', (typed, message) => {
    expect(() => readRowsArguments(typed)).toThrow(UsageError);
    expect(() => readRowsArguments(typed)).toThrow(message);
  });

  test.each([
    [[], /Say what to evaluate/],
    [['summary', 'a'], /no evaluation "summary"/],
    [['toolcall'], /Name the file/],
    [['toolcall', 'a', 'b'], /One file at a time/],
    [['toolcall', 'a', '--limit', '0'], /whole number above 0, not "0"/],
    [['toolcall', 'a', '--limit', '5x'], /not "5x"/],
    [['toolcall', 'a', '--limit'], /--limit/],
    [['toolcall', 'a', '--start=-1'], /not "-1"/],
    [['toolcall', 'a', '--fast'], /--fast/],
  ])('is refused when it is %j', (typed, message) => {
    expect(() => readEvalArguments(typed)).toThrow(UsageError);
    expect(() => readEvalArguments(typed)).toThrow(message);
  });

  test.each([[[]], [['  ']], [['two', 'goals']], [['goal', '--what']]])('%j is no goal', (typed) => {
    expect(() => readAgentArguments(typed)).toThrow(UsageError);
  });

  test('wrong, ends the command with code 2 and the usage, before anything is started', async () => {
    const { code, output } = await runCommand(
      [process.execPath, 'scripts/eval.mjs', 'toolcall', 'no-such-file'],
      {
        cwd: root,
      },
    );
    expect(code).toBe(2);
    expect(output).toMatch(/There is no file no-such-file[^]*Usage: npm run eval/);
  });
});

async function linesOf(content: Uint8Array): Promise<{ number: number; text: string }[]> {
  const path = join(folder, 'rows');
  writeFileSync(path, content);
  const lines: { number: number; text: string }[] = [];
  for await (const line of readLines(path)) lines.push(line);
  return lines;
}

describe('lines', () => {
  test('come out of plain and gzipped files alike, blank ones counted but left out', async () => {
    const text = fc.array(fc.stringMatching(/^[ -~é漢]{0,20}$/), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(text, async (lines) => {
        const bytes = Buffer.from(lines.join('\n'));
        const wanted = lines
          .map((line, index) => ({ number: index + 1, text: line }))
          .filter((line) => line.text.trim() !== '');
        expect(await linesOf(bytes)).toEqual(wanted);
        expect(await linesOf(gzipSync(bytes))).toEqual(wanted);
      }),
      { numRuns: 25 },
    );
  });

  test('of a gzip file that is cut short raise an error instead of ending early', async () => {
    const whole = gzipSync(Buffer.from('{"id":1}\n'.repeat(20_000)));
    await expect(linesOf(whole.subarray(0, whole.length - 20))).rejects.toThrow(/unexpected end/);
  });
});

test('the figures: counts, nearest-rank percentiles, sums, tokens a second', () => {
  const rows = Array.from({ length: 20 }, (_, index) => ({
    grade: { valid: true, name: index < 10, exact: index < 5, refused: index === 19 },
    usage: {
      promptTokens: 100,
      cachedTokens: 40,
      decodeTokens: 10,
      decodeMs: 500,
    },
    durationMs: (index + 1) * 100,
  }));
  expect(summariseEvaluation(rows)).toEqual({
    n: 20,
    valid: 20,
    name: 10,
    exact: 5,
    refused: 1,
    p50_ms: 1000,
    p95_ms: 1900,
    prompt_tokens: 2000,
    cached_tokens: 800,
    decode_tokens: 200,
    decode_tps: 20,
    seconds: 21,
  });
  expect(summariseEvaluation([])).toMatchObject({ n: 0, p50_ms: 0, decode_tps: 0 });
});

test('the last line of questions about numbers counts what is right both ways', () => {
  const rows = [
    { with: { right: true }, without: { right: false } },
    { with: { right: true }, without: { right: true } },
    { with: { right: false }, without: { right: false } },
  ];
  const intervals = { with: { low: 0.123456, high: 1 }, without: { low: 0, high: 0.66666 } };
  expect(summariseArithmetic(rows, intervals)).toEqual({
    n: 3,
    with: 2,
    without: 1,
    with_ci: [0.1235, 1],
    without_ci: [0, 0.6667],
  });
});
