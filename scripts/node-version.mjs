/**
 * Is this Node new enough? Imported first by every command, so it is written for old Nodes as well and imports nothing.
 */

/**
 * Why a version of Node will not do, or undefined. Vite sets the bounds: 20.19 or later in the 20 line, 22.12 or later.
 * @param {string} version e.g. `20.19.0`
 * @returns {string | undefined}
 */
export function refuseNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (fits) return undefined;
  return (
    '\n✗ This Node is too old: ' +
    version +
    '.\n  Why: the build needs Node 20.19 or later in the 20 line, or 22.12 or later.' +
    '\n  What to do: install a current Node from https://nodejs.org (npm comes with it), and run the command again.'
  );
}

/** Ends the process with a readable message where Node is too old. */
export function checkNode() {
  const refusal = refuseNode(process.versions.node);
  if (refusal === undefined) return;
  console.error(refusal);
  process.exit(1);
}
