/** Forms of many short fields side by side, as the panels of cost and of limits have them. */
import { css } from 'lit';

export const formGrid = css`
  form {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 12rem), 1fr));
    gap: 0.75rem;
    align-items: end;
  }
  label {
    display: grid;
    gap: 0.25rem;
    font-size: 0.875rem;
  }
  input,
  select {
    font: inherit;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_edge);
    border-radius: 8px;
    padding: 0.375rem 0.5rem;
    width: 100%;
    min-width: 0;
  }
`;
