/**
 * A decoder of the Llama family over packed weights: every thread runs the same program, does its part of each step, and
 * meets the others before what needs all of it. Called by src/engine/kernel; all addresses are written there.
 */
import { attend, keep, tileTokens } from './attention';
import { loraOf, lowOf, reduce } from './lora';
import { multiply, multiplyWide, unpackRow } from './packed-linear';
import * as at from './parameters';
import { quantise, quantiseTwice } from './quantise';
import { firstOf, meet } from './threads';
import { normalise, swiglu } from './vectors';

// Words of a layer in the layer table.
const layerWords: usize = 12;

@inline
function layerWord(layer: i32, index: usize): usize {
  return <usize>load<u32>(at.layerTable() + ((<usize>layer * layerWords + index) << 2));
}

function prepare(token: i32, row: usize, inputs: i32): void {
  const blocks = <usize>(token * (inputs >> 5)) << 2;
  quantise(row, inputs, at.bytes() + <usize>(token * inputs), at.scales() + blocks, at.sums() + blocks);
}

/** One linear, the thread's share of its rows. */
function linear(thread: i32, layer: i32, index: i32, before: i32, weights: usize, bias: usize, inputs: i32, to: usize, outputs: i32, adds: bool): void {
  const groups = outputs >> 2;
  multiply(
    weights, firstOf(groups, thread), firstOf(groups, thread + 1), inputs, to, outputs, adds, bias,
    loraOf(layer, index), lowOf(layer, index, before),
  );
}

/** The thread's share of attention. */
function attendShare(thread: i32, layer: i32): void {
  const tokens = at.tokens();
  const tiles = (tokens + tileTokens - 1) / tileTokens;
  const keyHeads = at.keyHeads();
  const shared = at.heads() / keyHeads;
  const scores = at.scores() + <usize>thread * at.scoresStride();
  const pieces = tiles * keyHeads;
  if (pieces >= 4 * at.threads()) {
    // In turn, because later tokens see more.
    for (let piece = thread; piece < pieces; piece += at.threads()) {
      const token = piece / keyHeads * tileTokens;
      const head = piece % keyHeads * shared;
      attend(token, min(token + tileTokens, tokens), head, head + shared, layer, scores);
    }
    return;
  }
  // Few: by single heads, so that no thread has much more than another.
  const heads = at.heads();
  const end = firstOf(tiles * heads, thread + 1);
  let unit = firstOf(tiles * heads, thread);
  while (unit < end) {
    const token = unit / heads * tileTokens;
    const head = unit % heads;
    const lastHead = min(head + end - unit, (head / shared + 1) * shared);
    attend(token, min(token + tileTokens, tokens), head, lastHead, layer, scores);
    unit += lastHead - head;
  }
}

function runLayer(thread: i32, layer: i32): void {
  const tokens = at.tokens();
  const hidden = at.hidden();
  const attention = at.heads() * at.headSize();
  const keySide = at.keyHeads() * at.headSize();
  const inner = at.feedForward();
  const first = firstOf(tokens, thread);
  const last = firstOf(tokens, thread + 1);
  for (let token = first; token < last; token += 1) {
    const normed = at.normed() + (<usize>(token * hidden) << 2);
    normalise(at.states() + (<usize>(token * hidden) << 2), layerWord(layer, 0), normed, hidden, at.epsilon());
    prepare(token, normed, hidden);
  }
  reduce(first, last, layer, 0, 3, hidden);
  meet();
  linear(thread, layer, 0, 0, layerWord(layer, 1), layerWord(layer, 9), hidden, at.queries(), attention, false);
  linear(thread, layer, 1, 1, layerWord(layer, 2), layerWord(layer, 10), hidden, at.keys(), keySide, false);
  linear(thread, layer, 2, 2, layerWord(layer, 3), layerWord(layer, 11), hidden, at.values(), keySide, false);
  meet();
  for (let token = first; token < last; token += 1) keep(token, layer);
  meet();
  attendShare(thread, layer);
  meet();
  for (let token = first; token < last; token += 1) {
    prepare(token, at.attended() + (<usize>(token * attention) << 2), attention);
  }
  reduce(first, last, layer, 3, 1, attention);
  meet();
  linear(thread, layer, 3, 0, layerWord(layer, 4), 0, attention, at.states(), hidden, true);
  meet();
  for (let token = first; token < last; token += 1) {
    const normed = at.normed() + (<usize>(token * hidden) << 2);
    normalise(at.states() + (<usize>(token * hidden) << 2), layerWord(layer, 5), normed, hidden, at.epsilon());
    prepare(token, normed, hidden);
  }
  reduce(first, last, layer, 4, 2, hidden);
  meet();
  linear(thread, layer, 4, 0, layerWord(layer, 6), 0, hidden, at.gate(), inner, false);
  linear(thread, layer, 5, 1, layerWord(layer, 7), 0, hidden, at.up(), inner, false);
  const from = firstOf(inner >> 2, thread) << 2;
  const count = (firstOf(inner >> 2, thread + 1) << 2) - from;
  for (let token = 0; token < tokens; token += 1) {
    const place = <usize>(token * inner + from) << 2;
    swiglu(at.gate() + place, at.up() + place, count);
  }
  meet();
  for (let token = first; token < last; token += 1) {
    prepare(token, at.gate() + (<usize>(token * inner) << 2), inner);
  }
  reduce(first, last, layer, 6, 1, inner);
  meet();
  linear(thread, layer, 6, 0, layerWord(layer, 8), 0, inner, at.states(), hidden, true);
  meet();
}

/** Reads the tokens: afterwards the caches hold them, and `states` the last layer's output. */
export function read(thread: i32): void {
  const tokens = at.tokens();
  const hidden = at.hidden();
  for (let token = firstOf(tokens, thread); token < firstOf(tokens, thread + 1); token += 1) {
    unpackRow(at.embeddings(), load<i32>(at.tokenIds() + (<usize>token << 2)), hidden, at.states() + (<usize>(token * hidden) << 2));
  }
  for (let layer = 0; layer < at.layers(); layer += 1) runLayer(thread, layer);
}

/** Logits, and normalised hidden states, of the rows asked for. */
export function judge(thread: i32): void {
  const hidden = at.hidden();
  const vocabulary = at.vocabulary();
  const groups = (vocabulary + 3) >> 2;
  const rows = at.rows();
  const blocks = <usize>(hidden >> 5) << 2;
  for (let row = firstOf(rows, thread); row < firstOf(rows, thread + 1); row += 1) {
    const place = load<i32>(at.rowPlaces() + (<usize>row << 2));
    const normed = at.hiddenOut() + (<usize>(row * hidden) << 2);
    normalise(at.states() + (<usize>(place * hidden) << 2), at.outputNorm(), normed, hidden, at.epsilon());
    quantiseTwice(normed, hidden, at.bytes() + <usize>(row * hidden * 2), at.scales() + <usize>row * blocks);
  }
  meet();
  multiplyWide(
    at.output(), firstOf(groups, thread), firstOf(groups, thread + 1), hidden, rows, at.bytes(), at.scales(), at.logits(), groups << 2,
  );
  meet();
}
