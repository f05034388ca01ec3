/**
 * Why a decision was made by the model that made it: the chance that was foretold, what spoke for it and against it, and
 * where it went instead. Knows what was judged; judges nothing.
 */
import { html, nothing } from 'lit';
import type { FeatureEffect } from '../protocol/routing.ts';
import { formatCount, formatPercent } from './format.ts';
import type { JudgedView, StepView } from './task-view.ts';
import { formatLocale, msg, str } from './translate.ts';

/** Effects that are shown; the others moved the chance less. */
const shownEffects = 6;

/** A badge beside the step's title. */
export function renderTrust({ judged }: StepView) {
  if (judged === undefined) return nothing;
  const { judgement, ruling } = judged;
  if (ruling.type === 'trusted') {
    if (judgement === undefined) return nothing;
    return html`<span class="badge">${msg(str`${formatPercent(judgement.chance)} sure`)}</span>`;
  }
  return html`<span class="badge warn"
    >${ruling.type === 'escalated' ? msg('Handed on') : msg('Not sure')}</span
  >`;
}

/** The reasons, behind a line that opens. */
export function renderJudgement({ judged, modelId }: StepView) {
  if (judged === undefined) return nothing;
  return html`
    ${renderRuling(judged)}
    <details>
      <summary>${msg('Why this model')}</summary>
      <p class="small muted">${firstWord(modelId, judged)}</p>
      ${renderEffects(judged.judgement?.effects ?? [])}
    </details>
  `;
}

function firstWord(modelId: string, { judgement, agreement }: JudgedView): string {
  return [
    msg(str`The small model on this device is asked first: ${modelId}.`),
    judgement === undefined
      ? msg('Nothing was learned yet that tells how often it is right.')
      : msg(
          str`By what earlier decisions taught, it is right in ${formatPercent(judgement.chance)} of cases like this.`,
        ),
    agreement === undefined
      ? ''
      : msg(
          str`Answers asked for: ${formatCount(agreement.asked)}. Those that say the same: ${formatCount(agreement.same)}.`,
        ),
  ]
    .join(' ')
    .trim();
}

/** The reason is the run's own word, as the log has it. */
function renderRuling({ ruling }: JudgedView) {
  if (ruling.type === 'trusted') return nothing;
  return html`<p class="small feedback">${ruling.reason} ${whereTo(ruling)}</p>`;
}

function whereTo(ruling: Exclude<JudgedView['ruling'], { readonly type: 'trusted' }>): string {
  if (ruling.type === 'unanswered') return msg('Nobody else was left to ask.');
  if (ruling.type === 'returned') return msg('So it tries once more.');
  const { modelId = '', to } = ruling;
  switch (to) {
    case 'user':
      return msg('So you are asked.');
    case 'larger':
      return msg(str`So a larger model on this device is asked: ${modelId}.`);
    case 'remote':
      return msg(str`So a model on a server is asked: ${modelId}.`);
    default:
      return to satisfies never;
  }
}

function renderEffects(effects: readonly FeatureEffect[]) {
  if (effects.length === 0) return nothing;
  return html`
    <table>
      <thead>
        <tr>
          <th scope="col">${msg('What was seen')}</th>
          <th scope="col">${msg('Value')}</th>
          <th scope="col">${msg('Speaks for it')}</th>
        </tr>
      </thead>
      <tbody>
        ${effects.slice(0, shownEffects).map(
          ({ feature, value, effect }) => html`
            <tr>
              <th scope="row">${feature}</th>
              <td>${decimal(value, 'auto')}</td>
              <td>${decimal(effect, 'exceptZero')}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}

function decimal(value: number, signDisplay: 'auto' | 'exceptZero'): string {
  return value.toLocaleString(formatLocale(), { maximumFractionDigits: 2, signDisplay });
}
