/**
 * `npm run kernel`: workers/kernel (AssemblyScript) -> src/engine/kernel/llama.wasm, which is kept in the repository so that
 * nobody has to compile it; a test compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
export const kernelFile = join(root, 'src/engine/kernel/llama.wasm');

/** The program as bytes. Rejects with the compiler's messages. */
export async function compileKernel() {
  const { default: asc } = await import('assemblyscript/asc');
  /** @type {Uint8Array | undefined} */
  let binary;
  let said = '';
  const { error } = await asc.main(
    [
      'workers/kernel/llama.ts',
      '--outFile=llama.wasm',
      '-O3',
      '--noAssert',
      '--runtime=stub',
      '--enable=simd',
      '--enable=relaxed-simd',
      '--enable=threads',
      '--importMemory',
      '--noExportMemory',
      '--sharedMemory',
      '--initialMemory=1',
      '--maximumMemory=65536',
    ],
    {
      readFile: (name, base) => {
        try {
          return readFileSync(join(root, base === '.' ? '' : base, name), 'utf8');
        } catch {
          // The compiler asks for names that may be there.
          return null;
        }
      },
      stderr: {
        write: (text) => {
          said += String(text);
        },
      },
      writeFile: (_name, contents) => {
        binary = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(said === '' ? String(error) : said);
  return binary;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = await compileKernel();
  writeFileSync(kernelFile, binary);
  console.error(`${kernelFile}: ${String(binary.byteLength)} bytes.`);
}
