/**
 * Records of NVIDIA's data flywheel blueprint (https://github.com/NVIDIA-AI-Blueprints/data-flywheel): `timestamp` in
 * seconds, `workload_id`, `client_id`, and a request with its response in OpenAI's form. Its loader takes these five keys
 * and no other, so a row with another key is not one of them.
 */
import { isObject } from '../../../protocol/json.ts';
import { RowError, objectAt, textAt } from '../../read-fields.ts';
import type { LogFormat } from './format.ts';
import { loggedResponse } from './open-ai.ts';

const keys = ['timestamp', 'workload_id', 'client_id', 'request', 'response'] as const;

export const dataFlywheel: LogFormat = {
  format: 'data-flywheel',
  recognises: (value) => isObject(value) && 'workload_id' in value,
  read: (row) => {
    const value = objectAt(row, 'the row');
    const other = Object.keys(value).find((key) => !(keys as readonly string[]).includes(key));
    if (other !== undefined) throw new RowError(`The key ${other} is none of ${keys.join(', ')}.`);
    const missing = keys.find((key) => value[key] === undefined);
    if (missing !== undefined) throw new RowError(`The key ${missing} is missing.`);
    const { timestamp } = value;
    if (typeof timestamp !== 'number') throw new RowError('timestamp must be a number of seconds.');
    textAt(value['client_id'], 'client_id');
    const task = textAt(value['workload_id'], 'workload_id');
    return [{ ...loggedResponse(value), task, at: Math.round(timestamp * 1000) }];
  },
};
