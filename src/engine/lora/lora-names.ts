/**
 * The names of one linear in PEFT's files and in GGUF, both ways. Knows names of Llama-shaped decoders; nothing else.
 */

/** PEFT's module below `model.layers.N.` for each GGUF tensor below `blk.N.`. */
const modules: ReadonlyMap<string, string> = new Map([
  ['attn_q', 'self_attn.q_proj'],
  ['attn_k', 'self_attn.k_proj'],
  ['attn_v', 'self_attn.v_proj'],
  ['attn_output', 'self_attn.o_proj'],
  ['ffn_gate', 'mlp.gate_proj'],
  ['ffn_up', 'mlp.up_proj'],
  ['ffn_down', 'mlp.down_proj'],
]);

const linears: ReadonlyMap<string, string> = new Map(
  [...modules].map(([linear, module]) => [module, linear]),
);

type LoraSide = 'a' | 'b';

/** One matrix of an adapter, by what it belongs to. */
export interface LoraPlace {
  readonly layer: number;
  /** As GGUF calls it, e.g. `attn_q`. */
  readonly linear: string;
  readonly side: LoraSide;
}

/** `…layers.3.self_attn.q_proj.lora_A.weight`; an adapter's name may stand before `weight`. Undefined: another name. */
export function readPeftName(name: string): LoraPlace | undefined {
  const match =
    /^base_model\.model\.(?:model\.)?layers\.(\d+)\.([a-z_.]+)\.lora_([AB])(?:\.default)?\.weight$/.exec(
      name,
    );
  const [, layer, module = '', side] = match ?? [];
  const linear = linears.get(module);
  if (layer === undefined || linear === undefined) return undefined;
  return { layer: Number(layer), linear, side: side === 'A' ? 'a' : 'b' };
}

export function peftName({ layer, linear, side }: LoraPlace): string {
  return `base_model.model.${peftModule(layer, linear)}.lora_${side.toUpperCase()}.weight`;
}

/** The module's whole name in the base model. */
export function peftModule(layer: number, linear: string): string {
  return `model.layers.${String(layer)}.${modules.get(linear) ?? linear}`;
}

/** The last part of it, as `target_modules` has it, e.g. `q_proj`. */
export function peftTarget(linear: string): string {
  return modules.get(linear)?.split('.').at(-1) ?? linear;
}

/** `blk.3.attn_q.weight.lora_a`. Undefined: another name, or a linear that PEFT's names are not known of. */
export function readGgufName(name: string): LoraPlace | undefined {
  const [, layer, linear = '', side] = /^blk\.(\d+)\.(\w+)\.weight\.lora_([ab])$/.exec(name) ?? [];
  if (layer === undefined || !modules.has(linear)) return undefined;
  return { layer: Number(layer), linear, side: side === 'a' ? 'a' : 'b' };
}

export function ggufName({ layer, linear, side }: LoraPlace): string {
  return `blk.${String(layer)}.${linear}.weight.lora_${side}`;
}

/** Layers in order, linears in the order of a layer, A before B. */
export function comparePlaces(left: LoraPlace, right: LoraPlace): number {
  const order = [...modules.keys()];
  return (
    left.layer - right.layer ||
    order.indexOf(left.linear) - order.indexOf(right.linear) ||
    (left.side < right.side ? -1 : 1)
  );
}
