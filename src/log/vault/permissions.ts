/**
 * Who may ask for what: one table, and the faults of a refusal. Refusing is this table's; that a role has no key for what
 * it may not read is the keys' (role-keys). Knows nothing of either's storage.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { Role, VaultCall } from '../../protocol/vault.ts';

/** Roles that may ask for a call. */
export const permissions: Readonly<Record<VaultCall, readonly Role[]>> = {
  write: ['owner', 'contributor'],
  label: ['owner', 'curator', 'contributor'],
  decide: ['owner', 'curator'],
  read: ['owner', 'curator'],
  export: ['owner', 'curator'],
  'read-originals': ['owner'],
  erase: ['owner'],
  manage: ['owner'],
  'read-audit': ['owner', 'auditor'],
};

export function mayCall(role: Role | undefined, call: VaultCall): boolean {
  return role !== undefined && permissions[call].includes(role);
}

/** The fault of a call that the unlocked role may not make. */
export function refusedFault(role: Role, call: VaultCall): Fault {
  return new Fault({
    code: faultCodes.vaultRefused,
    message: `The role ${role} may not do that.`,
    reason: `"${call}" is for: ${permissions[call].join(', ')}.`,
    remedy: 'Unlock the log in one of those roles.',
    details: { role, call },
  });
}

/** The fault of a call that needs a role while none is unlocked. */
export function lockedFault(): Fault {
  return new Fault({
    code: faultCodes.vaultLocked,
    message: 'The log is locked.',
    remedy: 'Unlock it with a passphrase or a passkey.',
  });
}

/** One fault for every unlocking that fails: it does not tell whether the role exists, or what was wrong. */
export function unlockFault(): Fault {
  return new Fault({
    code: faultCodes.vaultLocked,
    message: 'The log could not be unlocked.',
    reason: 'The role has no such secret.',
    remedy: 'Check the role and the secret, and try again.',
  });
}

/** Keys, charter or a backup are not what was written. */
export function damagedFault(what: string, remedy: string): Fault {
  return new Fault({
    code: faultCodes.vaultDamaged,
    message: `The ${what} of the log is not what was written.`,
    reason: 'It was changed, swapped or only half copied; nothing was done with it.',
    remedy,
    details: { what },
  });
}
