/**
 * What an adapter's file says of itself beside its matrices: names of the metadata keys, and how they are read. The
 * same texts stand in GGUF metadata and in the `__metadata__` of a safetensors file, so that nothing is lost between
 * the two. Knows keys; nothing of matrices.
 */
import { asObject, parseJson } from '../../protocol/json.ts';
import type { Json } from '../../protocol/json.ts';
import type { AdapterScore } from '../../protocol/model.ts';

export const adapterKeys = {
  name: 'general.name',
  licence: 'general.license',
  /** Catalogue id of the base model. */
  baseId: 'smallworks.adapter.base_id',
  /** SHA-256 of the base model's GGUF file, hexadecimal. */
  baseSha256: 'smallworks.adapter.base_sha256',
  /** `promptVersion` of decode/prompt that it was trained on; uint32. */
  promptVersion: 'smallworks.adapter.prompt_version',
  /** The whole card as JSON. */
  card: 'smallworks.adapter.card',
  /** `adapter_config.json` as PEFT wrote it. */
  peftConfig: 'smallworks.adapter.peft_config',
} as const;

/** What is read of the card; the rest of it is kept and shown to nobody. */
interface CardFacts {
  readonly purpose?: string;
  readonly scores?: readonly AdapterScore[];
  readonly attribution?: readonly string[];
  readonly taughtBy?: readonly string[];
}

export interface AdapterFacts extends CardFacts {
  readonly name?: string;
  readonly licence?: string;
  readonly baseId?: string;
  readonly baseSha256?: string;
  readonly promptVersion?: number;
}

/** Longest text that is shown; a file may claim anything. */
const longestText = 300;
const mostItems = 20;
/** Records that an adapter may name as what taught it. */
const mostRecords = 100_000;

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value.slice(0, mostItems) : [];
}

function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, longestText) : undefined;
}

function asNumber(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The object without what is undefined. */
function compact<Facts extends object>(facts: {
  readonly [Key in keyof Facts]: Facts[Key] | undefined;
}): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts;
}

function readScore(value: Json): readonly AdapterScore[] {
  const { name, value: share, low, high, base, rows } = asObject(value);
  const [title, score] = [asText(name), asNumber(share)];
  if (title === undefined || score === undefined) return [];
  return [
    compact<AdapterScore>({
      name: title,
      value: score,
      low: asNumber(low),
      high: asNumber(high),
      base: asNumber(base),
      rows: asNumber(rows),
    }),
  ];
}

/** What of a card is shown. A card that is none, or parts of one that are not as they should be, are left out. */
function readCard(text: string): CardFacts {
  const card = asObject(parseJson(text));
  const scores = asList(card['scores']).flatMap(readScore);
  const attribution = asList(asObject(card['data'])['attribution']).flatMap((item) => asText(item) ?? []);
  const { records } = asObject(card['data']);
  const taughtBy = Array.isArray(records)
    ? records.slice(0, mostRecords).filter((id): id is string => typeof id === 'string')
    : [];
  return compact<CardFacts>({
    taughtBy: taughtBy.length === 0 ? undefined : taughtBy,
    purpose: asText(card['purpose']),
    scores: scores.length === 0 ? undefined : scores,
    attribution: attribution.length === 0 ? undefined : attribution,
  });
}

/** Reads the metadata of an adapter's file; a key that is not there, or is of the wrong kind, is left out. */
export function readAdapterFacts(metadata: ReadonlyMap<string, string | number | boolean>): AdapterFacts {
  const text = (key: string): string | undefined => asText(metadata.get(key));
  const promptVersion = metadata.get(adapterKeys.promptVersion);
  const card = metadata.get(adapterKeys.card);
  const baseSha256 = text(adapterKeys.baseSha256)?.toLowerCase();
  return compact<AdapterFacts>({
    name: text(adapterKeys.name),
    licence: text(adapterKeys.licence),
    baseId: text(adapterKeys.baseId),
    baseSha256: baseSha256 !== undefined && /^[0-9a-f]{64}$/.test(baseSha256) ? baseSha256 : undefined,
    promptVersion:
      typeof promptVersion === 'number' && Number.isInteger(promptVersion) ? promptVersion : undefined,
    ...(typeof card === 'string' ? readCard(card) : {}),
  });
}
