/**
 * OpenTelemetry spans as OTLP/JSON carries them (`resourceSpans`; https://opentelemetry.io/docs/specs/otlp/): those that
 * asked a model, with plain attributes and with what became of the tools that ran in the same export.
 * Knows OTLP; what the attributes say is for gen-ai-span and ai-sdk-span.
 */
import { asObject, isObject } from '../../../protocol/json.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import { objectAt } from '../../read-fields.ts';
import { readAiSdkSpan } from './ai-sdk-span.ts';
import type { LogFormat } from './format.ts';
import { readGenAiSpan } from './gen-ai-span.ts';

/** The status code of a span that failed. */
const failed = 2;

export const spans: LogFormat = {
  format: 'otel-genai',
  recognises: (value) => isObject(value) && Array.isArray(value['resourceSpans']),
  rowsOf,
  read: (row) => {
    const span = objectAt(row, 'the span');
    const attributes = objectAt(span['attributes'], 'attributes');
    const record =
      attributes['ai.operationId'] === undefined ? readGenAiSpan(attributes) : readAiSdkSpan(attributes);
    const results = asObject(span['results']);
    const ran = record.callIds.map((id) => results[id]);
    const nano = Number(span['startTimeUnixNano']);
    const { callIds, ...rest } = record;
    void callIds;
    return [
      {
        ...rest,
        ...(attributes['ai.operationId'] === undefined ? {} : { format: 'ai-sdk' as const }),
        outcome: asObject(span['status'])['code'] === failed ? 'failed' : 'unknown',
        ran: ran.includes('error')
          ? 'error'
          : ran.length > 0 && ran.every((result) => result === 'ok')
            ? 'ok'
            : 'unknown',
        ...(typeof span['spanId'] === 'string' ? { recordId: span['spanId'] } : {}),
        ...(typeof span['traceId'] === 'string' && rest.episode === undefined
          ? { episode: span['traceId'] }
          : {}),
        ...(Number.isFinite(nano) && nano > 0 ? { at: Math.round(nano / 1e6) } : {}),
      },
    ];
  },
};

/** Spans that asked a model. One whose attributes cannot be read is kept, so that it is told of. */
function rowsOf(value: Json): Json[] {
  const all = listOf(asObject(value)['resourceSpans'])
    .flatMap((resource) => listOf(asObject(resource)['scopeSpans']))
    .flatMap((scope) => listOf(asObject(scope)['spans']));
  const plain = all.map((span): JsonObject & { readonly attributes: JsonObject } =>
    Object.assign({}, asObject(span), { attributes: attributesOf(asObject(span)['attributes']) }),
  );
  const results: { [callId: string]: Json } = Object.fromEntries(
    plain.flatMap(({ attributes, ...span }) => {
      const id = attributes['gen_ai.tool.call.id'] ?? attributes['ai.toolCall.id'];
      if (typeof id !== 'string') return [];
      const wentWrong = asObject(span['status'])['code'] === failed || attributes['error.type'] !== undefined;
      return [[id, wentWrong ? 'error' : 'ok']];
    }),
  );
  return plain.flatMap((span): Json[] => (askedModel(span.attributes) ? [{ ...span, results }] : []));
}

const modelOperations: ReadonlySet<Json | undefined> = new Set([
  'chat',
  'text_completion',
  'generate_content',
]);

function askedModel(attributes: JsonObject): boolean {
  const operation = attributes['ai.operationId'];
  if (typeof operation === 'string') return /\.do(Generate|Stream)$/.test(operation);
  return modelOperations.has(attributes['gen_ai.operation.name']);
}

function attributesOf(value: Json | undefined): JsonObject {
  return Object.fromEntries(
    listOf(value).flatMap((item) => {
      const { key, value: own } = asObject(item);
      return typeof key === 'string' ? [[key, plainValue(own)] as const] : [];
    }),
  );
}

/** OTLP's AnyValue as plain JSON; 64-bit numbers are written as text there. */
function plainValue(value: Json | undefined): Json {
  const any = asObject(value);
  if (any['stringValue'] !== undefined) return any['stringValue'];
  if (any['boolValue'] !== undefined) return any['boolValue'];
  if (any['doubleValue'] !== undefined) return any['doubleValue'];
  if (any['intValue'] !== undefined) return Number(any['intValue']);
  if (any['arrayValue'] !== undefined) return listOf(asObject(any['arrayValue'])['values']).map(plainValue);
  if (any['kvlistValue'] !== undefined) return attributesOf(asObject(any['kvlistValue'])['values']);
  return null;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
