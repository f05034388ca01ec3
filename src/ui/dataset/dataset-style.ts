/** What the parts of the dataset workbench share beside the theme: fields, tables that scroll by themselves, bars. */
import { css } from 'lit';

export const datasetStyle = css`
  form,
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  label.field {
    display: grid;
    gap: 0.25rem;
    font-size: 0.875rem;
    color: var(--_muted);
  }
  label.check {
    display: inline-flex;
    gap: 0.5rem;
    align-items: center;
    font-size: 0.9375rem;
  }
  input:not([type='checkbox'], [type='radio'], [type='file']),
  select {
    font: 400 0.9375rem/1.3 var(--_font);
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_edge);
    border-radius: 8px;
    padding: 0.4375rem 0.625rem;
    min-height: 2.375rem;
    min-width: 0;
    width: 100%;
  }
  input[type='checkbox'] {
    width: 1.125rem;
    height: 1.125rem;
    accent-color: var(--_accent);
    flex: none;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(7.5rem, 100%), 1fr));
    gap: 0.75rem;
    align-items: end;
  }
  .scroll {
    overflow-x: auto;
    border-radius: 8px;
  }
  .scroll table {
    min-width: 26rem;
  }
  .bar {
    height: 0.375rem;
    border-radius: 99px;
    background: var(--_sunken);
    overflow: hidden;
  }
  .bar > span {
    display: block;
    height: 100%;
    background: var(--_accent);
    border-radius: inherit;
  }
  .scroll table.wrapping {
    min-width: 0;
  }
  thead th:not(:first-child, .text) {
    text-align: end;
  }
  td.text,
  th.text {
    text-align: start;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  td.text,
  thead th.text:not(:first-child) {
    padding-inline-start: 0.75rem;
  }
`;
