/**
 * What an owner changes of a log's keys and settings, and what any role does to be let in. Each piece of work gives the
 * sentence that says what became of it. Knows the vault; knows nothing of runs and of screens.
 */
import type { Journal } from '../../log/journal.ts';
import type { LogRequest, Way } from '../../ui/log/log-view.ts';
import { formatPlural } from '../../ui/format.ts';
import { roleNames } from '../../ui/log/role-names.ts';
import { msg, str } from '../../ui/translate.ts';
import { newSecretOf, secretOf } from './secrets.ts';

/** Closed by itself after so long, once there is a secret to open it again. Milliseconds. */
const firstLockAfterMs = 15 * 60_000;

export type KeyRequest = Extract<
  LogRequest,
  { type: 'unlock' | 'lock' | 'add-way' | 'remove-way' | 'grant' | 'revoke' | 'rotate' | 'set' }
>;

/** Throws Fault `vault-locked` where a secret does not fit, `vault-refused` for who is no owner, and what passkeys throw. */
export async function workOnKeys(journal: Journal, request: KeyRequest): Promise<string> {
  const { vault, admin } = journal;
  switch (request.type) {
    case 'unlock': {
      const { role, way } = request;
      await vault.unlock({ role, secret: await secretOf(vault, role, way) });
      if (vault.canSeal) await journal.applyRetention();
      return '';
    }
    case 'lock':
      await vault.lock();
      return '';
    case 'add-way':
      return addWay(journal, request);
    case 'remove-way': {
      if (request.proof.type === request.way) return msg('Use the other way in to take this one away.');
      const owner = await secretOf(vault, 'owner', request.proof);
      await admin.setOwnerSecret({ owner, secret: owner, instead: [request.way] });
      return msg('That way in is gone.');
    }
    case 'grant': {
      const { role, way, proof } = request;
      const owner = await secretOf(vault, 'owner', proof);
      await admin.grant({ owner, role, secret: await newSecretOf(vault, role, way) });
      return msg(
        str`The role ${msg(roleNames[role])} has a secret of its own now. Only who has it opens the log as ${msg(roleNames[role])}.`,
      );
    }
    case 'revoke':
      await admin.revoke({ owner: await secretOf(vault, 'owner', request.proof), role: request.role });
      return msg(
        str`The role ${msg(roleNames[request.role])} is gone, and what is written from now on has new keys.`,
      );
    case 'rotate':
      await admin.rotate({ owner: await secretOf(vault, 'owner', request.proof) });
      return msg('What is written from now on has new keys.');
    case 'set': {
      const owner = await secretOf(vault, 'owner', request.proof);
      await admin.setSettings({ owner, settings: request.settings });
      const { runIds } = await journal.applyRetention();
      return runIds.length === 0
        ? msg('Saved.')
        : msg(
            str`Saved. ${formatPlural(runIds.length, 'run was past what is kept, and is erased.|runs were past what is kept, and are erased.')}`,
          );
    }
    default:
      return request satisfies never;
  }
}

async function addWay(
  { vault, admin }: Journal,
  {
    proof,
    way,
    instead,
  }: { readonly proof: Way; readonly way: Way } & Pick<Extract<LogRequest, { type: 'add-way' }>, 'instead'>,
): Promise<string> {
  const wasOpenToProfile = vault.opensByDevice;
  const owner = await secretOf(vault, 'owner', proof);
  const secret = await newSecretOf(vault, 'owner', way);
  await admin.setOwnerSecret({ owner, secret, instead });
  if (wasOpenToProfile && !vault.opensByDevice && vault.settings.lockAfterMs === undefined) {
    await admin.setSettings({ owner: secret, settings: { lockAfterMs: firstLockAfterMs } });
  }
  return (vault.rows.grants.owner?.secrets.length ?? 0) > 1
    ? msg('Saved. The other ways in still open the log as well.')
    : msg('Saved. Without it nobody opens this log as its owner, so keep it well.');
}
