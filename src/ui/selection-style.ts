/** How the table of a selection looks: wide as a table, narrow as one card a row. Knows its class names only. */
import { css } from 'lit';

export const selectionStyle = css`
  form {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1.25rem;
    align-items: end;
  }
  label {
    display: grid;
    grid-template-columns: minmax(0, max-content);
    max-width: 100%;
    gap: 0.25rem;
    font-size: 0.875rem;
    color: var(--_muted);
    min-width: 0;
  }
  select,
  input {
    font: 400 0.9375rem/1.3 var(--_font);
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_edge);
    border-radius: 10px;
    padding: 0.5rem 0.625rem;
    min-height: 2.5rem;
    max-width: 100%;
  }
  input {
    width: 8.5rem;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.875rem;
    line-height: 1.5;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    text-align: start;
    vertical-align: top;
    padding: 0.75rem 0.625rem;
    border-top: 1px solid var(--_line);
    font-weight: 400;
  }
  thead th {
    color: var(--_muted);
    border-top: 0;
    font-weight: 600;
    padding-block: 0.375rem;
    vertical-align: bottom;
  }
  th:first-child,
  td:first-child {
    padding-inline-start: 0;
  }
  tbody th {
    min-width: 13rem;
  }
  .name {
    font-weight: 640;
    font-size: 1rem;
  }
  .badges {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
    margin: 0.25rem 0;
  }
  .value {
    white-space: nowrap;
  }
  .basis {
    display: block;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .why {
    min-width: 15rem;
  }
  .no {
    color: var(--_muted);
  }
  tbody details {
    margin-top: 0.25rem;
  }
  tbody summary {
    font-size: 0.8125rem;
  }
  tbody ul {
    display: grid;
    gap: 0.375rem;
    font-size: 0.8125rem;
    line-height: 1.5;
    overflow-wrap: anywhere;
  }
  a {
    color: var(--_accent);
  }
  @container (max-width: 60rem) {
    table,
    tbody,
    tr,
    tbody th,
    td {
      display: block;
    }
    /* Named again in each cell: there is no room for columns. */
    thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    tr {
      border-top: 1px solid var(--_line);
      padding: 0.875rem 0;
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
      gap: 0.625rem 1rem;
    }
    tbody th,
    td {
      border: 0;
      padding: 0;
      min-width: 0;
    }
    tbody th,
    td.why {
      grid-column: 1 / -1;
    }
    td::before {
      content: attr(data-label);
      display: block;
      color: var(--_muted);
      font-size: 0.8125rem;
    }
  }
  :host {
    container-type: inline-size;
  }
`;
