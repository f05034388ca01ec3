/**
 * The operations of an OpenAPI document: method, path, parameters, body. Pure; knows nothing of requests.
 */
import { asObject, isObject } from '../../protocol/json.ts';
import type { Json, JsonObject, JsonSchema } from '../../protocol/json.ts';
import { resolve, standalone } from './convert-schema.ts';

export interface OperationParameter {
  /** Its name in the request. */
  readonly name: string;
  /** Its name in the tool's arguments. */
  readonly argument: string;
  readonly place: 'path' | 'query' | 'header';
}

export interface Operation {
  readonly id: string;
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly description: string;
  readonly parameters: readonly OperationParameter[];
  /** Whether the arguments hold a `body`, which is sent as JSON. */
  readonly hasBody: boolean;
  readonly inputSchema: JsonSchema;
  /** Why it cannot be called; absent: it can. */
  readonly problem?: string;
}

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;

/** Every operation, in the document's order. */
export function readOperations(document: JsonObject): readonly Operation[] {
  return Object.entries(asObject(document['paths'])).flatMap(([path, given]) => {
    const item = deref(given, document);
    return methods.flatMap((method) => {
      const operation = item[method];
      if (!isObject(operation)) return [];
      return [readOperation({ document, path, method, item, operation })];
    });
  });
}

function readOperation(place: {
  readonly document: JsonObject;
  readonly path: string;
  readonly method: string;
  readonly item: JsonObject;
  readonly operation: JsonObject;
}): Operation {
  const { document, path, method, item, operation } = place;
  const given = parametersOf(document, item, operation);
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  const parameters: OperationParameter[] = [];
  const problems: string[] = [];
  for (const parameter of given) {
    const { name, in: where, required: needed, description } = parameter;
    if (typeof name !== 'string') continue;
    if (where !== 'path' && where !== 'query' && where !== 'header') {
      // Cookies are the browser's own; an operation that can do without is called without.
      if (needed === true) problems.push(`it needs the parameter ${name} of another kind`);
      continue;
    }
    const argument = Object.hasOwn(properties, name) || name === 'body' ? `${where}_${name}` : name;
    properties[argument] = {
      ...asObject(parameter['schema'] ?? { type: 'string' }),
      ...(typeof description === 'string' ? { description: description.slice(0, 120) } : {}),
    };
    if (needed === true || where === 'path') required.push(argument);
    parameters.push({ name, argument, place: where });
  }
  const body = deref(operation['requestBody'] ?? {}, document);
  const content = asObject(body['content']);
  const media = content['application/json'];
  if (isObject(media)) {
    properties['body'] = media['schema'] ?? {};
    if (body['required'] === true) required.push('body');
  } else if (body['required'] === true) {
    problems.push(`it takes ${Object.keys(content).join(', ') || 'a body'} and not JSON`);
  }
  const text = [operation['summary'], operation['description'], `${method.toUpperCase()} ${path}`];
  const [problem] = problems;
  return {
    id: typeof operation['operationId'] === 'string' ? operation['operationId'] : `${method}${path}`,
    method: method.toUpperCase(),
    path,
    description: text.find((line): line is string => typeof line === 'string' && line.trim() !== '') ?? path,
    parameters,
    hasBody: isObject(media),
    inputSchema: standalone({ type: 'object', properties, required, additionalProperties: false }, document),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The operation's own parameters go before those of its path. */
function parametersOf(document: JsonObject, item: JsonObject, operation: JsonObject): readonly JsonObject[] {
  const byKey = new Map<string, JsonObject>();
  for (const list of [item['parameters'], operation['parameters']]) {
    for (const given of Array.isArray(list) ? (list as readonly Json[]) : []) {
      const parameter = deref(given, document);
      byKey.set(JSON.stringify([parameter['in'] ?? '', parameter['name'] ?? '']), parameter);
    }
  }
  return [...byKey.values()];
}

function deref(value: Json | undefined, document: JsonObject): JsonObject {
  const given = asObject(value);
  const { $ref } = given;
  return typeof $ref === 'string' ? asObject(resolve(document, $ref)) : given;
}
