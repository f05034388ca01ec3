/** How the list of runs looks. Every row is as high as the next: the list's length is known without opening one. */
import { css, unsafeCSS } from 'lit';

/** Pixels. */
export const rowHeight = 60;

export const logListStyle = css`
  :host {
    display: grid;
    grid-template: auto auto minmax(0, 1fr) / minmax(0, 1fr);
    gap: 0.625rem;
    min-height: 0;
  }
  .filters {
    grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr));
    align-items: end;
    justify-items: stretch;
    gap: 0.5rem 0.75rem;
  }
  .filters input:not([type='radio'], [type='checkbox'], [type='file']),
  .filters select {
    width: 100%;
    min-height: 2.25rem;
    padding: 0.3125rem 0.5rem;
    font-size: 0.875rem;
  }
  .filters label:first-child,
  .filters > :not(label) {
    grid-column: span 2;
    justify-self: stretch;
  }
  .scroll {
    overflow: auto;
    min-height: 12rem;
    border: 1px solid var(--_line);
    border-radius: 10px;
    background: var(--_surface);
    overflow-anchor: none;
  }
  .scroll[hidden] {
    display: none;
  }
  .space {
    position: relative;
  }
  .rows {
    position: absolute;
    inset: 0 0 auto;
  }
  .line {
    height: ${unsafeCSS(String(rowHeight))}px;
    overflow: hidden;
    padding: 0.4375rem 0.75rem;
    border-bottom: 1px solid var(--_line);
    cursor: pointer;
    line-height: 1.4;
  }
  .line:hover {
    background: var(--_sunken);
  }
  .line[aria-selected='true'] {
    background: var(--_accent-soft);
  }
  .scroll:focus-visible .line.active {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  .goal,
  .line .facts {
    display: block;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .line .facts > * + *::before {
    content: '· ';
  }
  .empty {
    padding: 1.5rem 0;
  }
`;
