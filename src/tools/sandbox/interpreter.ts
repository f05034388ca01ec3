/**
 * An interpreter for one job: an instance of QuickJS whose memory cannot grow beyond a bound. Everything that the code makes
 * lies in it, so the bound holds whatever the code does, and nothing is left once the instance is let go.
 * Knows how an instance is made; nothing of jobs.
 */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core';
import type { QuickJSWASMModule } from 'quickjs-emscripten-core';

const pageBytes = 65_536;
/** What the module asks for at its start. */
const leastPages = 256;
/** What it was built for. */
const mostPages = 32_768;

interface InterpreterOptions {
  /** The package's WASM file, compiled. */
  readonly wasm: WebAssembly.Module;
  /** 16 MiB to 2 GiB; what is outside is taken as the nearer of these. */
  readonly memoryBytes: number;
}

/** A fresh instance. Rejects with what WebAssembly rejects with, e.g. where there is no room. */
export async function makeInterpreter({ wasm, memoryBytes }: InterpreterOptions): Promise<QuickJSWASMModule> {
  const maximum = Math.min(mostPages, Math.max(leastPages, Math.floor(memoryBytes / pageBytes)));
  const wasmMemory = new WebAssembly.Memory({ initial: leastPages, maximum });
  return await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule: wasm, wasmMemory }));
}
