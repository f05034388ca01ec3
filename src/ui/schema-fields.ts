/**
 * A form for the values of an object schema: texts, numbers, yes or no, and choices. What it cannot show is left to whoever
 * calls with a value. Knows schemas and values; nothing of what they are for.
 */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { asObject } from '../protocol/json.ts';
import type { Json, JsonObject, JsonSchema } from '../protocol/json.ts';
import { msg } from './translate.ts';

/** Texts that may be longer get a box of several lines. */
const oneLine = 120;

interface Field {
  readonly name: string;
  readonly schema: JsonObject;
  readonly isRequired: boolean;
}

function fieldsOf(schema: JsonSchema): readonly Field[] {
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly Json[]) : [];
  return Object.entries(asObject(schema['properties'])).map(([name, part]) => ({
    name,
    schema: asObject(part),
    isRequired: required.includes(name),
  }));
}

/** The fields, each with its default in it. Names and choices that the page has a translation of are shown in it. */
export function renderFields(schema: JsonSchema): readonly TemplateResult[] {
  return fieldsOf(schema).map((field) => {
    const { name, schema: part } = field;
    const label = typeof part['title'] === 'string' ? msg(part['title']) : msg(name.replaceAll('_', ' '));
    const hint = typeof part['description'] === 'string' ? msg(part['description']) : '';
    return html`
      <div class="field">
        <label for="field-${name}">${label}</label>
        ${renderControl(field)} ${hint === '' ? nothing : html`<p class="small muted">${hint}</p>`}
      </div>
    `;
  });
}

function renderControl({ name, schema, isRequired }: Field) {
  const id = `field-${name}`;
  const given = schema['default'];
  const choices = schema['enum'];
  if (Array.isArray(choices)) {
    return html`
      <select id=${id} name=${name}>
        ${(choices as readonly Json[])
          .filter((choice) => typeof choice === 'string')
          .map(
            (choice) => html`<option value=${choice} ?selected=${choice === given}>${msg(choice)}</option>`,
          )}
      </select>
    `;
  }
  if (schema['type'] === 'boolean') {
    return html`<input id=${id} name=${name} type="checkbox" .checked=${given === true} />`;
  }
  const text = typeof given === 'string' || typeof given === 'number' ? String(given) : '';
  if (schema['type'] === 'number' || schema['type'] === 'integer') {
    return html`<input
      id=${id}
      name=${name}
      type="number"
      step="any"
      .value=${text}
      ?required=${isRequired}
    />`;
  }
  const longest = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : oneLine + 1;
  return longest > oneLine
    ? html`<textarea
        id=${id}
        name=${name}
        rows="5"
        dir="auto"
        maxlength=${longest}
        .value=${text}
        ?required=${isRequired}
      ></textarea>`
    : html`<input
        id=${id}
        name=${name}
        type="text"
        dir="auto"
        maxlength=${longest}
        .value=${text}
        ?required=${isRequired}
      />`;
}

/** What a form of these fields holds. A field that may be left out is left out where it is empty. */
export function readFields(schema: JsonSchema, form: HTMLFormElement): JsonObject {
  const data = new FormData(form);
  const entries = fieldsOf(schema).flatMap(({ name, schema: part, isRequired }): [string, Json][] => {
    const raw = data.get(name);
    const text = typeof raw === 'string' ? raw.trim() : '';
    if (part['type'] === 'boolean') return [[name, raw !== null]];
    if (text === '' && !isRequired) return [];
    return [[name, part['type'] === 'number' || part['type'] === 'integer' ? Number(text) : text]];
  });
  return Object.fromEntries(entries);
}
