/**
 * JSON Schema -> grammar rules for compact JSON. Every text of the grammar satisfies the schema's keywords but for those
 * that are named as checked (schema-keywords.ts). Properties come in the schema's order.
 * Knows schemas; nothing of tools and nothing of any engine.
 */
import type { JsonSchema } from '../protocol/json.ts';
import { GrammarBuilder } from './gbnf.ts';
import { defaultLimits } from './json-rules.ts';
import { Compiler } from './schema/compiler.ts';
import { checkDialect } from './schema/check-dialect.ts';
import { SchemaDocument } from './schema/document.ts';
import type { Place } from './schema/facts.ts';
import type { CopiedTexts, KnownAutomata } from './schema/rule-writer.ts';

interface SchemaRuleOptions {
  readonly textLength?: number;
  readonly copied?: CopiedTexts;
}

/**
 * The name of a rule, or an expression, that matches the schema's values.
 * Throws SchemaGrammarError where there is none, or where the schema asks for what is refused; it names the keyword.
 */
export function schemaRule(
  grammar: GrammarBuilder,
  schema: JsonSchema | boolean,
  hint: string,
  options: SchemaRuleOptions = {},
): string {
  return compile(grammar, schema, hint, options).rule;
}

/**
 * The keywords of a schema that its grammar does not enforce, each once.
 * Throws SchemaGrammarError where the schema has no grammar.
 */
export function unenforcedPlaces(schema: JsonSchema | boolean): readonly Place[] {
  return [...compile(new GrammarBuilder(), schema, 'value', {}).compiler.checked.values()];
}

function compile(
  grammar: GrammarBuilder,
  schema: JsonSchema | boolean,
  hint: string,
  { textLength = defaultLimits.textLength, copied }: SchemaRuleOptions,
): { readonly rule: string; readonly compiler: Compiler } {
  checkDialect(schema);
  const document = new SchemaDocument(schema);
  const compiler = new Compiler(
    {
      document,
      textLength,
      automata: keptAutomata(),
      empty: new Map(),
      work: 0,
      ...(copied === undefined ? {} : { copied }),
    },
    grammar,
  );
  const rule = compiler.value([{ schema: document.root, path: '' }], { hint, copying: 'never' });
  return { rule, compiler };
}

/** Kept from one grammar to the next: the grammar of a tool list is made anew at every step. */
const automata = { texts: new Map(), numbers: new Map() } satisfies KnownAutomata;
const mostAutomata = 500;

function keptAutomata(): KnownAutomata {
  for (const kept of Object.values(automata)) if (kept.size > mostAutomata) kept.clear();
  return automata;
}
