/** What the panel of tools from elsewhere and its sources look like beside the common look. */
import { css } from 'lit';

export const outsideStyle = css`
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  label.field {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.25rem;
    font-size: 0.875rem;
  }
  input[type='text'],
  input[type='password'],
  select {
    font: inherit;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_edge);
    border-radius: 8px;
    padding: 0.5rem 0.625rem;
    min-height: 2.125rem;
    min-width: 0;
    width: 100%;
  }
  input[type='checkbox'] {
    accent-color: var(--_accent);
    flex: none;
  }
  label.tick {
    display: flex;
    gap: 0.5rem;
    align-items: baseline;
    min-height: 1.5rem;
    cursor: pointer;
  }
  .failure {
    background: var(--_bad-soft);
    border-radius: 10px;
    padding: 0.625rem 0.75rem;
    overflow-wrap: anywhere;
  }
  .failure .what {
    color: var(--_bad);
    font-weight: 600;
  }
  .failure summary,
  .failure .muted {
    color: inherit;
  }
  .words {
    overflow-wrap: anywhere;
  }
`;
