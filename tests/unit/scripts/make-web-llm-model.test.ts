/**
 * When the tiny model for web-llm is made, kept, made anew and left out. Python and emscripten are stood in for by small
 * shell scripts that write down how often they are called: the real ones take minutes, and run before every `npm test`.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ensureWebLlmModel } from '../../../scripts/make-web-llm-model.mjs';

const python = `#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
  -c*) echo 3.11 ;;
  "-m venv "*) /bin/mkdir -p "$3/bin"; /bin/cp "$0" "$3/bin/python" ;;
  "-m pip "*) exit \${PIP_CODE:-0} ;;
  *build.py*) /bin/mkdir -p "$2"; echo '{}' > "$2/entry.json"; exit \${BUILD_CODE:-0} ;;
esac
`;

let root: string;
let said: string[];

function tool(name: string, text: string): void {
  writeFileSync(join(root, 'tools', name), text);
  chmodSync(join(root, 'tools', name), 0o755);
}

/** How often the model was compiled. */
function builds(): number {
  const calls = join(root, 'calls.txt');
  return existsSync(calls) ? readFileSync(calls, 'utf8').split('build.py').length - 1 : 0;
}

async function make(): Promise<Awaited<ReturnType<typeof ensureWebLlmModel>>> {
  return await ensureWebLlmModel({ root, print: (text: string) => said.push(text) });
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'web-llm-model-'));
  said = [];
  for (const folder of ['tools', 'scripts/web-llm-library', 'node_modules/@mlc-ai/web-llm']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  writeFileSync(join(root, 'node_modules/@mlc-ai/web-llm/package.json'), '{"version": "1.0.0"}');
  writeFileSync(join(root, 'scripts/web-llm-library/requirements.txt'), 'some-compiler==1\n');
  writeFileSync(join(root, 'scripts/web-llm-library/build.py'), '# one\n');
  vi.stubEnv('PATH', join(root, 'tools'));
  vi.stubEnv('CALLS', join(root, 'calls.txt'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32')('the tiny model for web-llm', () => {
  beforeEach(() => {
    tool('emcc', '#!/bin/sh\nexit 0\n');
    tool('python3', python);
  });

  test('is made once, and anew when its sources or web-llm change', async () => {
    const made = await make();
    expect(made).toEqual({ path: join(root, '.cache/web-llm/tiny') });
    expect(existsSync(join(root, '.cache/web-llm/tiny/entry.json'))).toBe(true);
    expect(await make()).toEqual(made);
    expect(builds()).toBe(1);
    writeFileSync(join(root, 'scripts/web-llm-library/build.py'), '# two\n');
    await make();
    expect(builds()).toBe(2);
    writeFileSync(join(root, 'node_modules/@mlc-ai/web-llm/package.json'), '{"version": "1.0.1"}');
    await make();
    expect(builds()).toBe(3);
    // The compiler is installed once.
    expect(said.filter((text) => text.includes('PyPI'))).toHaveLength(1);
    expect(readdirSync(join(root, '.cache/web-llm')).toSorted()).toEqual(['tiny', 'venv']);
  });

  test('is left out with the reason where a tool is missing, and made once it is there', async () => {
    rmSync(join(root, 'tools/emcc'));
    const left = await make();
    expect(left).toEqual({
      skipped: expect.stringMatching(/^The tests of web-llm are left out: emcc .*\.$/),
    });
    const note = JSON.parse(readFileSync(join(root, '.cache/web-llm/skipped.json'), 'utf8')) as unknown;
    expect(note).toEqual({ reason: (left as { readonly skipped: string }).skipped });
    tool('emcc', '#!/bin/sh\nexit 0\n');
    expect(await make()).toHaveProperty('path');
    expect(existsSync(join(root, '.cache/web-llm/skipped.json'))).toBe(false);
  });

  test('is left out where Python or its packages cannot be had', async () => {
    vi.stubEnv('PIP_CODE', '1');
    expect(await make()).toEqual({ skipped: expect.stringContaining('Python packages') });
    rmSync(join(root, 'tools/python3'));
    expect(await make()).toEqual({ skipped: expect.stringContaining('no Python 3.10 or newer') });
    expect(builds()).toBe(0);
  });

  test('that does not compile is a failure, and no old model stands in for it', async () => {
    await make();
    writeFileSync(join(root, 'scripts/web-llm-library/build.py'), '# broken\n');
    vi.stubEnv('BUILD_CODE', '1');
    await expect(make()).rejects.toThrow('could not be built');
    expect(existsSync(join(root, '.cache/web-llm/tiny'))).toBe(false);
  });
});
