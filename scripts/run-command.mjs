/**
 * Runs another program: its output is shown or kept, it has a time limit, and it does not outlive this process.
 * Every child leads a process group of its own, so that a browser or a server it has started goes with it.
 */
import { spawn } from 'node:child_process';

const windows = process.platform === 'win32';

/** @type {Set<number>} */
const running = new Set();

/** @param {{ pid: number, signal: NodeJS.Signals }} target */
function stop({ pid, signal }) {
  try {
    if (windows) spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' }).unref();
    else process.kill(-pid, signal);
  } catch (error) {
    // The group is gone already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** How long a program may take to stop by itself. Test runners use it to stop the servers and browsers they started. */
const graceMs = 4000;

let guarded = false;

/** True once this process is to end: no command starts or reports back any more, so nothing goes on behind it. */
let ending = false;

/** Ends all children when this process ends, however it ends. */
function guard() {
  if (guarded) return;
  guarded = true;
  process.on('exit', () => {
    for (const pid of running) stop({ pid, signal: 'SIGKILL' });
  });
  for (const [signal, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])) {
    process.once(signal, () => {
      // Without children it is for whoever else listens, or for nobody.
      if (running.size === 0 && process.listenerCount(signal) > 0) return;
      ending = true;
      // An interrupt is what every runner cleans up on; a termination is not.
      for (const pid of running) stop({ pid, signal: 'SIGINT' });
      const started = Date.now();
      setInterval(() => {
        if (running.size === 0 || Date.now() - started > graceMs) process.exit(code);
      }, 50);
    });
  }
}

/**
 * @typedef {object} CommandResult
 * @property {number} code Exit code; 127 where the program does not exist, 124 where its time was up.
 * @property {string} output Standard output and error, in the order they came, the last 200,000 characters.
 * @property {boolean} timedOut
 */

/**
 * Runs a program to its end. Never throws for the program's own failure: look at `code`.
 * @param {readonly [string, ...string[]]} command Program and arguments; no shell.
 * @param {{ show?: boolean, cwd?: string, env?: Readonly<Record<string, string>>, timeoutMs?: number }} [options]
 *   `show`: pass the output on as it comes (default false).
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, { show = false, cwd, env = {}, timeoutMs } = {}) {
  guard();
  const [program, ...programArguments] = command;
  return new Promise((resolve) => {
    if (ending) return;
    let output = '';
    let timedOut = false;
    const child = spawn(program, programArguments, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !windows,
      // npm and npx are scripts on Windows, which only a shell runs.
      shell: windows && /^np[mx]$/.test(program),
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            if (pid === undefined) return;
            stop({ pid, signal: 'SIGINT' });
            setTimeout(() => {
              if (running.has(pid)) stop({ pid, signal: 'SIGKILL' });
            }, graceMs).unref();
          }, timeoutMs);
    for (const [from, to] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])) {
      from.setEncoding('utf8');
      from.on('data', (/** @type {string} */ text) => {
        output = (output + text).slice(-200_000);
        if (show) to.write(text);
      });
    }
    let settled = false;
    /** @param {number} code */
    function settle(code) {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      if (pid !== undefined) {
        // A helper process that outlived its leader would hold ports and profiles.
        stop({ pid, signal: 'SIGKILL' });
        running.delete(pid);
      }
      if (!ending) resolve({ code, output, timedOut });
    }
    child.on('error', (error) => {
      output += error.message;
      settle(127);
    });
    // `exit` may come before the last output; `close` waits for pipes that a stray grandchild can hold open for ever.
    child.on('exit', (code, signal) => {
      const value = timedOut ? 124 : (code ?? (signal === null ? 1 : 128));
      setTimeout(() => settle(value), 2000).unref();
      child.on('close', () => settle(value));
    });
  });
}
