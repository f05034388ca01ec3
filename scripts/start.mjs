/**
 * `npm start`: from a fresh clone to the site in a browser. Packages, model, build, server; what is done is not done
 * again. `PORT` chooses the port (4173; the next free one where it is taken).
 */
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { explain } = await import('./failure.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const print = console.log;

try {
  const { ensureDependencies } = await import('./dependencies.mjs');
  const { ensureModel } = await import('./get-model.mjs');
  const { ensureBuild } = await import('./build.mjs');
  await ensureDependencies({ root, print });
  await ensureModel({ root, print });
  await ensureBuild({ root, print });
  const { serveSite } = await import('./serve.mjs');
  const { port, close } = await serveSite({ root, port: readPort(process.env['PORT']) });
  print(`\n  smallworks is ready:  http://127.0.0.1:${port}/\n  Stop it with Ctrl-C.\n`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      // Open connections of a browser must not hold the process.
      setTimeout(() => process.exit(0), 1000).unref();
      void close().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

/** @param {string | undefined} text */
function readPort(text) {
  const port = Number(text === undefined || text === '' ? 4173 : text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  console.error(`PORT is "${text}", which is no port number; using 4173.`);
  return 4173;
}
